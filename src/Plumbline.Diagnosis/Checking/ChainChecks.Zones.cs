using Plumbline.Iptables;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Checking;

internal sealed partial class ChainChecks
{
    /// <summary>Each port has a zone of its own; old releases gave each network one, which all its ports then have.</summary>
    private void CheckShared()
    {
        var zoned = new List<(Vif Vif, string Tap, int Zone)>();
        foreach (var vif in _family == IPFamily.IPv6 ? [] : _node.Topology.Vifs.Where(v => v is { Plug: VifPlug.Hybrid, Owner: VifOwner.Instance, Device: not null }))
        {
            var tap = vif.Device![(vif.Device!.LastIndexOf('/') + 1)..];
            if (tap.StartsWith("tap", StringComparison.Ordinal) && _ports.ZonesOf(tap, "qvb" + tap[3..]).Zones is { Count: 1 } zones)
            {
                zoned.Add((vif, tap, zones.First()));
            }
        }
        var isOfPorts = zoned.GroupBy(z => z.Vif.Network?.Id).Any(g => g.Key is not null && g.Select(z => z.Zone).Distinct().Count() > 1);
        foreach (var same in zoned.GroupBy(z => z.Zone).Where(g => g.Count() > 1 && (isOfPorts || g.Select(z => z.Vif.Network?.Id).Distinct().Count() > 1)))
        {
            Add("shared-zone", $"{_wrap}-PREROUTING", $"{string.Join(" and ", same.Select(z => z.Tap))} have one conntrack zone, {same.Key}",
                [$"zone {same.Key} in {_wrap}-PREROUTING of table raw: {string.Join(", ", same.Select(z => z.Tap))}"],
                "connections of both are tracked together: equal addresses on different networks mix", Restart, [.. same.Select(z => CheckNode.NameOf(z.Vif))]);
        }
    }

    private void CheckZone(Vif vif, string tap, int usual)
    {
        var qvb = "qvb" + tap[3..];
        var (own, zones) = _ports.ZonesOf(tap, qvb);
        if (own == 0 && usual != 0)
        {
            Add("missing-zone", tap, $"{tap}: no rule of table raw gives its packets a conntrack zone, and other ports have one", [],
                "its connections are tracked together with others': where addresses overlap, answers are taken for another VM's", Restart, CheckNode.NameOf(vif));
        }
        else if ((usual & ~own) != 0)
        {
            Add("missing-zone", tap, $"{tap}: packets by {PortRules.Words(usual & ~own, tap, qvb)} get no conntrack zone, and those of other ports do",
                [$"its other packets: zone {string.Join(", ", zones.Order())}"],
                "a connection is tracked in one zone and its answers in another: they are taken for invalid, or for new", Restart, CheckNode.NameOf(vif));
        }
        if (zones.Count > 1)
        {
            Add("wrong-zone", tap, $"{tap}: its packets get different conntrack zones by the way that they go", [$"zones {string.Join(", ", zones.Order())}"],
                "a connection is tracked in one zone and its answers in another: they are taken for invalid, or for new", Restart, CheckNode.NameOf(vif));
        }
    }
}
