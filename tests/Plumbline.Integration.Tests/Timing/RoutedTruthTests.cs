using System.Text.Json;
using Plumbline.Integration.Tests.Capturing;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Timing;

/// <summary>
/// <c>plumb latency --from</c> against truth on what changes packets on their way: NAT, big segments that a device cuts, checksums filled in
/// late, IPv6, fragments; and on packets that look like each other: retransmissions, doubles, equal datagrams.
/// </summary>
public sealed class RoutedTruthTests(RoutedChain chain) : IClassFixture<RoutedChain>
{
    private const int Count = 400;
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(3);

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Packets_of_a_vm_are_known_again_behind_the_routers_nat(bool isFloating) =>
        Run(new() { IsFloating = isFloating, Send = Datagrams(RoutedChain.Host) });

    [SkippableFact]
    public void Packets_to_a_floating_ip_are_known_again_behind_it() => Run(new()
    {
        IsFloating = true,
        IsInwards = true,
        Send = chain => ChainTraffic.SendDatagrams(chain.Outside, chain.Vm, RoutedChain.Floating, Count, _interval, Payload),
    });

    [SkippableFact]
    public void IPv6_is_followed() => Run(new() { Send = Datagrams(RoutedChain.HostV6) });

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Echoes_are_known_again_behind_the_routers_nat(bool isFloating) => Run(new()
    {
        Protocol = "ICMP",
        IsFloating = isFloating,
        Plan = new() { Delay = TimeSpan.FromMilliseconds(8), Jitter = TimeSpan.FromMilliseconds(4), LostOfThousand = 30, ByArrival = true, OneWay = true },
        Send = chain => chain.Vm.Run(
            "sh", "-c", $"ping -n -q -c {Count} -i 0.003 -W 1 -s 120 -p {Convert.ToHexString(FrameHolder.Mark)} {RoutedChain.Host} || true"),
    });

    [SkippableTheory]
    [InlineData(RoutedChain.Host)]
    [InlineData(RoutedChain.HostV6)]
    public void Big_segments_of_the_vm_are_followed_into_the_small_ones_on_the_wire(string host)
    {
        Run(new()
        {
            Protocol = "TCP",
            HasSamePieces = false,
            Plan = new() { Delay = TimeSpan.FromMilliseconds(20), LostOfThousand = 4, ByArrival = true },
            Send = chain => ChainTraffic.SendStream(chain.Vm, chain.Outside, host, 60, 40_000, TimeSpan.FromMilliseconds(20)),
        });
        using var tshark = PlumbProcess.StartProgram(
            true, "tshark", "-r", Path.Join(chain.Folder, "tap.pcapng"), "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:FALSE", "-Y",
            "frame.len > 3000 && tcp.dstport == 9000", "-T", "fields", "-e", "tcp.checksum.status");
        Assert.True(tshark.WaitForExit() == 0, tshark.Error);
        Assert.True(tshark.Output.Split('\n').Count(l => l.Length > 0) > 20, "the VM did not leave segmentation to others: this proves nothing");
    }

    [SkippableTheory]
    [InlineData(RoutedChain.Host)]
    [InlineData(RoutedChain.HostV6)]
    public void Fragments_are_followed(string host) => Run(new()
    {
        HasSamePieces = false,
        DiesTogether = host == RoutedChain.Host, // its connection tracking puts them together, and cuts them again
        Plan = new() { Delay = TimeSpan.FromMilliseconds(8), Jitter = TimeSpan.FromMilliseconds(4), LostOfThousand = 30, ByArrival = true, OneWay = true },
        Send = chain => ChainTraffic.SendDatagrams(chain.Vm, chain.Outside, host, 200, _interval * 2, n => ChainTraffic.Marked(4000, n)),
    });

    /// <summary>IPv6 has no identification.</summary>
    [SkippableTheory]
    [InlineData(RoutedChain.Host)]
    [InlineData(RoutedChain.HostV6)]
    public void Equal_datagrams_are_told_apart_while_they_lie_further_apart_than_the_way_takes(string host) => Run(new()
    {
        Plan = new() { Delay = TimeSpan.FromMilliseconds(1), LostOfThousand = 30, ByArrival = true, OneWay = true },
        AreAlike = true,
        Send = chain => ChainTraffic.SendDatagrams(chain.Vm, chain.Outside, host, 200, TimeSpan.FromMilliseconds(12), _ => ChainTraffic.Marked(64)),
    });

    [SkippableTheory]
    [InlineData(RoutedChain.Host)]
    [InlineData(RoutedChain.HostV6)]
    public void Datagrams_that_are_sent_twice_are_not_taken_for_each_other(string host) => Run(new()
    {
        Plan = new() { Delay = TimeSpan.FromMilliseconds(8), LostOfThousand = 30, ByArrival = true, OneWay = true },
        AreAlike = true,
        Send = chain => ChainTraffic.SendDatagrams(chain.Vm, chain.Outside, host, 200, _interval * 2, Payload, times: 2),
    });

    [SkippableFact]
    public void Packets_are_known_again_by_what_a_short_snap_length_leaves() =>
        Run(new() { SnapLength = 60, Send = Datagrams(RoutedChain.Host) });

    private static byte[] Payload(int number) => ChainTraffic.Numbered(number, 100 + number % 1200);

    private static Action<RoutedChain> Datagrams(string host) =>
        chain => ChainTraffic.SendDatagrams(chain.Vm, chain.Outside, host, Count, _interval, Payload);

    private void Run(RoutedTraffic traffic) => Disturbed.Judge(() => Follow(traffic));

    private void Follow(RoutedTraffic traffic)
    {
        Skip.If(chain.Holders.Count == 0, "needs root, dumpcap and ethtool");
        Root.SkipUnlessInstalled("mergecap");
        chain.Translate(traffic.IsFloating);
        var quiet = Measure(null, traffic, null);
        var before = Path.Join(chain.Folder, "before.json");
        File.WriteAllText(before, quiet.Root.GetRawText());
        var natural = new long[chain.Holders.Count];
        var wasSlow = chain.Holders.Select(LegJudge.IsSlow).ToList();
        foreach (var (leg, place) in LegsOf(quiet, traffic))
        {
            Assert.True(leg.GetProperty("lost").GetInt32() == 0, $"nothing planted: {LegJudge.Told(leg)}");
            natural[place] = LatencyAnswer.Nanoseconds(leg, "p50Seconds") - chain.Holders[place].Truth.Stay(0.5);
        }
        for (var planted = 0; planted < chain.Holders.Count; planted++)
        {
            var answer = Measure(planted, traffic, before);
            foreach (var (leg, place) in LegsOf(answer, traffic))
            {
                var told = $"planted at {planted}, {answer.Pressure}: {LegJudge.Told(leg)}";
                var truth = chain.Holders[planted].Truth;
                var diesBehind = traffic.DiesTogether && place > planted ? 2 * truth.Lost : 0;
                var pieces = traffic.DiesTogether && place == 1 ? 3 : 1; // the router's holder has whole packets
                LegJudge.Judge(
                    leg, place == planted ? truth : null, natural[place], told, traffic.HasSamePieces, traffic.AreAlike, pieces, diesBehind);
            }
            foreach (var change in answer.Changes.Where(c => c.GetProperty("blamed").GetBoolean()))
            {
                var place = PlaceOf(change, traffic.IsInwards);
                Assert.True(place < 0 || place == planted || wasSlow[place] || LegJudge.IsSlow(chain.Holders[place])
                    || traffic.DiesTogether && place > planted, $"planted at {planted}, {answer.Pressure}: {LegJudge.Told(change)}");
            }
        }
    }

    /// <summary>The legs of the way that the marked packets took, and which holder stands at each.</summary>
    private static IEnumerable<(JsonElement Leg, int Place)> LegsOf(LatencyAnswer answer, RoutedTraffic traffic)
    {
        var first = traffic.IsInwards ? "nic" : "tap";
        var way = answer.Ways.Where(w => w.GetProperty("example").GetProperty("protocol").GetString() == traffic.Protocol
            && w.GetProperty("hops")[0].GetString() == first).ToList();
        Assert.True(way.Count == 1 && way[0].GetProperty("legs").GetArrayLength() == 3, string.Join('\n', answer.Ways.Select(WayTold)));
        return way[0].GetProperty("legs").EnumerateArray().Select(l => (l, PlaceOf(l, traffic.IsInwards)));
    }

    private static string WayTold(JsonElement way) => $"{way.GetProperty("hops")} {way.GetProperty("packets")} {way.GetProperty("example")}";

    private static int PlaceOf(JsonElement leg, bool isInwards) => leg.GetProperty(isInwards ? "to" : "from").GetString() switch
    {
        "tap" => 0,
        "qr" => 1,
        "qg" => 2,
        _ => -1,
    };

    private LatencyAnswer Measure(int? planted, RoutedTraffic traffic, string? baseline)
    {
        chain.Rest(traffic.Plan);
        Tail(traffic.IsInwards); // neighbours are known
        if (planted is { } place)
        {
            chain.Holders[place].Begin(traffic.Plan with { Seed = traffic.Plan.Seed + place });
        }
        using var captures = new HopCaptures(chain.Folder, chain.Hops, traffic.SnapLength);
        traffic.Send(chain);
        ChainTraffic.Await(HolderNative.Now + 400_000_000); // dumpcap takes what the kernel has handed out when it is asked to end
        using var plumb = PlumbProcess.StartProgram(
            true, PlumbProcess.Program,
            ["latency", "--from", captures.Join(), "--json", .. baseline is null ? Array.Empty<string>() : ["--baseline", baseline]]);
        var status = plumb.WaitForExit();
        Assert.True(status == 0 || status == 1 && baseline is not null, plumb.Error);
        return new(plumb.Output);
    }

    private void Tail(bool isInwards)
    {
        var (from, hosts) = isInwards
            ? (chain.Outside, (string[])[RoutedChain.Floating])
            : (chain.Vm, [RoutedChain.Host, RoutedChain.HostV6]);
        foreach (var host in hosts)
        {
            from.Run("ping", "-n", "-q", "-c", "3", "-i", "0.01", host);
        }
    }
}
