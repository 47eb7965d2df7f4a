using Plumbline.OpenFlow.Simulation;
using Plumbline.Testing;
using Xunit.Abstractions;

namespace Plumbline.Integration.Tests.OpenFlow;

/// <summary>
/// The flows that Neutron's own agent wrote for the native firewall and for L2 population, on a switch with the same ports: the simulator
/// and the switch agree, whatever the connection tracker answers.
/// </summary>
public sealed class NativeFirewallTests(ITestOutputHelper output)
{
    private static readonly string[][] _states =
    [
        ["trk,new"], ["trk,est"], ["trk,est,rpl"], ["trk,rel"], ["trk,rel,rpl"], ["trk,inv"], ["trk,new,rel"], ["trk,new", "trk,est"],
        ["trk,est", "trk,est"], ["trk,est", "trk,new"], ["trk,new", "trk,inv"], ["trk,est,rpl", "trk,est,rpl"], ["trk,est", "trk,rel"],
    ];

    private static readonly int[] _ports = [22, 80, 443, 3306, 5001, 5100, 6000, 8000, 8005, 8009, 8010, 8011, 40000, 53, 67, 68, 546, 547];

    [SkippableTheory]
    [InlineData(PlayedStates.Native, "cmp1")]
    [InlineData(PlayedStates.NativeL2Population, "cmp2")]
    [InlineData(PlayedStates.NativeL2Population, "ctl")]
    [InlineData(PlayedStates.HybridL2Population, "cmp1")]
    public async Task On_the_flows_of_the_agent_the_simulator_and_the_switch_agree(string state, string name)
    {
        var node = Path.Combine(PlayedStates.Folder(state), name);
        var ports = RecordedBridges.Read(node);
        await using var real = await TraceSwitch.StartAsync();
        await real.BuildAsync(ports, "br-phy");
        var bridges = new List<BridgeFacts>();
        foreach (var (bridge, list) in ports)
        {
            real.Load(bridge, string.Join('\n', File.ReadLines(Path.Combine(node, $"ovs-ofctl-dump-flows-{bridge}.txt")).Skip(1)));
            bridges.Add(await real.ReadAsync(bridge, list));
        }
        Assert.Empty(real.Refused);
        var judge = new TraceJudge(real, bridges);
        var random = new Random(11);
        foreach (var bridge in bridges.Where(b => b.Name is "br-int" or "br-tun"))
        {
            var words = new PacketWords(bridges.SelectMany(b => b.Flows).Where(f => f.Table.Number is not 93).ToList(), random, _ports);
            for (var i = 0; i < (bridge.Name == "br-int" ? 900 : 250); i++)
            {
                var port = bridge.Ports![random.Next(bridge.Ports.Count)];
                await judge.AskAsync(bridge.Name, words.Packet(port, bridge), _states[random.Next(_states.Length)]);
            }
        }
        output.WriteLine($"{judge.Cases} packets, {judge.Forwarded} left, {judge.Tracked} were tracked, {judge.Uncertain} with a fact missing");
        Assert.Equal(0, judge.Uncertain);
        Assert.True(judge.Forwarded > judge.Cases / 8, $"{judge.Forwarded} of {judge.Cases} left");
        Assert.True(state == PlayedStates.HybridL2Population || name == "ctl" || judge.Tracked > judge.Cases / 6, $"{judge.Tracked} were tracked");
    }
}
