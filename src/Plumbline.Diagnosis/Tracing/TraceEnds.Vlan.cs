using System.Globalization;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Tracing;

internal sealed partial class TraceEnds
{
    private const int DeadVlan = 4095;

    /// <summary>
    /// An end's port that is not in its network's VLAN: where nobody takes a packet, that is why. Null where both are right, as far as the
    /// other ports of the network tell.
    /// </summary>
    public TraceDrop? WrongVlan()
    {
        foreach (var nic in new[] { OriginNic, _receiverNic })
        {
            if (nic?.Vif is { } vif && (vif.OvsEnd ?? (vif.Plug == VifPlug.Ovs ? vif.Device : null)) is { } end
                && nic.Node.Topology.Find(end)?.Name is { } name && WrongVlan(nic.Node, name) is { } drop)
            {
                return drop;
            }
        }
        foreach (var link in _receiverSpace?.Facts.Links ?? [])
        {
            if (WrongVlan(_receiverSpace!.Node, link.Name) is { } drop)
            {
                return drop;
            }
        }
        return null;
    }

    /// <summary>
    /// The drop is on a way that the sender's network does not take: a flood goes to every bridge, and those of other kinds of networks drop it.
    /// </summary>
    public bool LeadsAway(TraceDrop drop, string? network = null)
    {
        var type = network ?? OriginNic?.Vif.Network?.Type ?? _receiverNic?.Vif.Network?.Type;
        var node = fabric.Nodes.Find(n => n.Name == drop.Node);
        if (type is null || node is null || !node.Ports.Any(p => p.Bridge.Name == drop.Place))
        {
            return false;
        }
        var hasTunnels = node.Ports.Any(p => p.Bridge.Name == drop.Place && p.Row.Options.ContainsKey("remote_ip"));
        var hasEnds = node.Ports.Any(p => p.Bridge.Name == drop.Place && p.Row.ExternalIds.ContainsKey("iface-id"));
        return !hasEnds && hasTunnels == (type is "vlan" or "flat");
    }

    /// <summary>It came to somebody else than was meant, who has the same address; null where all is well.</summary>
    public string? Stranger(WalkEnd end) => _receiver is not null && end.Stack is TraceStack.Guest guest && !ReferenceEquals(guest, _receiver)
        && guest.Nics.Any(n => n.Addresses.Any(a => a.Address.Equals(end.Frame.To)))
            ? $"it comes to {guest.Name} on {end.Nic?.Node.Name}, which has the same address, and not to {_receiver.Name}" : null;

    /// <summary>A port that is not in its network's VLAN; null where it is, as far as the others tell.</summary>
    internal static TraceDrop? WrongVlan(TraceNode node, string name)
    {
        if (node.Port(name) is not { } port || port.Row.Name == port.Bridge.Name)
        {
            return null;
        }
        var what = port.Port.Tag switch
        {
            { } unused when port.Port.VlanMode == "trunk" =>
                string.Create(CultureInfo.InvariantCulture, $"{name} is a trunk (vlan_mode=trunk), which does not use its tag {unused}"),
            null => $"{name} has no VLAN tag",
            DeadVlan => $"{name} is in the dead VLAN {DeadVlan}: the agent has not bound it",
            { } tag => NetworkVlan(node, port) is { } right && right != tag
                ? string.Create(CultureInfo.InvariantCulture, $"{name} is in VLAN {tag}, its network on {node.Name} is VLAN {right}") : null,
        };
        return what is null ? null : new()
        {
            Cause = TraceCause.Vlan,
            Node = node.Name,
            Place = name,
            What = what,
            Evidence = [$"Port {name}: tag={port.Port.Tag?.ToString(CultureInfo.InvariantCulture) ?? "[]"} "
                + (port.Port.VlanMode is { Length: > 0 } mode ? $"vlan_mode={mode} " : "")
                + string.Join(' ', port.Port.OtherConfig.Select(o => $"{o.Key}={o.Value}"))],
        };
    }

    /// <summary>What most ports of the network have, else what the agent noted beside the tag.</summary>
    private static int? NetworkVlan(TraceNode node, TracePort port)
    {
        if (port.Port.OtherConfig.GetValueOrDefault("net_uuid") is not { Length: > 0 } network)
        {
            return null;
        }
        var noted = GivenVlan.Of(node.Snapshot, port.Port);
        var others = node.Ports.Where(p => !ReferenceEquals(p, port) && p.Port.OtherConfig.GetValueOrDefault("net_uuid") == network
            && p.Port.Tag is > 0 and < DeadVlan).GroupBy(p => p.Port.Tag!.Value).OrderByDescending(g => g.Count())
            .ThenBy(g => g.Key == noted ? 0 : 1).FirstOrDefault();
        return others?.Key ?? noted;
    }
}
