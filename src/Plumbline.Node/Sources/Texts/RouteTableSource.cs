using System.Globalization;
using System.Net;
using Plumbline.Linux.Netlink;

namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// <c>route -n</c> and <c>netstat -rn</c>: <c>Destination Gateway Genmask Flags … Iface</c>, for IPv6 <c>Destination Next-Hop Flag Met … If</c>. Names in
/// place of addresses (without <c>-n</c>) are left, but <c>default</c>.
/// </summary>
internal sealed class RouteTableSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "route -n, netstat -rn";

    /// <inheritdoc/>
    public override string Source => "routes";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["Destination"];

    /// <inheritdoc/>
    public override bool NeedsWhole => true;

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var found = 0;
        for (var i = 0; i < text.Lines.Length; i++)
        {
            var words = Words(text.Lines[i]);
            var isIPv6 = words is ["Destination", "Next", "Hop", ..];
            if (!isIPv6 && words is not ["Destination", "Gateway", "Genmask", "Flags", .., "Iface"])
            {
                continue;
            }
            var metric = Array.IndexOf(words, isIPv6 ? "Met" : "Metric") - (isIPv6 ? 1 : 0);
            while (i + 1 < text.Lines.Length && Words(text.Lines[i + 1]) is { Length: >= 6 } row)
            {
                i++;
                if ((isIPv6 ? ReadIPv6(row, metric) : ReadIPv4(row, metric)) is { } draft)
                {
                    builder.Namespace(text.NamespaceAt(i)).Add(draft);
                    found++;
                }
            }
        }
        return found;
    }

    private static RouteDraft? ReadIPv4(string[] row, int metric)
    {
        if (AddressOf(row[0]) is not { } destination || !IPAddress.TryParse(row[2], out var mask) || !row[3].StartsWith('U') && !row[3].StartsWith('!'))
        {
            return null;
        }
        return Draft(destination, IfconfigSource.LengthOf(mask), AddressOf(row[1]), row[3], metric > 0 ? row[metric] : "", row[^1]);

        static IPAddress? AddressOf(string word) => word is "default" or "*" ? IPAddress.Any : IPAddress.TryParse(word, out var address) ? address : null;
    }

    private static RouteDraft? ReadIPv6(string[] row, int metric)
    {
        if (row[0] == "[::]/0" || !IpRouteSource.ReadPrefix(row[0] == "default" ? "::/0" : row[0], out var destination, out var length))
        {
            return null;
        }
        _ = IPAddress.TryParse(row[1].Trim('[', ']'), out var gateway);
        return Draft(destination!, length, gateway, row[2], metric > 0 && metric < row.Length ? row[metric] : "", row[^1]);
    }

    /// <summary><c>!</c> among the flags is a reject route, <c>n</c> one of the node's own addresses.</summary>
    private static RouteDraft Draft(IPAddress destination, int length, IPAddress? gateway, string flags, string metric, string device) => new(
        new Route
        {
            Destination = destination,
            PrefixLength = length,
            Gateway = flags.Contains('G') ? gateway : null,
            Metric = uint.TryParse(metric, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0 ? value : null,
            Type = flags.Contains('!') ? 7 : flags.Contains('n') ? 2 : 1,
            Table = flags.Contains('n') ? 255u : 254u,
            Protocol = 3,
        },
        device is "-" or "*" ? null : device);

    private static string[] Words(string line) => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
