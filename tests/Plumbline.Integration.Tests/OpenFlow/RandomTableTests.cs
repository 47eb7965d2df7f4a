using System.Globalization;
using System.Net;
using Plumbline.OpenFlow.Fields;
using Plumbline.OpenFlow.Flows;
using Plumbline.OpenFlow.Simulation;
using Xunit.Abstractions;

namespace Plumbline.Integration.Tests.OpenFlow;

/// <summary>
/// Two bridges with ports of every VLAN mode, a patch and a tunnel, under flows made by chance. <c>PLUMB_TRACE_TABLES</c> asks for more of
/// them, <c>PLUMB_TRACE_SEED</c> for others.
/// </summary>
public sealed class RandomTableTests(ITestOutputHelper output)
{
    private static readonly int _tables = Asked("PLUMB_TRACE_TABLES", 24);
    private static readonly int _firstSeed = Asked("PLUMB_TRACE_SEED", 1);
    private const int Packets = 30;

    /// <summary>What came from the other bridge does not go back: two bridges would throw it to and fro without end.</summary>
    private const string FromPatch = "table=0,priority=100,in_port=7,actions=load:5->NXM_NX_REG0[],resubmit(,6)\n"
        + "table=6,priority=2,dl_vlan=1,actions=strip_vlan,output:1,output:7\ntable=6,priority=0,actions=NORMAL\n";

    private static readonly PortFacts[] _inner =
    [
        new() { Number = 1, Name = "ra1", Tag = 1 },
        new() { Number = 2, Name = "ra2", Tag = 2 },
        new() { Number = 3, Name = "rt3" },
        new() { Number = 4, Name = "rt4", Trunks = [1, 3] },
        new() { Number = 5, Name = "rnt", Tag = 1, VlanMode = VlanMode.NativeTagged },
        new() { Number = 6, Name = "rnu", Tag = 2, VlanMode = VlanMode.NativeUntagged, Trunks = [1, 2] },
        new() { Number = 7, Name = "rpi", IsPatch = true, PatchPeer = "rpo" },
        new() { Number = 8, Name = "rdead", Tag = 4095 },
        new() { Number = 9, Name = "rpri", Tag = 1, PriorityTags = "if-nonzero" },
        new() { Number = OfPort.Local, Name = "br-ri" },
    ];

    private static readonly PortFacts[] _outer =
    [
        new() { Number = 1, Name = "rpo", IsPatch = true, PatchPeer = "rpi" },
        new() { Number = 2, Name = "rvx", Tunnel = new() { Type = "vxlan", Remote = IPAddress.Parse("10.9.0.2"), Local = IPAddress.Parse("10.9.0.1") } },
        new() { Number = 3, Name = "rgre", Tunnel = new() { Type = "gre", Local = IPAddress.Parse("10.9.0.1") } },
        new() { Number = 4, Name = "rgen", Tunnel = new() { Type = "geneve", Remote = IPAddress.Parse("10.9.0.3"), Local = IPAddress.Parse("10.9.0.1"), OutKey = 77 } },
        new() { Number = 5, Name = "rlone", IsPatch = true },
        new() { Number = 6, Name = "rp6", IsProtected = true },
        new() { Number = 7, Name = "rp7", IsProtected = true, Tag = 3 },
        new() { Number = OfPort.Local, Name = "br-ro" },
    ];

    private static readonly PortFacts[] _underlay = [new() { Number = 1, Name = "reth" }, new() { Number = OfPort.Local, Name = "br-ru" }];

    [SkippableFact]
    public async Task On_tables_made_by_chance_the_simulator_and_the_switch_agree()
    {
        var ports = new Dictionary<string, IReadOnlyList<PortFacts>> { ["br-ri"] = _inner, ["br-ro"] = _outer, ["br-ru"] = _underlay };
        await using var real = await TraceSwitch.StartAsync();
        await real.BuildAsync(ports, "br-ru");
        real.Load("br-ru", "actions=NORMAL");
        await real.AppCtlAsync("fdb/add", "br-ri", "ra1", "1", "00:00:00:00:00:01");
        await real.AppCtlAsync("fdb/add", "br-ri", "rpi", "2", "00:00:00:00:00:02");
        await real.AppCtlAsync("fdb/add", "br-ri", "rnt", "3", "00:00:00:00:00:03");
        await real.AppCtlAsync("fdb/add", "br-ro", "rvx", "0", "00:00:00:00:00:02");
        await real.AppCtlAsync("fdb/add", "br-ro", "rpo", "1", "00:00:00:00:00:01");
        var (cases, forwarded, uncertain, loops) = (0, 0, 0, 0);
        for (var seed = _firstSeed; seed < _firstSeed + _tables; seed++)
        {
            var random = new RandomTables(seed);
            AssertRendered(real.Load("br-ri", random.Flows(9, false) + FromPatch, random.Groups(9)).Flows);
            AssertRendered(real.Load("br-ro", random.Flows(7, true), random.Groups(7)).Flows);
            var judge = new TraceJudge(real, [await real.ReadAsync("br-ri", _inner), await real.ReadAsync("br-ro", _outer)]);
            for (var i = 0; i < Packets; i++)
            {
                await judge.AskAsync("br-ri", random.Packet(9, false));
                await judge.AskAsync("br-ro", random.Packet(7, true));
            }
            (cases, forwarded) = (cases + judge.Cases, forwarded + judge.Forwarded);
            (uncertain, loops) = (uncertain + judge.Uncertain, loops + judge.Loops);
        }
        output.WriteLine($"{cases} packets, {forwarded} left, {uncertain} with a fact missing, {loops} in a circle; {real.Refused.Count} flows were refused");
        Assert.True(forwarded > cases / 3);
        Assert.True(loops < cases / 20);
    }

    private static int Asked(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var asked) ? asked : otherwise;

    private static void AssertRendered(string dump)
    {
        var parsed = FlowDump.Parse(dump);
        Assert.Equal(
            dump.Split('\n').Where(l => l.Contains("actions=", StringComparison.Ordinal)),
            parsed.Flows.Select(f => f.ToString()));
        Assert.DoesNotContain(parsed.Flows, f => f.Matches.Any(m => m is Match.Unknown) || f.Actions.Any(a => a is FlowAction.Unknown));
    }
}
