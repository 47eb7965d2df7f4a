using System.Text.Json;
using Plumbline.Integration.Tests.Capturing;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Timing;

/// <summary>
/// <c>plumb latency --from</c> against truth where hops see a packet untagged, with br-int's VLAN tag, and as provider VLAN, QinQ or in a
/// tunnel: real switches push, pop and wrap.
/// </summary>
public sealed class SwitchedTruthTests(SwitchedChain chain) : IClassFixture<SwitchedChain>
{
    private const int Count = 1500;
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(2);

    /// <summary>Nanoseconds that a switch's thread got no processor for: its receive buffer is full after a hundred packets.</summary>
    private const long SwitchStall = 50_000_000;

    private static HoldPlan Plan => new()
    {
        Delay = TimeSpan.FromMilliseconds(8),
        Jitter = TimeSpan.FromMilliseconds(4),
        LostOfThousand = 20,
        LateOfThousand = 10,
        OneWay = true,
    };

    [SkippableTheory]
    [InlineData("vlan")]
    [InlineData("qinq")]
    [InlineData("gre")]
    [InlineData("vxlan")]
    [InlineData("geneve")]
    public void Packets_are_known_again_untagged_tagged_and_wrapped(string network) => Disturbed.Judge(() => Follow(network));

    private void Follow(string network)
    {
        Skip.If(chain.Holders.Count == 0, "needs root, ovs-vswitchd, dumpcap and ethtool");
        Root.SkipUnlessInstalled("mergecap");
        chain.Become(network);
        foreach (var holder in chain.Holders)
        {
            holder.Begin(new());
        }
        CaptureNode.Until(() => Ping().Contains(" 0% packet loss", StringComparison.Ordinal), $"the VMs reach each other by {network}");
        var quiet = Measure(null, null);
        var before = Path.Join(chain.Folder, "before.json");
        File.WriteAllText(before, quiet.Root.GetRawText());
        Assert.Equal(Count, Matches("inta", $"udp.dstport=={ChainTraffic.Port} && vlan.id==1"));
        Assert.Equal(Count, Matches("nica", $"udp.dstport=={ChainTraffic.Port} && ({SwitchedChain.Networks[network]})"));
        Assert.Equal(Count, Matches("qvob", $"udp.dstport=={ChainTraffic.Port} && !vlan && eth.type==0x0800"));
        var wasSlow = chain.Holders.Select(LegJudge.IsSlow).ToList();
        var natural = new long[chain.Holders.Count];
        foreach (var leg in quiet.Legs)
        {
            Assert.True(leg.GetProperty("lost").GetInt32() == 0, $"nothing planted: {LegJudge.Told(leg)}");
            if (PlaceOf(leg) is >= 0 and var held)
            {
                natural[held] = LatencyAnswer.Nanoseconds(leg, "p50Seconds") - chain.Holders[held].Truth.Stay(0.5);
            }
        }
        for (var planted = 0; planted < chain.Holders.Count; planted++)
        {
            var answer = Measure(planted, before);
            foreach (var leg in answer.Legs)
            {
                var isIt = PlaceOf(leg) == planted;
                if (PlaceOf(leg) < 0 && LatencyAnswer.Nanoseconds(leg, "greatestSeconds") > SwitchStall)
                {
                    continue; // no books are kept of what a switch's own socket lost meanwhile
                }
                var truth = isIt ? chain.Holders[planted].Truth : null;
                LegJudge.Judge(leg, truth, isIt ? natural[planted] : 0, $"{network}, planted at {planted}: {LegJudge.Told(leg)}");
            }
            foreach (var change in answer.Changes)
            {
                // on a busy machine a holder or a switch may really have come late, in this run or in the first
                var place = PlaceOf(change);
                var isLate = place < 0
                    ? Math.Max(Seconds(change, "p99BeforeSeconds"), Seconds(change, "p99AfterSeconds")) > 0.001
                    : place != planted && (wasSlow[place] || LegJudge.IsSlow(chain.Holders[place]));
                Assert.True(
                    isLate || change.GetProperty("blamed").GetBoolean() == (place == planted),
                    $"{network}, planted at {planted}: {LegJudge.Told(change)}");
            }
        }
    }

    /// <summary>0 where too few packets came for a percentile.</summary>
    private static double Seconds(JsonElement change, string member) => change.TryGetProperty(member, out var told) ? told.GetDouble() : 0;

    private static int PlaceOf(JsonElement leg) => SwitchedChain.HeldFrom.ToList().IndexOf(leg.GetProperty("from").GetString()!);

    private string Ping() => chain.From.Run("sh", "-c", $"ping -n -q -c 3 -i 0.1 -W 1 {SwitchedChain.Target} || true");

    private int Matches(string device, string filter)
    {
        using var tshark = PlumbProcess.StartProgram(true, "tshark", "-n", "-r", Path.Join(chain.Folder, device + ".pcapng"), "-Y", filter);
        Assert.True(tshark.WaitForExit() == 0, tshark.Error);
        return tshark.Output.Split('\n').Count(l => l.Length > 0);
    }

    private LatencyAnswer Measure(int? planted, string? baseline)
    {
        for (var i = 0; i < chain.Holders.Count; i++)
        {
            chain.Holders[i].Begin(i == planted ? Plan with { Seed = 31 + i } : new());
        }
        Ping(); // neighbours are known
        using var captures = new HopCaptures(chain.Folder, chain.Hops);
        ChainTraffic.SendDatagrams(
            chain.From, chain.To, SwitchedChain.Target, Count, _interval, n => ChainTraffic.Numbered(n, 100 + n % 1200));
        ChainTraffic.Await(HolderNative.Now + 400_000_000); // dumpcap takes what the kernel has handed out when it is asked to end
        using var plumb = PlumbProcess.StartProgram(
            true, PlumbProcess.Program,
            ["latency", "--from", captures.Join(), "--json", .. baseline is null ? Array.Empty<string>() : ["--baseline", baseline]]);
        var status = plumb.WaitForExit();
        Assert.True(status == (baseline is null ? 0 : 1), plumb.Error);
        var answer = new LatencyAnswer(plumb.Output);
        Assert.Equal(chain.Hops.Select(h => h.Device), answer.Way.GetProperty("hops").EnumerateArray().Select(h => h.GetString()));
        return answer;
    }
}
