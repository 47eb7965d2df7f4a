using Plumbline.Packets.Timing;

namespace Plumbline.Diagnosis.Timings;

/// <summary>
/// Two runs compared, leg by leg. A delay changed if three things hold: the Mann–Whitney test (two-sided, ties corrected, for the number
/// of <i>independent</i> samples, at 0.001 divided by the number of legs) rejects that both runs are alike; a packet of one run is slower
/// than one of the other with a probability of 0.64 or more (0.56 where the medians are 8 % apart); and the medians differ by 20 µs and 5 % or
/// more. Tails and losses are compared by a two-proportion test at the same level with least effects of their own; those that come in bursts
/// count as few. So a leg is not blamed because there are many
/// packets, nor for a change that nobody would notice.
/// </summary>
public sealed record LatencyComparison
{
    /// <summary>The level of each test before it is divided by the number of legs.</summary>
    public const double Level = 0.001;

    private const double LeastProbability = 0.64;

    /// <summary>Where the medians are <see cref="ClearPart"/> apart, less is enough: 10 % stand out of a spread of 30 % only so far.</summary>
    private const double ClearProbability = 0.56;

    private const double ClearPart = 0.08;
    private const long LeastShift = 20_000;
    private const double LeastPart = 0.05;
    private const double LeastLoss = 0.001;
    private const int LeastSamples = 30;
    private const double LeastShare = 0.1;
    private const double BusyPressure = 0.2;

    /// <summary>Of the packets that arrived, those whose delay is not known: with more the others may be the lucky ones.</summary>
    private const double MostUnclear = 0.1;

    private const LegVerdict Clocks = LegVerdict.ClockDoubtful | LegVerdict.ClocksApart;

    /// <summary>Legs of both runs, in the order of the later's ways.</summary>
    public required IReadOnlyList<LegChange> Legs { get; init; }

    /// <summary>Something changed.</summary>
    public bool HasChanges => Legs.Any(l => l.IsBlamed);

    /// <summary>Of some leg nothing can be concluded: "nothing changed" would say too much.</summary>
    public bool IsInconclusive => Legs.Any(l => l.IsInconclusive);

    /// <summary>Compares.</summary>
    /// <param name="before">The earlier run.</param>
    /// <param name="after">The later one.</param>
    /// <param name="pressure">
    /// The later's <see cref="LatencyReading.ProcessorPressure"/>. Where that of a run is a fifth or more, a median must have moved by more than
    /// the usual spread of both runs, and spikes tell nothing: packets wait for the programs that carry them.
    /// </param>
    public static LatencyComparison Compare(LatencyBaseline before, LatencyReport after, double? pressure = null)
    {
        var isBusy = before.ProcessorPressure >= BusyPressure || pressure >= BusyPressure;
        var legs = after.Ways.SelectMany(w => w.Legs).Select(l => BaselineLeg.Of(after, l)).DistinctBy(l => (l.From, l.To)).ToList();
        return Compare(before, legs, isBusy);
    }

    /// <summary>Compares legs, each pair of hops once.</summary>
    internal static LatencyComparison Compare(LatencyBaseline before, IReadOnlyList<BaselineLeg> legs, bool isBusy)
    {
        var earlier = new Dictionary<(string, string), BaselineLeg>();
        foreach (var leg in before.Legs)
        {
            earlier.TryAdd((leg.From, leg.To), leg);
        }
        var level = Level / Math.Max(legs.Count, 1);
        var (wasBack, isBack) = (Medians(before.Legs), Medians(legs));
        var changes = new List<LegChange>();
        foreach (var leg in legs)
        {
            changes.Add(earlier.Remove((leg.From, leg.To), out var was)
                ? Compare(was, leg, level, isBusy) is var change && (change.Verdict & Clocks) != 0
                    ? change with { RoundTrip = RoundTrip(was, leg, wasBack, isBack) } : change
                : new() { From = leg.From, To = leg.To, Verdict = LegVerdict.OnlyOnce });
        }
        foreach (var leg in earlier.Values)
        {
            changes.Add(new() { From = leg.From, To = leg.To, Verdict = LegVerdict.OnlyOnce });
        }
        return new() { Legs = Blame(changes) };
    }

    private static LegChange Compare(BaselineLeg before, BaselineLeg after, double level, bool isBusy)
    {
        var verdict = Loss(before, after, level);
        var change = new LegChange
        {
            From = after.From,
            To = after.To,
            Verdict = verdict,
            Loss = before.Decided > 0 && after.Decided > 0
                ? ((double)before.Lost / before.Decided, (double)after.Lost / after.Decided)
                : null,
        };
        var doubt = Doubts(before, after);
        if (doubt != 0)
        {
            return change with { Verdict = verdict | doubt };
        }
        var test = RankTest.Of(before.Histogram, after.Histogram, before.EffectiveSamples, after.EffectiveSamples);
        var (p50, p99) = (Both(0.5), Both(0.99));
        p50 = (before.Median ?? p50.Before, after.Median ?? p50.After); // exact, and below 0 where late stamps of copies make it so
        var found = Delay(before, after, test, level);
        if (isBusy && found != 0 && Math.Abs(p50.After - p50.Before) <= Math.Max(Spread(before), Spread(after)))
        {
            found = LegVerdict.BusyProcessor;
        }
        verdict |= found;
        return change with { Verdict = verdict, P50 = p50, P99 = p99, Probability = test.Probability, DelayP = test.P };

        (long Before, long After) Both(double part) => (RankTest.Quantile(before.Histogram, part), RankTest.Quantile(after.Histogram, part));
    }

    /// <summary>What forbids to conclude anything about the delay.</summary>
    private static LegVerdict Doubts(BaselineLeg before, BaselineLeg after)
    {
        var clocks = before.IsClockDoubtful || after.IsClockDoubtful ? LegVerdict.ClockDoubtful
            : before.SharesClock && after.SharesClock ? LegVerdict.Unchanged : LegVerdict.ClocksApart;
        var samples = before.Histogram.Total < LeastSamples || after.Histogram.Total < LeastSamples ? LegVerdict.TooFew
            : IsSampled(before) || IsSampled(after) ? LegVerdict.Sampled : LegVerdict.Unchanged;
        return clocks | samples;

        static bool IsSampled(BaselineLeg leg) => leg.Unclear > (leg.Histogram.Total + leg.Unclear) * MostUnclear;
    }

    private static Dictionary<(string From, string To), long> Medians(IEnumerable<BaselineLeg> legs)
    {
        var medians = new Dictionary<(string, string), long>();
        foreach (var leg in legs)
        {
            if (leg is { Median: { } median, IsClockMoved: false })
            {
                medians.TryAdd((leg.From, leg.To), median);
            }
        }
        return medians;
    }

    private static (long, long)? RoundTrip(
        BaselineLeg was, BaselineLeg now, Dictionary<(string From, string To), long> wasBack, Dictionary<(string From, string To), long> isBack)
    {
        return Of(was, wasBack) is { } before && Of(now, isBack) is { } after ? (before, after) : null;

        // the clocks' difference is in both directions, once added and once taken away
        static long? Of(BaselineLeg leg, Dictionary<(string From, string To), long> back) =>
            leg.IsClockMoved ? null
            : leg.RoundTrip ?? (leg.Median is { } median && back.TryGetValue((leg.To, leg.From), out var other) ? median + other : null);
    }

    private static LegVerdict Delay(BaselineLeg before, BaselineLeg after, RankTest.Result test, double level)
    {
        var (was, now) = (RankTest.Quantile(before.Histogram, 0.5), RankTest.Quantile(after.Histogram, 0.5));
        if (test.P < level && Math.Abs(now - was) >= Math.Max(LeastShift, was * LeastPart))
        {
            var least = Math.Abs(now - was) >= was * ClearPart ? ClearProbability : LeastProbability;
            if (test.Probability >= least && now > was)
            {
                return LegVerdict.Slower;
            }
            if (test.Probability <= 1 - least && now < was)
            {
                return LegVerdict.Faster;
            }
        }
        return Tail(before, after, level);
    }

    /// <summary>What most packets differ by: median to nine in ten.</summary>
    private static long Spread(BaselineLeg leg) => RankTest.Quantile(leg.Histogram, 0.9) - RankTest.Quantile(leg.Histogram, 0.5);

    /// <summary>Three times as many above the other run's 99th percentile, and that percentile half as high again.</summary>
    private static LegVerdict Tail(BaselineLeg before, BaselineLeg after, double level)
    {
        if (IsTailOf(before, after, level))
        {
            return LegVerdict.WorseTail;
        }
        return IsTailOf(after, before, level) ? LegVerdict.BetterTail : LegVerdict.Unchanged;
    }

    private static bool IsTailOf(BaselineLeg low, BaselineLeg high, double level)
    {
        var (limit, reached) = (RankTest.Quantile(low.Histogram, 0.99), RankTest.Quantile(high.Histogram, 0.99));
        var (usual, above) = (RankTest.PartAbove(low.Histogram, limit), RankTest.PartAbove(high.Histogram, limit));
        return above >= 0.03 && above >= 3 * usual && reached - limit >= Math.Max(LeastShift * 5, limit / 2)
            && Bursty(usual, low.Histogram.Total, low.EffectiveTail, above, high.Histogram.Total, high.EffectiveTail) < level;
    }

    private static LegVerdict Loss(BaselineLeg before, BaselineLeg after, double level)
    {
        if (before.Decided < LeastSamples || after.Decided < LeastSamples)
        {
            return LegVerdict.Unchanged;
        }
        var found = Loss(before, after, before.Lost, after.Lost, level);
        // captures can only add to what is missing: the change must stand without theirs
        var certain = found switch
        {
            LegVerdict.MoreLoss => Loss(before, after, before.Lost, Math.Max(after.Lost - after.CaptureDropped, 0), level),
            LegVerdict.LessLoss => Loss(before, after, Math.Max(before.Lost - before.CaptureDropped, 0), after.Lost, level),
            _ => found,
        };
        return certain == found ? found : LegVerdict.LossDoubtful;
    }

    private static LegVerdict Loss(BaselineLeg before, BaselineLeg after, long lostBefore, long lostAfter, double level)
    {
        var (was, now) = ((double)lostBefore / before.Decided, (double)lostAfter / after.Decided);
        if (Math.Abs(now - was) < LeastLoss || Bursty(was, before.Decided, before.EffectiveDecided, now, after.Decided, after.EffectiveDecided) >= level)
        {
            return LegVerdict.Unchanged;
        }
        return now > was ? LegVerdict.MoreLoss : LegVerdict.LessLoss;
    }

    /// <summary>
    /// The two-proportion test for what comes in bursts: were both runs alike, the one without a burst would have had its bursts too, so both count
    /// by the more uneven.
    /// </summary>
    private static double Bursty(double first, double firstCount, double firstWorth, double second, double secondCount, double secondWorth)
    {
        var worth = Math.Min(Math.Min(firstWorth / firstCount, secondWorth / secondCount), 1);
        return RankTest.Proportions(first, firstCount * worth, second, secondCount * worth);
    }

    /// <summary>Those that bear a tenth or more of the greatest change of their kind.</summary>
    private static List<LegChange> Blame(List<LegChange> changes)
    {
        const LegVerdict delay = LegVerdict.Slower | LegVerdict.Faster;
        const LegVerdict tail = LegVerdict.WorseTail | LegVerdict.BetterTail;
        const LegVerdict loss = LegVerdict.MoreLoss | LegVerdict.LessLoss;
        var most = Greatest(delay, Shift);
        var mostTail = Math.Max(Greatest(tail, TailShift), most);
        var mostLoss = Greatest(loss, LossShift);
        return changes.ConvertAll(c => c with
        {
            IsBlamed = (c.Verdict & delay) != 0 && Shift(c) >= most * LeastShare
                || (c.Verdict & tail) != 0 && TailShift(c) >= mostTail * LeastShare
                || (c.Verdict & loss) != 0 && LossShift(c) >= mostLoss * LeastShare,
        });

        double Greatest(LegVerdict kind, Func<LegChange, double> size) =>
            changes.Where(c => (c.Verdict & kind) != 0).Select(size).DefaultIfEmpty().Max();

        static double Shift(LegChange c) => c.P50 is { } p ? Math.Abs(p.After - p.Before) : 0;
        static double TailShift(LegChange c) => c.P99 is { } p ? Math.Abs(p.After - p.Before) : 0;
        static double LossShift(LegChange c) => c.Loss is { } l ? Math.Abs(l.After - l.Before) : 0;
    }
}
