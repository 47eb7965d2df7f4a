using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Plumbline.Linux.Netlink;

namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// <c>ip [-d] [-6] route [show table all]</c>: <c>[TYPE] PREFIX|default [via GATEWAY] [dev DEVICE] …</c>, several next hops on indented lines
/// below that begin with <c>nexthop</c>.
/// </summary>
internal sealed class IpRouteSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "ip route";

    /// <inheritdoc/>
    public override string Source => "routes";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["dev ", "via ", "nexthop"];

    /// <inheritdoc/>
    public override bool NeedsWhole => true;

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var found = 0;
        for (var i = 0; i < text.Lines.Length; i++)
        {
            if (Read(text.Lines[i], text.CommandAt(i)) is not { } draft)
            {
                continue;
            }
            var network = builder.Namespace(text.NamespaceAt(i));
            var hops = new List<(string?, IPAddress?, int)>();
            while (i + 1 < text.Lines.Length && ReadHop(text.Lines[i + 1]) is { } hop)
            {
                hops.Add(hop);
                i++;
            }
            if (hops.Count == 0 && draft is { Device: null, Facts: { Gateway: null, Type: 1 } })
            {
                continue;   // a word and an address in prose
            }
            network.Add(draft with { Hops = hops });
            found++;
        }
        return found;
    }

    private static RouteDraft? Read(string line, string? command)
    {
        if (line.Length == 0 || line[0] is ' ' or '\t')
        {
            return null;
        }
        var words = new WordReader(line);
        var first = words.Next();
        var type = RouteDraft.TypeOf(first);
        if (type is not null)
        {
            first = words.Next();
        }
        var isDefault = first is "default";
        IPAddress? destination = null;
        var length = 0;
        if (!isDefault && !ReadPrefix(first, out destination, out length))
        {
            return null;
        }
        var route = new Route
        {
            Destination = destination ?? IPAddress.Any,
            PrefixLength = length,
            Type = type ?? 1,
            Table = 254,
            Protocol = 3,
        };
        string? device = null;
        var told = false;
        while (words.Next() is { IsEmpty: false } word)
        {
            switch (word)
            {
                case "via":
                    var gateway = words.Next();
                    gateway = gateway is "inet6" or "inet" ? words.Next() : gateway;
                    if (!IPAddress.TryParse(gateway, out var via))
                    {
                        return null;
                    }
                    route = route with { Gateway = via };
                    told = true;
                    break;
                case "dev":
                    device = words.Next().ToString();
                    told = device.Length is > 0 and < 16;
                    break;
                case "src" when IPAddress.TryParse(words.Next(), out var source):
                    route = route with { Source = source };
                    break;
                case "metric" when uint.TryParse(words.Next(), NumberStyles.None, CultureInfo.InvariantCulture, out var metric):
                    route = route with { Metric = metric };
                    break;
                case "table":
                    route = route with { Table = RouteDraft.TableOf(words.Next().ToString()) };
                    break;
                case "proto":
                    route = route with { Protocol = RouteDraft.ProtocolOf(words.Next().ToString()) };
                    told = true;
                    break;
                case "scope":
                    route = route with { Scope = LinkDraft.ScopeOf(words.Next().ToString()) };
                    told = true;
                    break;
                case "lladdr" or "REACHABLE" or "STALE" or "FAILED" or "DELAY" or "PROBE" or "INCOMPLETE" or "PERMANENT" or "NOARP":
                    return null;    // a neighbour's line
            }
        }
        var family = route.Gateway ?? route.Source;
        if (isDefault && (family?.AddressFamily == AddressFamily.InterNetworkV6 || (family is null && IsIPv6(command))))
        {
            route = route with { Destination = IPAddress.IPv6Any };
        }
        return told || type is not null and not 1 ? new(route, device) : null;
    }

    private static (string? Device, IPAddress? Gateway, int Weight)? ReadHop(string line)
    {
        var words = new WordReader(line);
        if (words.Next() is not "nexthop")
        {
            return null;
        }
        string? device = null;
        IPAddress? gateway = null;
        var weight = 1;
        while (words.Next() is { IsEmpty: false } word)
        {
            switch (word)
            {
                case "via":
                    var address = words.Next();
                    _ = IPAddress.TryParse(address is "inet6" or "inet" ? words.Next() : address, out gateway);
                    break;
                case "dev":
                    device = words.Next().ToString();
                    break;
                case "weight" when int.TryParse(words.Next(), NumberStyles.None, CultureInfo.InvariantCulture, out var number):
                    weight = number;
                    break;
            }
        }
        return (device, gateway, weight);
    }

    /// <summary>An address, with or without the length of its prefix.</summary>
    internal static bool ReadPrefix(ReadOnlySpan<char> word, out IPAddress? address, out int length)
    {
        var slash = word.IndexOf('/');
        var text = slash < 0 ? word : word[..slash];
        length = 0;

        // IPAddress would take "1" for 0.0.0.1
        if (text.IndexOf(':') < 0 && text.Count('.') != 3)
        {
            address = null;
            return false;
        }
        if (!IPAddress.TryParse(text, out address))
        {
            return false;
        }
        var most = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        if (slash < 0)
        {
            length = most;
            return true;
        }
        return int.TryParse(word[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out length) && length <= most;
    }

    /// <summary>The command asked for IPv6.</summary>
    internal static bool IsIPv6(string? command) =>
        command is not null && (command.Contains(" -6", StringComparison.Ordinal) || command.Contains("inet6", StringComparison.Ordinal));
}
