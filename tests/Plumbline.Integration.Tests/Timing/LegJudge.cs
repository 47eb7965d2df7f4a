using System.Text.Json;

namespace Plumbline.Integration.Tests.Timing;

/// <summary>Legs of <c>plumb latency --json</c> beside the books of the holder that stands there.</summary>
internal static class LegJudge
{
    /// <summary>The machine is so busy that a holder keeps packets though it is asked for nothing: then its hop has really changed.</summary>
    public static bool IsSlow(FrameHolder holder) => holder.Truth.Stay(0.98) > 100_000;

    /// <summary>The leg says what the books say.</summary>
    /// <param name="leg">It.</param>
    /// <param name="truth">The books; null: nothing was planted here.</param>
    /// <param name="natural">Nanoseconds that the leg takes without a plant.</param>
    /// <param name="told">For who reads that it failed.</param>
    /// <param name="hasSamePieces"><see cref="RoutedTraffic.HasSamePieces"/>.</param>
    /// <param name="areAlike"><see cref="RoutedTraffic.AreAlike"/>.</param>
    /// <param name="pieces">Packets of the leg for each of the books.</param>
    /// <param name="mostBehind">Packets that may be lost besides.</param>
    public static void Judge(
        JsonElement leg, HoldTruth? truth, long natural, string told, bool hasSamePieces = true, bool areAlike = false, int pieces = 1,
        int mostBehind = 0)
    {
        if (hasSamePieces && truth is not null)
        {
            Assert.True(truth.Came == leg.GetProperty("left").GetInt32(), $"{truth.Came} came; {told}");
        }
        var lost = leg.GetProperty("lost").GetInt32();
        var undecided = leg.GetProperty("undecided").GetInt32(); // dumpcap may have ended before them
        // of two that are alike the one may be taken for the other: then a hop seems to have missed one that another lost
        lost += areAlike ? leg.GetProperty("unseen").GetInt32() : 0;
        var real = (truth?.Lost ?? 0) * pieces;
        Assert.True(lost + undecided >= real && lost <= real + mostBehind, $"{real} lost; {told}");
        if (!areAlike && hasSamePieces)
        {
            Assert.True(leg.GetProperty("reordered").GetInt32() == (truth?.Reordered ?? 0), $"{truth?.Reordered ?? 0} reordered; {told}");
        }
        foreach (var (member, part) in (ReadOnlySpan<(string, double)>)[("p50Seconds", 0.5), ("p90Seconds", 0.9)])
        {
            if (truth is null || part > 0.5 && (areAlike || !hasSamePieces))
            {
                continue; // slow ones that are alike cannot be told from the next; the books of pieces are not those of whole segments
            }
            var (found, stayed) = (LatencyAnswer.Nanoseconds(leg, member), truth.Stay(part) + natural);
            Assert.True(Math.Abs(found - stayed) <= Math.Max(20_000, stayed / 20), $"{member} really {stayed} ns; {told}");
        }
    }

    /// <summary>A leg's members but for the long ones.</summary>
    public static string Told(JsonElement leg) => string.Join(", ", leg.EnumerateObject()
        .Where(m => m.Value.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object)).Select(m => $"{m.Name} {m.Value}"));
}
