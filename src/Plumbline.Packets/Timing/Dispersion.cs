namespace Plumbline.Packets.Timing;

/// <summary>How much more unevenly marked packets lie among all than chance would have it.</summary>
internal static class Dispersion
{
    private const double ChanceDeviations = 2;

    /// <summary>
    /// The variance of the numbers of marked ones in pieces of a run beside the variance that independent packets would have (the design effect
    /// of a cluster sample).
    /// </summary>
    /// <param name="pieces">Packets of each piece, and the marked ones among them.</param>
    /// <returns>1 or more; 1 where nothing or everything is marked, or no more unevenly than chance has it.</returns>
    public static double Of(IEnumerable<(double All, double Marked)> pieces)
    {
        var list = pieces.Where(static p => p.All > 0).ToList();
        var (all, marked) = (0.0, 0.0);
        foreach (var piece in list)
        {
            all += piece.All;
            marked += piece.Marked;
        }
        if (list.Count < 2 || marked <= 0 || marked >= all)
        {
            return 1;
        }
        var part = marked / all;
        var squares = 0.0;
        foreach (var piece in list)
        {
            var off = piece.Marked - piece.All * part;
            squares += off * off;
        }
        var found = squares * list.Count / (list.Count - 1) / (all * part * (1 - part));
        // independent packets lie as unevenly as that one time in fifty: no bursts are told by it (chi-squared of the pieces, about normal)
        var chance = 1 + ChanceDeviations * Math.Sqrt(2.0 / (list.Count - 1));
        return found > chance ? found : 1;
    }
}
