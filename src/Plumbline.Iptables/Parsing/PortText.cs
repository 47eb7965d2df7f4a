using Plumbline.Primitives;

namespace Plumbline.Iptables;

/// <summary>Ports as iptables reads them: numbers or services, ranges open at either end.</summary>
internal static class PortText
{
    /// <summary>Reads <c>22</c>, <c>ssh</c>, <c>1024:</c>, <c>:</c>; <paramref name="separator"/> parts a range.</summary>
    public static bool TryParse(string text, char separator, out PortRange range)
    {
        range = default;
        var cut = text.IndexOf(separator, StringComparison.Ordinal);
        // a dash may be part of a service's name: ftp-data
        if (cut < 0 || (separator == '-' && ServiceNames.PortOf(text) is not null))
        {
            if (ServiceNames.PortOf(text) is not { } port)
            {
                return false;
            }
            range = new(port);
            return true;
        }
        var first = cut == 0 ? 0 : ServiceNames.PortOf(text.AsSpan(0, cut));
        var last = cut == text.Length - 1 ? ushort.MaxValue : ServiceNames.PortOf(text.AsSpan(cut + 1));
        if (first is null || last is null || first > last)
        {
            return false;
        }
        range = new((ushort)first, (ushort)last);
        return true;
    }
}
