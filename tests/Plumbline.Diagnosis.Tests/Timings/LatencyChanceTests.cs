using Plumbline.Diagnosis.Timings;
using Plumbline.Packets.Timing;

namespace Plumbline.Diagnosis.Tests.Timings;

/// <summary>
/// How often a comparison is wrong: runs of one and the same machine, with queues (each delay near the one before), with times in which all
/// is slower, with losses in bursts. Never a change where none is; a planted one is found, and only at its leg.
/// </summary>
public sealed class LatencyChanceTests
{
    private const int Packets = 1500;
    private static readonly string[] _hops = ["tap", "qvb", "qvo", "nic"];

    /// <summary>A run of three legs; <paramref name="planted"/> nanoseconds more at the second, or so much loss more.</summary>
    private static LatencyReport Run(int seed, double planted = 0, double loss = 0)
    {
        var random = new Random(seed);
        var collectors = new List<LegReport>();
        double[] medians = [8_000, 120_000, 60_000];
        for (var leg = 0; leg < medians.Length; leg++)
        {
            var collector = new DelayHistogram();
            var delays = new double[Packets];
            var (noise, lost) = (0.0, 0);
            var slowFrom = random.Next(Packets);
            for (var i = 0; i < Packets; i++)
            {
                noise = 0.8 * noise + 0.6 * Normal(random); // a queue: neighbours are alike
                var level = i >= slowFrom && i < slowFrom + 120 ? 1.5 : 1; // somebody else has the processor for a while
                delays[i] = medians[leg] * Math.Exp(0.3 * noise) * level + (leg == 1 ? planted : 0);
                collector.Add((long)delays[i]);
                lost += random.NextDouble() < 0.002 + (leg == 1 ? loss : 0) ? 1 : 0;
            }
            collectors.Add(new()
            {
                From = leg,
                To = leg + 1,
                Left = Packets,
                Lost = lost,
                Delay = new()
                {
                    Samples = Packets,
                    Least = 0,
                    P50 = 0,
                    P90 = 0,
                    Greatest = 0,
                    Mean = 0,
                    EffectiveSamples = Effective(delays),
                    Histogram = collector,
                },
            });
        }
        return new()
        {
            Hops = [.. _hops.Select((name, i) => new HopReport { Index = i, Name = name, Packets = Packets })],
            Ways =
            [
                new()
                {
                    Hops = [0, 1, 2, 3],
                    Flows = 1,
                    Packets = Packets,
                    Example = default,
                    ExampleAtEnd = default,
                    Legs = collectors,
                    Whole = collectors[0],
                },
            ],
            Vanished = [],
            Doubts = [],
            Packets = Packets,
            Recognised = Packets,
        };
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>As the analysis counts independent samples, by the correlation with the one before.</summary>
    private static double Effective(double[] delays)
    {
        var mean = delays.Average();
        var (product, square) = (0.0, 0.0);
        for (var i = 0; i < delays.Length; i++)
        {
            square += (delays[i] - mean) * (delays[i] - mean);
            product += i > 0 ? (delays[i] - mean) * (delays[i - 1] - mean) : 0;
        }
        var correlation = Math.Clamp(product / square, 0, 0.999);
        return delays.Length * (1 - correlation) / (1 + correlation);
    }

    private static LatencyComparison Compare(LatencyReport before, LatencyReport after) => LatencyComparison.Compare(
        new() { Legs = [.. before.Ways[0].Legs.Select(l => BaselineLeg.Of(before, l))] }, after);

    [Fact]
    public void Of_a_thousand_pairs_of_like_runs_none_is_told_to_have_changed()
    {
        var wrong = 0;
        for (var pair = 0; pair < 1000; pair++)
        {
            wrong += Compare(Run(2 * pair), Run(2 * pair + 1)).HasChanges ? 1 : 0;
        }
        Assert.Equal(0, wrong);
    }

    [Theory]
    [InlineData(90_000, 0)]
    [InlineData(0, 0.03)]
    public void A_planted_change_is_found_in_nearly_every_run_and_no_other_leg_is_blamed(double delay, double loss)
    {
        var found = 0;
        for (var pair = 0; pair < 200; pair++)
        {
            var blamed = Compare(Run(2 * pair), Run(2 * pair + 1, delay, loss)).Legs.Where(l => l.IsBlamed).ToList();
            Assert.All(blamed, l => Assert.Equal(("qvb", "qvo"), (l.From, l.To)));
            found += blamed.Count;
        }
        Assert.InRange(found, 195, 200);
    }
}
