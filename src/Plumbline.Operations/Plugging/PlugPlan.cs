using System.Globalization;
using Plumbline.Linux;
using Plumbline.Linux.Netlink;

namespace Plumbline.Operations.Plugging;

/// <summary>
/// The steps that take a node from what it is to a port that is plugged (or unplugged), in os-vif's order. Pure: the same facts give
/// the same steps, and a chain that is whole gives none. What belongs to somebody else is refused here, before anything is touched.
/// </summary>
internal static partial class PlugPlan
{
    /// <summary>The highest usable VLAN; 4095 is Neutron's dead one.</summary>
    private const int LastTag = 4094;

    private const int DefaultMtu = 1500;

    /// <summary>
    /// Settings of a qbr: with an ageing time of 0 it floods like a hub, so that nothing learned before a live migration misleads
    /// frames; without snooping it holds no neighbour discovery back; without STP and delay a port forwards at once.
    /// </summary>
    public static LinkData.Bridge BridgeSettings { get; } = new()
    {
        SpanningTree = false,
        ForwardDelaySeconds = 0,
        AgeingTimeSeconds = 0,
        MulticastSnooping = false,
    };

    /// <summary>
    /// Sysctls of a qbr: the node must neither autoconfigure in the tenant's network nor answer ARP for its own
    /// addresses there.
    /// </summary>
    public static IReadOnlyList<(string Key, string Value)> SysctlsOf(string bridge) =>
    [
        (Sysctl.OfDevice("ipv6", bridge, "disable_ipv6"), "1"),
        (Sysctl.OfDevice("ipv4", bridge, "arp_ignore"), "1"),
        (Sysctl.OfDevice("ipv4", bridge, "arp_announce"), "2"),
    ];

    /// <summary>Steps that plug.</summary>
    /// <exception cref="OperationsException">Refused: something of that name is somebody else's, or is plugged another way.</exception>
    public static IReadOnlyList<PlugStep> Plug(PlugFacts facts, PlugOptions options)
    {
        var names = PlugNames.Of(options.PortId, options.Tap);
        CheckDatabase(facts, options, names);
        CheckLinks(facts, names);
        var steps = new List<PlugStep>();
        PlanHybridBridge(steps, facts, names.HybridBridge);
        var mtu = MtuOf(facts, options, names);
        PlanVeth(steps, facts, names, mtu);
        PlanPortRow(steps, facts, options, names);
        PlanTap(steps, facts, names, mtu);
        if (steps.OfType<PlugStep.SetAside>().FirstOrDefault() is { } aside)
        {
            steps.Add(new PlugStep.DeleteLink(aside.Aside));
        }
        return steps;
    }

    /// <summary>Steps that unplug, in os-vif's order: qbr, Port row, veth.</summary>
    /// <exception cref="OperationsException">Refused: the port is on another bridge, or somebody else's.</exception>
    public static IReadOnlyList<PlugStep> Unplug(PlugFacts facts, UnplugOptions options)
    {
        var names = PlugNames.Of(options.PortId);
        var port = facts.FindPort(names.OvsEnd);
        if (port is not null && port.Bridge != options.Bridge)
        {
            throw Problems.OnAnotherBridge(port, options.Bridge);
        }
        CheckOwner(port, options.PortId);
        var steps = new List<PlugStep>();
        if (facts.FindLink(names.HybridBridge) is { } bridge)
        {
            if (bridge.Kind is not (null or "bridge"))
            {
                throw Problems.WrongKind(names.HybridBridge, "bridge", bridge.Kind);
            }
            steps.Add(new PlugStep.DeleteLink(names.HybridBridge));
            if (facts.FindLink(names.BridgeEnd) is { } end && end.Flags.HasFlag(LinkFlags.Up))
            {
                steps.Add(new PlugStep.SetState(names.BridgeEnd, Up: false));
            }
        }
        if (port is not null)
        {
            steps.Add(new PlugStep.RemovePortRow(port.Bridge, port.Name, port.Uuid));
        }
        if (facts.FindLink(names.OvsEnd) is not null)
        {
            steps.Add(new PlugStep.DeleteLink(names.OvsEnd));
        }
        // a qvb that outlived its qvo has a stranger at its other end; os-vif would leave it, its next plug would delete it
        if (facts.FindLink(names.BridgeEnd) is { } orphan && !ArePeers(orphan, facts.FindLink(names.OvsEnd)))
        {
            steps.Add(new PlugStep.DeleteLink(names.BridgeEnd));
        }
        return steps;
    }

    private static void CheckDatabase(PlugFacts facts, PlugOptions options, PlugNames names)
    {
        if (!facts.Bridges.Contains(options.Bridge))
        {
            throw Problems.NoBridge(options.Bridge, facts.Bridges);
        }
        var port = facts.FindPort(names.OvsEnd);
        if (port is not null)
        {
            if (port.Bridge != options.Bridge)
            {
                throw Problems.OnAnotherBridge(port, options.Bridge);
            }
            CheckOwner(port, options.PortId);
            if (port.Type is not ("" or "system" or PlugStep.OpenInterface.ClosedType))
            {
                throw Problems.WrongType(port);
            }
        }
        if (facts.Ports.FirstOrDefault(p => p.Name != names.OvsEnd
            && p.ExternalIds.GetValueOrDefault("iface-id") == options.PortId) is { } other)
        {
            throw Problems.PluggedElsewhere(options.PortId, other);
        }
        if (facts.FindPort(names.Tap) is { } tap)
        {
            throw Problems.TapElsewhere(names.Tap, $"OVS bridge {tap.Bridge}");
        }
    }

    private static void CheckOwner(PlugPort? port, string portId)
    {
        if (port?.ExternalIds.GetValueOrDefault("iface-id") is { } owner
            && !string.Equals(owner, portId, StringComparison.OrdinalIgnoreCase))
        {
            throw Problems.AnothersPort(port.Name, owner);
        }
    }

    private static void CheckLinks(PlugFacts facts, PlugNames names)
    {
        if (facts.FindLink(names.HybridBridge) is { } bridge && bridge.Kind != "bridge")
        {
            throw Problems.WrongKind(names.HybridBridge, "bridge", bridge.Kind);
        }
        if (facts.FindLink(names.OvsEnd) is { } ovsEnd)
        {
            if (ovsEnd.Kind != "veth")
            {
                throw Problems.WrongKind(names.OvsEnd, "veth", ovsEnd.Kind);
            }
            if (facts.FindLink(names.BridgeEnd) is not { } bridgeEnd || !ArePeers(bridgeEnd, ovsEnd))
            {
                throw Problems.StrangePeer(names.OvsEnd, names.BridgeEnd);
            }
        }
        if (facts.FindLink(names.Tap) is { } tap && facts.MasterOf(tap) is { } master && master != names.HybridBridge)
        {
            throw Problems.TapElsewhere(names.Tap, $"bridge {master}");
        }
    }

    private static bool ArePeers(Link one, Link? other) =>
        other is not null && one.LinkIndex == other.IfIndex && other.LinkIndex == one.IfIndex
        && one.LinkNamespaceId is null && other.LinkNamespaceId is null;

    private static int MtuOf(PlugFacts facts, PlugOptions options, PlugNames names)
    {
        if (options.Mtu is { } asked)
        {
            return asked;
        }
        if (facts.FindLink(names.OvsEnd)?.Mtu is { } own)
        {
            return own;
        }
        var sibling = facts.Ports
            .Where(p => options.NetworkId is not null && p.Bridge == options.Bridge
                && p.OtherConfig.GetValueOrDefault("net_uuid") == options.NetworkId)
            .Select(p => facts.FindLink(p.Name)?.Mtu)
            .FirstOrDefault(m => m is not null);
        return sibling ?? DefaultMtu;
    }

    private static void PlanHybridBridge(List<PlugStep> steps, PlugFacts facts, string name)
    {
        var bridge = facts.FindLink(name);
        if (bridge is null)
        {
            steps.Add(new PlugStep.CreateHybridBridge(name));
        }
        else
        {
            AddSettings(steps, name, bridge.Data as LinkData.Bridge);
        }
        foreach (var (key, value) in SysctlsOf(name))
        {
            var current = facts.Sysctls.GetValueOrDefault(key);
            if (bridge is null || current is not null && current != value)
            {
                steps.Add(new PlugStep.SetSysctl(key, value, current));
            }
        }
        AddUp(steps, bridge, name);
    }

    private static void AddSettings(List<PlugStep> steps, string name, LinkData.Bridge? data)
    {
        if (data?.SpanningTree is true)
        {
            // a step of its own: while STP is on, the kernel takes no forward delay below 2 s
            steps.Add(new PlugStep.SetBridge(name, new() { SpanningTree = false }, new() { SpanningTree = true }));
        }
        var settings = new LinkData.Bridge();
        var old = new LinkData.Bridge();
        if (data?.ForwardDelaySeconds is { } delay and not 0)
        {
            (settings, old) = (settings with { ForwardDelaySeconds = 0 }, old with { ForwardDelaySeconds = delay });
        }
        if (data?.AgeingTimeSeconds is { } ageing and not 0)
        {
            (settings, old) = (settings with { AgeingTimeSeconds = 0 }, old with { AgeingTimeSeconds = ageing });
        }
        if (data?.MulticastSnooping is true)
        {
            (settings, old) = (settings with { MulticastSnooping = false }, old with { MulticastSnooping = true });
        }
        if (settings != new LinkData.Bridge())
        {
            steps.Add(new PlugStep.SetBridge(name, settings, old));
        }
    }

    private static void PlanVeth(List<PlugStep> steps, PlugFacts facts, PlugNames names, int mtu)
    {
        var ovsEnd = facts.FindLink(names.OvsEnd);
        var bridgeEnd = facts.FindLink(names.BridgeEnd);
        if (ovsEnd is null)
        {
            if (facts.FindPort(names.OvsEnd) is { } orphan && orphan.Type != PlugStep.OpenInterface.ClosedType)
            {
                steps.Add(new PlugStep.CloseInterface(names.OvsEnd, orphan.InterfaceUuid));
            }
            if (bridgeEnd is not null)
            {
                steps.Add(new PlugStep.SetAside(names.BridgeEnd, "old" + names.BridgeEnd[3..], bridgeEnd.Flags.HasFlag(LinkFlags.Up)));
                bridgeEnd = null;
            }
            steps.Add(new PlugStep.CreateVeth(names.BridgeEnd, names.OvsEnd, mtu));
        }
        AddUp(steps, bridgeEnd, names.BridgeEnd);
        AddUp(steps, ovsEnd, names.OvsEnd);
        AddMtu(steps, bridgeEnd, mtu);
        AddMtu(steps, ovsEnd, mtu);
        var master = bridgeEnd is null ? null : facts.MasterOf(bridgeEnd);
        if (master != names.HybridBridge)
        {
            steps.Add(new PlugStep.SetMaster(names.BridgeEnd, names.HybridBridge, master));
        }
    }

    private static void PlanTap(List<PlugStep> steps, PlugFacts facts, PlugNames names, int mtu)
    {
        if (facts.FindLink(names.Tap) is not { } tap)
        {
            return;
        }
        AddMtu(steps, tap, mtu);
        if (facts.MasterOf(tap) is null)
        {
            steps.Add(new PlugStep.SetMaster(names.Tap, names.HybridBridge));
        }
        AddUp(steps, tap, names.Tap);
    }

    private static void AddUp(List<PlugStep> steps, Link? link, string name)
    {
        if (link is null || !link.Flags.HasFlag(LinkFlags.Up))
        {
            steps.Add(new PlugStep.SetState(name, Up: true, WasUp: link is null ? null : false));
        }
    }

    private static void AddMtu(List<PlugStep> steps, Link? link, int mtu)
    {
        if (link is not null && link.Mtu != mtu)
        {
            steps.Add(new PlugStep.SetMtu(link.Name, mtu, link.Mtu));
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
