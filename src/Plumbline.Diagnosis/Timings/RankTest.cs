using Plumbline.Packets.Timing;

namespace Plumbline.Diagnosis.Timings;

/// <summary>The statistics of a comparison, from histograms.</summary>
internal static class RankTest
{
    /// <summary>The Mann–Whitney test.</summary>
    /// <param name="Probability">That a sample of the second is greater than one of the first (half of the ties counted).</param>
    /// <param name="P">Two-sided, normal approximation with correction for ties and for the number of independent samples.</param>
    public readonly record struct Result(double Probability, double P);

    /// <summary>Compares two samples; values in one bin are ties.</summary>
    public static Result Of(DelayHistogram first, DelayHistogram second, double firstEffective, double secondEffective)
    {
        double n = first.Total, m = second.Total;
        var (above, ties) = (0.0, 0.0);
        var firstBelow = 0.0;
        using var a = first.Bins.GetEnumerator();
        using var b = second.Bins.GetEnumerator();
        var (hasA, hasB) = (a.MoveNext(), b.MoveNext());
        while (hasA || hasB)
        {
            var takesA = hasA && (!hasB || a.Current.Lower <= b.Current.Lower);
            var takesB = hasB && (!hasA || b.Current.Lower <= a.Current.Lower);
            double inA = takesA ? a.Current.Count : 0, inB = takesB ? b.Current.Count : 0;
            above += inB * (firstBelow + inA / 2);
            firstBelow += inA;
            var tied = inA + inB;
            ties += tied * tied * tied - tied;
            hasA = takesA ? a.MoveNext() : hasA;
            hasB = takesB ? b.MoveNext() : hasB;
        }
        var all = n + m;
        var variance = n * m / 12 * (all + 1 - ties / (all * (all - 1)));
        if (variance <= 0)
        {
            return new(0.5, 1);
        }
        var independent = Math.Sqrt(Math.Min(Math.Min(firstEffective / n, secondEffective / m), 1));
        var z = (above - n * m / 2) / Math.Sqrt(variance) * independent;
        return new(above / (n * m), TwoSided(z));
    }

    /// <summary>Two-proportion z test, two-sided.</summary>
    public static double Proportions(double first, double firstCount, double second, double secondCount)
    {
        var pooled = (first * firstCount + second * secondCount) / (firstCount + secondCount);
        var deviation = Math.Sqrt(pooled * (1 - pooled) * (1 / firstCount + 1 / secondCount));
        return deviation > 0 ? TwoSided((second - first) / deviation) : 1;
    }

    /// <summary>Lower bound of the bin in which the quantile is.</summary>
    public static long Quantile(DelayHistogram histogram, double part)
    {
        var rank = Math.Ceiling(part * histogram.Total);
        var last = 0L;
        foreach (var (lower, count) in histogram.Bins)
        {
            last = lower;
            rank -= count;
            if (rank <= 0)
            {
                break;
            }
        }
        return last;
    }

    /// <summary>The part in bins above that of a value.</summary>
    public static double PartAbove(DelayHistogram histogram, long limit)
    {
        var above = 0L;
        foreach (var (lower, count) in histogram.Bins)
        {
            above += lower > limit ? count : 0;
        }
        return histogram.Total > 0 ? (double)above / histogram.Total : 0;
    }

    private static double TwoSided(double z) => Math.Min(Complement(Math.Abs(z) / Math.Sqrt(2)), 1);

    /// <summary>erfc for 0 or more: Abramowitz and Stegun 7.1.26, absolute error below 1.5e-7; exponential bound far out.</summary>
    private static double Complement(double x)
    {
        var t = 1 / (1 + 0.3275911 * x);
        return ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t * Math.Exp(-x * x);
    }
}
