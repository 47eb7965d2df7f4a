using Plumbline.Primitives;

namespace Plumbline.Iptables;

/// <summary>What NAT rewrites to.</summary>
internal static class NatText
{
    /// <summary>Reads <c>[ADDRESS[-LAST]][:PORT[-LAST[/BASE]]]</c>; an IPv6 address before ports stands in brackets.</summary>
    public static bool TryParse(string text, IPFamily family, out AddressRange? addresses, out PortRange? ports, out ushort? portBase)
    {
        (addresses, ports, portBase) = (null, null, null);
        string host;
        var port = "";
        if (text.StartsWith('['))
        {
            var close = text.IndexOf(']', StringComparison.Ordinal);
            if (close < 0 || (close + 1 < text.Length && text[close + 1] != ':'))
            {
                return false;
            }
            host = text[1..close];
            port = close + 1 < text.Length ? text[(close + 2)..] : "";
        }
        else if (family == IPFamily.IPv6 && text.StartsWith(':') && !text.StartsWith("::", StringComparison.Ordinal))
        {
            (host, port) = ("", text[1..]);
        }
        else if (family == IPFamily.IPv4 && text.IndexOf(':', StringComparison.Ordinal) is var colon and >= 0)
        {
            (host, port) = (text[..colon], text[(colon + 1)..]);
        }
        else
        {
            host = text;
        }
        if (host.Length > 0)
        {
            if (!AddressRangeText.TryParse(host, out var range) || range.Family != family)
            {
                return false;
            }
            addresses = range;
        }
        return port.Length == 0 ? host.Length > 0 : TryParsePorts(port, out ports, out portBase);
    }

    private static bool TryParsePorts(string text, out PortRange? ports, out ushort? portBase)
    {
        (ports, portBase) = (null, null);
        if (text.IndexOf('/', StringComparison.Ordinal) is var slash and > 0)
        {
            portBase = ServiceNames.PortOf(text.AsSpan(slash + 1));
            text = text[..slash];
            if (portBase is null or 0)
            {
                return false;
            }
        }
        if (!PortText.TryParse(text, '-', out var range))
        {
            return false;
        }
        ports = range;
        return true;
    }
}
