using System.Globalization;
using System.Text;
using Plumbline.Diagnosis.Timings;
using Plumbline.Packets;
using Plumbline.Packets.Timing;

namespace Plumbline.Views;

/// <summary>Words and numbers of <c>plumb latency</c>.</summary>
internal static class LatencyWords
{
    private const string Levels = "▁▂▃▄▅▆▇█";
    private const string AsciiLevels = "_.-~=*#@";

    /// <summary>A delay with three figures: <c>12.3 µs</c>.</summary>
    public static string Delay(double nanoseconds)
    {
        var size = Math.Abs(nanoseconds);
        var (value, unit) = size < 1000 ? (nanoseconds, "ns")
            : size < 1_000_000 ? (nanoseconds / 1e3, "µs")
            : size < 1e9 ? (nanoseconds / 1e6, "ms") : (nanoseconds / 1e9, "s");
        var figures = Math.Abs(value) switch { < 10 => "0.00", < 100 => "0.0", _ => "0" };
        return $"{value.ToString(unit == "ns" ? "0" : figures, CultureInfo.InvariantCulture)} {unit}";
    }

    /// <summary>One end of a flow; an echo's identifier is no port.</summary>
    public static string End(IReadOnlyDictionary<InternetAddress, string> names, in FlowTuple flow, InternetAddress address, int port) =>
        PacketWords.EndOf(names, address, flow.Protocol is 1 or 58 ? 0 : port);

    /// <summary>A part of 1 in per cent.</summary>
    public static string Percent(double part) => part switch
    {
        0 => "0",
        < 0.001 => (part * 100).ToString("0.000", CultureInfo.InvariantCulture) + " %",
        < 0.1 => (part * 100).ToString("0.00", CultureInfo.InvariantCulture) + " %",
        _ => (part * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %",
    };

    /// <summary>
    /// The greatest delay of each bin as a bar, from the leg's median (lowest) to its greatest on a logarithmic scale; a blank where nothing
    /// left, <c>!</c> (Unicode: ✗) where packets were lost.
    /// </summary>
    public static string Sparkline(LegReport leg, int width, bool unicode)
    {
        var text = new StringBuilder();
        var levels = unicode ? Levels : AsciiLevels;
        var low = Math.Log(Math.Max(leg.Delay?.P50 ?? 1, 1));
        var high = Math.Max(Math.Log(Math.Max(leg.Delay?.Greatest ?? 1, 1)), low + Math.Log(4)); // noise is no mountain
        for (var i = 0; i < width; i++)
        {
            var (from, to) = (i * leg.Bins.Count / width, Math.Max((i + 1) * leg.Bins.Count / width, i * leg.Bins.Count / width + 1));
            long? greatest = null;
            var lost = 0;
            for (var bin = from; bin < to && bin < leg.Bins.Count; bin++)
            {
                lost += leg.Bins[bin].Lost;
                greatest = leg.Bins[bin].Greatest is { } here ? Math.Max(here, greatest ?? here) : greatest;
            }
            text.Append(lost > 0 ? unicode ? '✗' : '!'
                : greatest is not { } g ? ' '
                : levels[(int)Math.Clamp((Math.Log(Math.Max(g, 1)) - low) / (high - low) * (levels.Length - 1), 0, levels.Length - 1)]);
        }
        return text.ToString();
    }

    /// <summary>A verdict's words for programs.</summary>
    public static IEnumerable<string> Of(LegVerdict verdict)
    {
        if (verdict == LegVerdict.Unchanged)
        {
            yield return "unchanged";
        }
        foreach (var (flag, word) in _verdicts)
        {
            if ((verdict & flag) != 0)
            {
                yield return word;
            }
        }
    }

    /// <summary>A verdict's words for people: what changed, and of what nothing can be said.</summary>
    public static string Sentence(LegChange change)
    {
        var found = change.Verdict & ~LegVerdict.Inconclusive;
        var (loss, delay) = (change.Verdict & LegVerdict.LossDoubtful, change.Verdict & LegVerdict.Inconclusive & ~LegVerdict.LossDoubtful);
        var parts = new List<string>();
        if (found != 0)
        {
            parts.Add(string.Join(", ", Of(found)) + (change.IsBlamed || change.P50 is null ? "" : " (a little)"));
        }
        if (delay != 0)
        {
            parts.Add((found != 0 ? "no conclusion about delay: " : "no conclusion: ") + string.Join(", ", Of(delay)));
        }
        if (loss != 0)
        {
            parts.Add("no conclusion about loss: it may be the capture's own");
        }
        return parts.Count == 0 ? "unchanged" : string.Join("; ", parts);
    }

    private static readonly (LegVerdict Flag, string Word)[] _verdicts =
    [
        (LegVerdict.Slower, "slower"), (LegVerdict.Faster, "faster"), (LegVerdict.WorseTail, "more spikes"),
        (LegVerdict.BetterTail, "fewer spikes"), (LegVerdict.MoreLoss, "more loss"), (LegVerdict.LessLoss, "less loss"),
        (LegVerdict.TooFew, "too few packets"), (LegVerdict.ClockDoubtful, "clocks disagree"), (LegVerdict.OnlyOnce, "in one run only"),
        (LegVerdict.BusyProcessor, "processor too busy to say"),
        (LegVerdict.ClocksApart, "clocks of two machines"), (LegVerdict.Sampled, "too many packets not told apart or missed"),
        (LegVerdict.LossDoubtful, "losses may be the capture's own"),
    ];
}
