namespace Plumbline.Iptables;

/// <summary>Which columns a listing has, as its heading says.</summary>
/// <param name="HasNumbers">--line-numbers.</param>
/// <param name="HasCounters">-v: packets and bytes.</param>
/// <param name="HasInterfaces">-v: in and out.</param>
internal readonly record struct ListLayout(bool HasNumbers, bool HasCounters, bool HasInterfaces)
{
    /// <summary>Reads a heading (<c>num pkts bytes target prot opt in out source destination</c>), blanks lost or not; null for other lines.</summary>
    public static ListLayout? Parse(ReadOnlySpan<char> line)
    {
        if (line.Length > 200 || !line.Contains("target", StringComparison.Ordinal) || !line.Contains("prot", StringComparison.Ordinal)
            || !line.Contains("source", StringComparison.Ordinal) || !line.Contains("destination", StringComparison.Ordinal))
        {
            return null;
        }
        Span<char> dense = stackalloc char[200];
        var length = 0;
        foreach (var c in line)
        {
            if (c is not (' ' or '\t' or '\n' or '\r'))
            {
                dense[length++] = c;
            }
        }
        ReadOnlySpan<char> heading = dense[..length];
        return new(
            heading.StartsWith("num", StringComparison.Ordinal),
            heading.Contains("pkts", StringComparison.Ordinal),
            heading.Contains("inoutsource", StringComparison.Ordinal));
    }
}
