using Plumbline.Diagnosis.Timings;
using Plumbline.Node.Facts;
using Plumbline.Packets.Timing;

namespace Plumbline.Diagnosis.Tests.Timings;

public sealed class LatencyComparisonTests
{
    private static readonly string[] _hops = ["tap", "qvb", "nic"];

    /// <summary>A run of two legs with log-normal delays about a median, some lost.</summary>
    private static LatencyReport Run(int seed, int packets, double[] medians, double[]? loss = null, double[]? spikes = null, double effective = 1)
    {
        var random = new Random(seed);
        var legs = new List<LegReport>();
        for (var leg = 0; leg < medians.Length; leg++)
        {
            var histogram = new DelayHistogram();
            for (var i = 0; i < packets; i++)
            {
                var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
                var delay = medians[leg] * Math.Exp(0.2 * normal);
                histogram.Add((long)(random.NextDouble() < (spikes?[leg] ?? 0) ? delay * 20 + 1_000_000 : delay));
            }
            legs.Add(new()
            {
                From = leg,
                To = leg + 1,
                Left = packets,
                Lost = (long)(packets * (loss?[leg] ?? 0)),
                Delay = new()
                {
                    Samples = packets,
                    Least = 0,
                    P50 = RankTest.Quantile(histogram, 0.5),
                    P90 = 0,
                    Greatest = 0,
                    Mean = 0,
                    EffectiveSamples = packets * effective,
                    Histogram = histogram,
                },
            });
        }
        return new()
        {
            Hops = [.. _hops.Select((name, i) => new HopReport { Index = i, Name = name, Packets = packets })],
            Ways =
            [
                new() { Hops = [0, 1, 2], Flows = 1, Packets = packets, Example = default, ExampleAtEnd = default, Legs = legs, Whole = legs[0] },
            ],
            Vanished = [],
            Doubts = [],
            Packets = packets,
            Recognised = packets,
        };
    }

    private static LatencyComparison Compare(LatencyReport before, LatencyReport after) => LatencyComparison.Compare(
        new() { Legs = [.. before.Ways[0].Legs.Select(l => BaselineLeg.Of(before, l))] }, after);

    [Fact]
    public void Leg_that_became_slower_is_blamed_and_no_other()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var comparison = Compare(Run(seed, 2000, [50_000, 200_000]), Run(seed + 100, 2000, [50_000, 300_000]));
            Assert.Equal(LegVerdict.Unchanged, comparison.Legs[0].Verdict);
            Assert.Equal(LegVerdict.Slower, comparison.Legs[1].Verdict);
            Assert.True(comparison.Legs[1].IsBlamed);
        }
    }

    [Fact]
    public void Untouched_legs_are_never_blamed()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var comparison = Compare(Run(seed, 500, [50_000, 200_000], [0.01, 0]), Run(seed + 1000, 500, [50_000, 200_000], [0.012, 0]));
            Assert.False(comparison.HasChanges);
        }
    }

    [Fact]
    public void Change_that_nobody_would_notice_is_none_however_many_packets_show_it()
    {
        var comparison = Compare(Run(1, 50_000, [50_000, 200_000]), Run(2, 50_000, [60_000, 204_000]));
        Assert.All(comparison.Legs, leg => Assert.Equal(LegVerdict.Unchanged, leg.Verdict));
        Assert.True(comparison.Legs[0].DelayP < 1e-6); // the test alone would have blamed it
    }

    [Fact]
    public void Packets_of_one_queue_count_as_few()
    {
        var comparison = Compare(Run(1, 2000, [50_000, 200_000], effective: 0.004), Run(2, 2000, [50_000, 260_000], effective: 0.004));
        Assert.Equal(LegVerdict.Unchanged, comparison.Legs[1].Verdict);
    }

    [Fact]
    public void Spikes_and_losses_are_found_where_they_are()
    {
        var comparison = Compare(Run(1, 5000, [50_000, 200_000]), Run(2, 5000, [50_000, 200_000], [0, 0.02], [0.05, 0]));
        Assert.Equal(LegVerdict.WorseTail, comparison.Legs[0].Verdict);
        Assert.Equal(LegVerdict.MoreLoss, comparison.Legs[1].Verdict);
        Assert.True(comparison.Legs[0].IsBlamed && comparison.Legs[1].IsBlamed);
    }

    [Fact]
    public void Small_change_beside_a_great_one_is_not_blamed()
    {
        var comparison = Compare(Run(1, 5000, [200_000, 200_000]), Run(2, 5000, [260_000, 5_000_000]));
        Assert.Equal(LegVerdict.Slower, comparison.Legs[0].Verdict);
        Assert.False(comparison.Legs[0].IsBlamed);
        Assert.True(comparison.Legs[1].IsBlamed);
    }

    [Fact]
    public void Rules_and_flows_whose_counters_rose_are_told_dropping_ones_first()
    {
        static NodeSnapshot Snapshot(int accepted, int dropped, int flow) => new()
        {
            TakenAt = default,
            Firewall =
            [
                new("", "iptables-save", $"*filter\n:INPUT ACCEPT [0:0]\n[{accepted}:84] -A INPUT -j ACCEPT\n[{dropped}:84] -A FORWARD -j DROP\nCOMMIT\n"),
            ],
            Switching = new()
            {
                Bridges =
                [
                    new() { Bridge = "br-int", Flows = $" cookie=0x0, duration=1s, table=24, n_packets={flow}, n_bytes=0, priority=0 actions=drop\n" },
                ],
            },
        };
        var rises = CounterRises.Between(Snapshot(10, 3, 7), Snapshot(30, 5, 8));
        Assert.Equal([("iptables filter", 2L, true), ("br-int table 24", 1, true), ("iptables filter", 20, false)],
            rises.Select(r => (r.Place, r.Packets, r.Drops)));
    }
}
