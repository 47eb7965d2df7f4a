using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;

namespace Plumbline.Diagnosis.Tracing;

/// <summary>Which route a namespace takes, as ip-route(8) get would tell.</summary>
/// <param name="Route">It; null where none fits.</param>
/// <param name="Device">By which device; null where the route has none that is known.</param>
/// <param name="NextHop">Whom to send to: the gateway, or the destination itself.</param>
internal sealed record RouteChoice(Route? Route, Link? Device, IPAddress NextHop)
{
    private const int Unicast = 1;
    private const uint Main = 254;
    private const uint Default = 253;

    /// <summary>The route refuses: blackhole, unreachable, prohibit.</summary>
    public bool Refuses => Route?.Type is 6 or 7 or 8;

    /// <summary>The best route of a space.</summary>
    public static RouteChoice Find(TraceSpace space, IPAddress to, IPAddress? from = null, Link? input = null, uint mark = 0)
    {
        foreach (var table in Tables(space, to, from, input, mark))
        {
            if (Best(space, to, table) is not { } route)
            {
                continue;
            }
            if (route.Type == 9)
            {
                continue;   // throw: as if the table had none
            }
            var hop = route.NextHops.Count > 0 ? route.NextHops[0] : null;
            var index = route.IfIndex ?? hop?.IfIndex;
            return new(route, index is { } i ? space.Link(i) : null, route.Gateway ?? hop?.Gateway ?? to);
        }
        return new(null, null, to);
    }

    /// <summary>As ip-route(8) prints it.</summary>
    public override string ToString()
    {
        if (Route is not { } route)
        {
            return "no route";
        }
        var target = route.PrefixLength == 0 ? "default"
            : string.Create(CultureInfo.InvariantCulture, $"{route.Destination}/{route.PrefixLength}");
        var kind = route.Type switch { 6 => "blackhole ", 7 => "unreachable ", 8 => "prohibit ", _ => "" };
        var via = NextHop is { } hop && route.Gateway is not null ? $" via {hop}" : "";
        return $"{kind}{target}{via}{(Device is null ? "" : $" dev {Device.Name}")}";
    }

    private static Route? Best(TraceSpace space, IPAddress to, uint table)
    {
        Route? best = null;
        foreach (var route in space.Facts.Routes)
        {
            if (route.Destination.AddressFamily != to.AddressFamily || TableOf(route) != table
                || route.Type is not (Unicast or 0 or 6 or 7 or 8 or 9) || !Covers(route, to))
            {
                continue;
            }
            if (route.IfIndex is { } index && space.Link(index) is { } device && (device.Flags & LinkFlags.Up) == 0)
            {
                continue;
            }
            if (best is null || route.PrefixLength > best.PrefixLength
                || route.PrefixLength == best.PrefixLength && (route.Metric ?? 0) < (best.Metric ?? 0))
            {
                best = route;
            }
        }
        return best;
    }

    private static uint TableOf(Route route) => route.Table == 0 ? Main : route.Table;

    private static bool Covers(Route route, IPAddress to) => route.PrefixLength == 0
        || new IPNetwork(TraceSpace.Masked(route.Destination, route.PrefixLength), route.PrefixLength).Contains(to);

    private static IEnumerable<uint> Tables(TraceSpace space, IPAddress to, IPAddress? from, Link? input, uint mark)
    {
        var isIPv6 = to.AddressFamily == AddressFamily.InterNetworkV6;
        var rules = space.Facts.RoutingRules?.Where(r => r.IsIPv6 == isIPv6).OrderBy(r => r.Priority).ToList();
        if (rules is null or [])
        {
            yield return Main;
            yield return Default;
            yield break;
        }
        foreach (var rule in rules)
        {
            if (rule.Table is { } table && table != 255 && Matches(rule, to, from, input, mark) != rule.IsInverted)
            {
                yield return table;
            }
        }
    }

    private static bool Matches(RoutingRule rule, IPAddress to, IPAddress? from, Link? input, uint mark) =>
        (rule.To is not { } wantedTo || wantedTo.Contains(to))
        && (rule.From is not { } wantedFrom || from is not null && wantedFrom.Contains(from))
        && (rule.InInterface is not { } device || device == (input?.Name ?? "lo"))
        && rule.OutInterface is null
        && (rule.Mark is not { } wanted || (mark & (rule.MarkMask ?? uint.MaxValue)) == wanted);
}
