using System.Globalization;

namespace Plumbline.Linux.Processes;

/// <summary>How much work had to wait for a processor (linux/Documentation/accounting/psi.rst).</summary>
public static class ProcessorPressure
{
    private const string Path = "/proc/pressure/cpu";

    /// <summary>
    /// For how long, since the machine started, some task was ready and had no processor; null where the kernel does not keep count. Of two
    /// readings the difference counts.
    /// </summary>
    public static TimeSpan? ReadWaited()
    {
        try
        {
            return Parse(File.ReadAllText(Path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // no PSI in this kernel, or switched off: reading it fails with EOPNOTSUPP then
        }
    }

    /// <summary>The line <c>some avg10=0.00 avg60=0.00 avg300=0.00 total=MICROSECONDS</c>.</summary>
    internal static TimeSpan? Parse(ReadOnlySpan<char> text)
    {
        const string mark = "total=";
        if (!text.StartsWith("some ") || text.IndexOf(mark) is not (var at and > 0))
        {
            return null;
        }
        var number = text[(at + mark.Length)..];
        var end = number.IndexOfAnyExceptInRange('0', '9');
        return long.TryParse(end < 0 ? number : number[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds)
            ? TimeSpan.FromMicroseconds(microseconds) : null;
    }
}
