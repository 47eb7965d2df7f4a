using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Plumbline.Primitives;

namespace Plumbline.Iptables.Frames;

public static partial class NftParser
{
    private const string VerdictMap = " vmap ";

    /// <summary>A rule with a verdict map is one rule for each of its elements: the first that holds decides, as no two do.</summary>
    private static IEnumerable<string> Spread(string line, Dictionary<string, string> sets)
    {
        var at = line.IndexOf(VerdictMap, StringComparison.Ordinal);
        if (at < 0)
        {
            yield return line;
            yield break;
        }
        var map = line[(at + VerdictMap.Length)..].TrimStart();
        var end = map.IndexOf('}', StringComparison.Ordinal);
        var elements = map.StartsWith('{') && end > 0 ? map[1..end]
            : map.StartsWith('@') ? sets.GetValueOrDefault(map[1..].Split(' ')[0]) : null;
        if (elements is null || elements.Contains(" . ", StringComparison.Ordinal))
        {
            yield return line;      // nobody can judge it
            yield break;
        }
        var head = line[..at];
        foreach (var element in elements.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = element.LastIndexOf(" : ", StringComparison.Ordinal);
            yield return colon < 0 ? line : element.StartsWith("* ", StringComparison.Ordinal) ? $"{WithoutKey(head)} {element[(colon + 3)..]}"
                : $"{head} {element[..colon].Split(" counter ")[0]} {element[(colon + 3)..]}";
        }
    }

    /// <summary>The element for all others asks nothing of the field, which is the last words of the head.</summary>
    private static string WithoutKey(string head)
    {
        var words = Words(head);
        return string.Join(' ', words.Take(Math.Max(0, words.Count - (words[^1] is "iifname" or "oifname" or "iif" or "oif" or "l4proto" or "protocol" ? 1 : 2))));
    }

    /// <summary>The translation from a word on, to the end of the rule; null where it is none.</summary>
    private static Target? ReadTranslation(List<string> words, int at)
    {
        var rest = words.Skip(at + 1).Where(w => w is not ("ip" or "ip6" or "to" or "random" or "persistent")).ToList();
        var isFully = rest.Remove("fully-random");
        var value = rest.Count > 0 ? rest[0] : "";
        switch (words[at])
        {
            case "masquerade":
                return new MasqueradeTarget { Ports = PortsOf(value.TrimStart(':')), IsFullyRandom = isFully };
            case "redirect":
                return new RedirectTarget { Ports = PortsOf(value.TrimStart(':')) };
            case "dnat" or "snat":
                if (Place(value) is not var (addresses, ports))
                {
                    return null;
                }
                return words[at] == "dnat" ? new DnatTarget { Addresses = addresses, Ports = ports }
                    : new SnatTarget { Addresses = addresses, Ports = ports };
            default:
                return null;
        }
    }

    /// <summary><c>10.0.0.1</c>, <c>10.0.0.1-10.0.0.9:80</c>, <c>[fd00::1]:80</c>, <c>:80</c>.</summary>
    private static (AddressRange? Addresses, PortRange? Ports)? Place(string text)
    {
        var close = text.LastIndexOf(']');
        var colon = close >= 0 ? text.IndexOf(':', close) : text.Count(c => c == ':') == 1 ? text.IndexOf(':', StringComparison.Ordinal) : -1;
        var ports = colon >= 0 ? PortsOf(text[(colon + 1)..]) : null;
        var span = (colon >= 0 ? text[..colon] : text).Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal);
        if (span.Length == 0)
        {
            return ports is null ? null : (null, ports);
        }
        var ends = span.Split('-');
        if (!IPAddress.TryParse(ends[0], out var first) || !IPAddress.TryParse(ends[^1], out var last) || first.AddressFamily != last.AddressFamily)
        {
            return null;
        }
        return (new AddressRange(first.AddressFamily == AddressFamily.InterNetwork ? IPFamily.IPv4 : IPFamily.IPv6, Wide(first), Wide(last)), ports);
    }

    private static UInt128 Wide(IPAddress address)
    {
        UInt128 number = 0;
        foreach (var one in address.GetAddressBytes())
        {
            number = (number << 8) | one;
        }
        return number;
    }

    private static PortRange? PortsOf(string text)
    {
        var ends = text.Split('-');
        return ushort.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && ushort.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? new(first, last) : null;
    }
}
