using System.Buffers;
using Plumbline.Packets.Pcapng;
using Plumbline.Packets.Timing;

namespace Plumbline.Diagnosis.Timings;

/// <summary>
/// Ties counters that rose to the hops between which packets vanished. Between the tap and qbr's veth stand the security group's chains of that
/// port; between two hops of br-int its flows; before tunnel ports those of br-tun as well; before the NIC those of its bridge; between two
/// ports of a router its own rules; and a device's drops stand beside the device.
/// </summary>
public static class LossCauses
{
    private static readonly SearchValues<char> _idCharacters = SearchValues.Create("0123456789abcdef-");

    /// <summary>Legs where packets are missing, those that lost most first.</summary>
    /// <param name="report">What the packets tell, with the hops' notes.</param>
    /// <param name="rises">What counted meanwhile; only what drops is used.</param>
    public static IReadOnlyList<LegLoss> Of(LatencyReport report, IReadOnlyList<CounterRise> rises)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(rises);
        var losses = new Dictionary<(int From, int To), long>();
        foreach (var leg in report.Ways.SelectMany(w => w.Legs))
        {
            if (leg.Lost > 0)
            {
                losses[(leg.From, leg.To)] = losses.GetValueOrDefault((leg.From, leg.To)) + leg.Lost;
            }
        }
        foreach (var flow in report.Vanished)
        {
            losses.TryAdd((flow.LastHop, flow.NextHop), flow.Packets);
        }
        return
        [
            .. losses.OrderByDescending(l => l.Value).Select(l => new LegLoss(l.Key.From, l.Key.To, l.Value, Causes(
                report.Hops[l.Key.From].Note, report.Hops[l.Key.To].Note, rises, l.Value))),
        ];
    }

    private static List<CounterRise> Causes(HopNote? from, HopNote? to, IReadOnlyList<CounterRise> rises, long lost) => from is null || to is null
        ? []
        : [.. rises.Where(r => r.Drops && IsBetween(r.Site, from, to)).OrderBy(r => Math.Abs(r.Packets - lost))];

    /// <summary>A packet that goes from one hop to the next passes there.</summary>
    internal static bool IsBetween(CounterSite site, HopNote from, HopNote to)
    {
        if (site.Chain is { } chain)
        {
            return IsRuleBetween(site.Namespace, chain, from, to);
        }
        if (site.Device is { } device)
        {
            return Has(from, site, device) || Has(to, site, device);
        }
        return site.Bridge is { } bridge && BridgesBetween(from, to).Contains(bridge);
    }

    private static bool Has(HopNote hop, CounterSite site, string device) =>
        (site.Bridge is not null || (hop.Namespace ?? "") == site.Namespace)
        && hop.Device is { } devices && devices.Split(',', StringSplitOptions.TrimEntries).Contains(device);

    private static bool IsRuleBetween(string space, string chain, HopNote from, HopNote to)
    {
        if (from.Kind is "router" or "dhcp" || to.Kind is "router" or "dhcp")
        {
            return space.Length > 0 && from.Namespace == space && to.Namespace == space;
        }
        if (space.Length > 0)
        {
            return false;
        }
        var isOut = from.Kind == "tap" && to.Kind is "qbr" or "qvb" or "qvo";
        var isIn = from.Kind is "qbr" or "qvb" or "qvo" && to.Kind == "tap";
        if (!isOut && !isIn)
        {
            return from.Kind == "tunnel" && to.Kind == "nic" && chain is "OUTPUT" or "POSTROUTING"
                || from.Kind == "nic" && to.Kind == "tunnel" && chain is "INPUT" or "PREROUTING";
        }
        if (PortChain(chain) is not (var direction, { Length: > 0 } port))
        {
            return chain is not ("INPUT" or "OUTPUT"); // of no port: FORWARD, the fallback, an operator's own
        }
        return (isIn ? direction == 'i' : direction != 'i') && from.Port?.StartsWith(port, StringComparison.Ordinal) != false;
    }

    /// <summary><c>neutron-openvswi-o5ee1a2b3-c</c>: the direction's letter and the first ten characters of the port's UUID.</summary>
    private static (char Direction, string Port) PortChain(string chain)
    {
        var dash = chain.IndexOf('-', chain.IndexOf('-', StringComparison.Ordinal) + 1);
        var name = dash > 0 && dash + 1 < chain.Length ? chain[(dash + 1)..] : "";
        return name.Length >= 9 && name[0] is 'i' or 'o' or 's' && name.AsSpan(1).IndexOfAnyExcept(_idCharacters) < 0
            ? (name[0], name[1..]) : ('\0', "");
    }

    /// <summary>The bridges whose flows decide between two hops.</summary>
    private static HashSet<string> BridgesBetween(HopNote from, HopNote to)
    {
        var bridges = new HashSet<string>();
        var (near, far) = (Depth(from), Depth(to));
        if (near < 0 || far < 0 || near == 0 && far == 0 && from.Kind is "tap" or "qvb" or "qbr" && to.Kind is "qvo" or "qvb" or "qbr" && from.Port == to.Port)
        {
            return bridges;
        }
        foreach (var hop in (HopNote[])[from, to])
        {
            if (hop.Bridge is { } bridge)
            {
                bridges.Add(bridge);
            }
        }
        if (Math.Min(near, far) == 0)
        {
            bridges.Add("br-int");
        }
        if (Math.Max(near, far) >= 1)
        {
            bridges.Add("br-tun");
        }
        if (Math.Max(near, far) == 2)
        {
            bridges.UnionWith(["br-phy", "br-ex", "br-provider"]);
        }
        if (near == far && near == 1)
        {
            bridges.Remove("br-int");
        }
        return bridges;
    }

    /// <summary>0: at br-int; 1: at the tunnels; 2: the node's edge.</summary>
    private static int Depth(HopNote hop) => hop.Kind switch
    {
        "nic" => 2,
        "tunnel" or "br-tun" => 1,
        "device" or "bridge" or "veth" when hop.Bridge is null => -1,
        _ => 0,
    };
}
