using Plumbline.Diagnosis.Timings;
using Plumbline.Packets.Timing;

namespace Plumbline.Diagnosis.Tests.Timings;

/// <summary>What forbids a conclusion about a leg, whatever its numbers say.</summary>
public sealed class LatencyDoubtTests
{
    private const int Packets = 2000;

    private static readonly BaselineLeg _quick = Leg("a", "b", 200_000);
    private static readonly BaselineLeg _slow = Leg("a", "b", 900_000);

    /// <summary>Delays that vary by a fifth about their median.</summary>
    private static BaselineLeg Leg(string from, string to, long median, int packets = Packets, int lost = 0)
    {
        var random = new Random(7);
        var histogram = new DelayHistogram();
        for (var i = 0; i < packets; i++)
        {
            histogram.Add((long)(median * (0.9 + 0.2 * random.NextDouble())));
        }
        return new()
        {
            From = from,
            To = to,
            Histogram = histogram,
            EffectiveSamples = packets,
            EffectiveTail = packets,
            EffectiveDecided = packets + lost,
            Decided = packets + lost,
            Lost = lost,
            Reordered = 0,
            Median = median,
        };
    }

    private static LatencyComparison Compare(BaselineLeg before, BaselineLeg after) => Compare([before], [after]);

    private static LatencyComparison Compare(IReadOnlyList<BaselineLeg> before, IReadOnlyList<BaselineLeg> after) =>
        LatencyComparison.Compare(new() { Legs = before }, after, isBusy: false);

    [Fact]
    public void One_clock_and_enough_packets_allow_a_conclusion()
    {
        var comparison = Compare(_quick, _slow);
        Assert.Equal(LegVerdict.Slower, Assert.Single(comparison.Legs).Verdict);
        Assert.False(comparison.IsInconclusive);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Hops_of_two_machines_allow_none_in_whichever_run(bool isBefore)
    {
        var apart = isBefore ? _quick with { SharesClock = false } : _quick;
        var comparison = Compare(apart, isBefore ? _slow : _slow with { SharesClock = false });
        Assert.Equal(LegVerdict.ClocksApart, Assert.Single(comparison.Legs).Verdict);
        Assert.True(comparison is { IsInconclusive: true, HasChanges: false });
    }

    [Fact]
    public void Both_directions_together_are_told_all_the_same()
    {
        BaselineLeg[] before = [Leg("a", "b", 5_200_000) with { SharesClock = false }, Leg("b", "a", 1000) with { SharesClock = false, Median = -4_800_000 }];
        BaselineLeg[] after = [Leg("a", "b", 300_000) with { SharesClock = false }, Leg("b", "a", 250_000) with { SharesClock = false }];
        Assert.All(Compare(before, after).Legs, leg => Assert.Equal((400_000, 550_000), leg.RoundTrip));
        after[0] = after[0] with { IsClockMoved = true, IsClockDoubtful = true };
        Assert.All(Compare(before, after).Legs, leg => Assert.Null(leg.RoundTrip)); // a clock that moves spoils their sum
        after[0] = after[0] with { IsClockMoved = false, RoundTrip = 700_000 };
        Assert.Equal((400_000, 700_000), Compare(before, after).Legs[0].RoundTrip);
    }

    [Fact]
    public void Packets_that_are_few_or_mostly_not_told_apart_allow_none()
    {
        Assert.Equal(LegVerdict.TooFew, Assert.Single(Compare(_quick, Leg("a", "b", 900_000, packets: 20)).Legs).Verdict);
        Assert.Equal(LegVerdict.Sampled, Assert.Single(Compare(_quick with { Unclear = Packets / 2 }, _slow).Legs).Verdict);
        Assert.Equal(LegVerdict.Slower, Assert.Single(Compare(_quick with { Unclear = Packets / 50 }, _slow).Legs).Verdict);
    }

    [Theory]
    [InlineData(0, LegVerdict.MoreLoss)]
    [InlineData(40, LegVerdict.MoreLoss)] // of 200: the others are enough
    [InlineData(200, LegVerdict.LossDoubtful)]
    public void A_loss_that_the_capture_may_have_made_is_no_change(int captureDropped, LegVerdict verdict)
    {
        var (whole, lossy) = (Leg("a", "b", 200_000), Leg("a", "b", 200_000, lost: 200) with { CaptureDropped = captureDropped });
        Assert.Equal(verdict, Assert.Single(Compare(whole, lossy).Legs).Verdict);
        Assert.Equal(verdict == LegVerdict.MoreLoss ? LegVerdict.LessLoss : verdict, Assert.Single(Compare(lossy, whole).Legs).Verdict);
    }

    [Fact]
    public void A_leg_of_one_run_only_is_inconclusive()
    {
        var comparison = Compare([_quick], [_quick, Leg("b", "c", 1000)]);
        Assert.Equal([LegVerdict.Unchanged, LegVerdict.OnlyOnce], comparison.Legs.Select(l => l.Verdict));
        Assert.True(comparison.IsInconclusive);
    }
}
