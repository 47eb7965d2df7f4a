using System.Globalization;
using System.Net;
using Plumbline.OpenFlow.Text;

namespace Plumbline.OpenFlow.Flows;

internal sealed partial class FlowParser
{
    private CtParameters? ParseCt(string text, Token argument)
    {
        if (text == "ct")
        {
            return new();
        }
        var ct = new CtParameters();
        var others = new List<string>();
        foreach (var part in Splitter.Split(argument, blanks: false))
        {
            var end = part.Text.AsSpan().IndexOfAny("=(");
            var name = end < 0 ? part.Text : part.Text[..end];
            var value = end < 0 ? "" : part.Text[(end + 1)..];
            switch (name)
            {
                case "commit":
                    ct = ct with { Commit = true };
                    break;
                case "force":
                    ct = ct with { Force = true };
                    break;
                case "table":
                    if (!TableReference.TryParse(value, out var table))
                    {
                        return null;
                    }
                    ct = ct with { Table = table };
                    break;
                case "zone":
                    if (TryParseInt(new(value, 0), 65535, out var zone))
                    {
                        ct = ct with { Zone = zone };
                        break;
                    }
                    if (!TryParseReference(value, out var field))
                    {
                        return null;
                    }
                    ct = ct with { ZoneField = field };
                    break;
                case "exec":
                    ct = ct with { Exec = ParseActions(part.Slice(end + 1, part.Text.Length - end - 2)) };
                    break;
                case "nat":
                    if (ParseNat(end < 0 ? "" : part.Text[(end + 1)..^1]) is not { } nat)
                    {
                        return null;
                    }
                    ct = ct with { Nat = nat };
                    break;
                default:
                    others.Add(part.Text);
                    break;
            }
        }
        return ct with { Others = others };
    }

    /// <summary>Reads <c>src=10.0.0.1-10.0.0.9:1000-2000,random</c>; nothing means: as the connection says.</summary>
    private static NatParameters? ParseNat(string text)
    {
        bool? isSource = null;
        IPAddress? first = null, last = null;
        int? firstPort = null, lastPort = null;
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? part : part[..equals];
            if (name is not ("src" or "dst"))
            {
                continue;       // hash, random, persistent: how to choose, not from what
            }
            isSource = name == "src";
            if (equals < 0)
            {
                continue;
            }
            var range = part[(equals + 1)..];
            var ports = PortsOf(range);
            if (ports >= 0)
            {
                if (!TryParseRange(range[(ports + 1)..], out firstPort, out lastPort))
                {
                    return null;
                }
                range = range[..ports];
            }
            var addresses = range.Split('-', 2);
            if (range.Length > 0 && (!IPAddress.TryParse(addresses[0].Trim('[', ']'), out first)
                || !IPAddress.TryParse(addresses[^1].Trim('[', ']'), out last)))
            {
                return null;
            }
        }
        return new(isSource, first, last, firstPort, lastPort);
    }

    /// <summary>Where the colon before the ports stands: the only one after IPv4, the one behind a bracket after IPv6.</summary>
    private static int PortsOf(string range)
    {
        var bracket = range.LastIndexOf(']');
        if (bracket >= 0)
        {
            return range.IndexOf(':', bracket);
        }
        var colon = range.IndexOf(':', StringComparison.Ordinal);
        return colon == range.LastIndexOf(':') ? colon : -1;
    }

    private static bool TryParseRange(string text, out int? first, out int? last)
    {
        var parts = text.Split('-', 2);
        var read = int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var low);
        var high = low;
        read &= parts.Length == 1 || int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out high);
        (first, last) = (low, high);
        return read;
    }
}
