using System.Globalization;
using System.Net;
using Plumbline.Neutron;
using Plumbline.Node.Facts;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Tracing;

/// <summary>Who asks for an address, and who has it: behind a router another than the trace's own two ends.</summary>
internal sealed class AskedParty
{
    private const string Wire = "phys:";
    private readonly List<(TraceNode Node, string Port)> _ports = [];
    private readonly HashSet<string> _places = new(StringComparer.Ordinal);

    private string? _physical;

    private AskedParty(string? asker) => AskerNode = asker;

    public string? AskerNode { get; }

    /// <summary>The node of the one who has the address; null where nobody that was told of has it.</summary>
    public string? OwnerNode { get; private set; }

    /// <summary>The address's MAC as its owner has it; null where nobody that was told of has it.</summary>
    public MacAddress? OwnerMac { get; private set; }

    /// <summary>The device that asks.</summary>
    public string Where { get; private set; } = "outside";

    /// <summary>vxlan, vlan …: of the network that the question is asked in.</summary>
    public string? NetworkType { get; private set; }

    /// <summary>Finds the owner in the asker's network, for an address may be in several.</summary>
    public static AskedParty Of(TraceFabric fabric, TraceStack stack, GuestNic? nic, string? device, IPAddress target)
    {
        var node = nic?.Node ?? (stack as TraceStack.Space)?.Facts.Node;
        var port = nic is not null ? PortOf(nic) : device;
        var party = new AskedParty(node?.Name);
        var own = node is not null && port is not null ? node.Port(port)?.Port.OtherConfig : null;
        var network = own?.GetValueOrDefault("net_uuid");
        party.NetworkType = own?.GetValueOrDefault("network_type");
        if (node is not null && port is not null)
        {
            party._ports.Add((node, port));
        }
        party.Where = device ?? port ?? "outside";
        party._physical = own?.GetValueOrDefault("physical_network");
        if (stack is TraceStack.Outside outside)
        {
            party.NetworkType = "flat";
            party._physical = outside.Segment is { } segment && segment.StartsWith(Wire, StringComparison.Ordinal) ? segment[Wire.Length..] : null;
        }
        if (network is null && stack is not TraceStack.Outside)
        {
            return party;
        }
        foreach (var (_, other) in fabric.Guests.WithAddress(target))
        {
            if (PortOf(other) is { } name && other.Node.Port(name)?.Port.OtherConfig is { } config && IsSame(config, network))
            {
                party.Add(other.Node, name, other.Mac);
                foreach (var prefix in (ReadOnlySpan<string>)["tap", "qbr", "qvb", "qvo"])
                {
                    party._places.Add(prefix + (DeviceNames.PortIdPrefix(name) ?? name));
                }
                return party;
            }
        }
        foreach (var space in fabric.Nodes.SelectMany(n => n.Spaces).Where(s => !s.IsOwn))
        {
            if (space.DeviceWith(target) is { } link && space.Node.Port(link.Name)?.Port.OtherConfig is { } config && IsSame(config, network))
            {
                party.Add(space.Node, link.Name, link.Address);
                party._places.Add(space.Name);
                return party;
            }
        }
        return party;
    }

    /// <summary>The same network; for who asks from outside, any on a physical network.</summary>
    private static bool IsSame(IReadOnlyDictionary<string, string> config, string? network) => network is not null
        ? config.GetValueOrDefault("net_uuid") == network : config.GetValueOrDefault("physical_network") is { Length: > 0 } physical && physical != "None";

    /// <summary>Nobody that was told of has the address in that network.</summary>
    public TraceDrop Nobody(TracePhase phase) => new()
    {
        Cause = TraceCause.Nobody,
        Node = AskerNode,
        Place = Where,
        What = "no node that was given has that address in this network",
        Phase = phase,
    };

    /// <summary>The way out of a physical network's ports: a patch port of their bridge that leads nowhere.</summary>
    public TraceDrop? NoWayOut(TracePhase phase)
    {
        if (NetworkType is not ("vlan" or "flat") || _ports.Count == 0)
        {
            return null;
        }
        var (node, asking) = _ports[0];
        if (node.Port(asking) is not { } own)
        {
            return null;
        }
        foreach (var patch in node.Ports)
        {
            if (patch.Bridge.Name != own.Bridge.Name || patch.Row.Type != "patch")
            {
                continue;
            }
            var peer = patch.Row.Options.GetValueOrDefault("peer");
            if (peer is null || node.Port(peer) is not { } other || other.Row.Options.GetValueOrDefault("peer") != patch.Row.Name)
            {
                return new()
                {
                    Cause = TraceCause.Patch,
                    Node = node.Name,
                    Place = patch.Row.Name,
                    What = $"{patch.Row.Name} of {own.Bridge.Name} leads nowhere: its peer {peer ?? "(none)"} {(peer is not null && node.Port(peer) is not null ? "leads back to another" : "is not there")}",
                    Evidence = [$"Interface {patch.Row.Name}: options:peer={peer}"],
                    Phase = phase,
                };
            }
        }
        return null;
    }

    /// <summary>The drop is on a physical network's bridge that is not this network's: only a flood's copies come there.</summary>
    public bool IsOfOthers(TraceFabric fabric, TraceDrop drop) => drop.Cause == TraceCause.Flow
        && fabric.Nodes.Find(n => n.Name == drop.Node) is { } node && TraceFabric.Mappings(node) is var mapped && mapped.ContainsValue(drop.Place)
        && (_physical is null or "None" || mapped.GetValueOrDefault(_physical) != drop.Place);

    /// <summary>Somebody has the address, and a flood's copy came to somebody else.</summary>
    public bool IsElsewhere(TraceDrop drop) => drop.Cause == TraceCause.Nobody && OwnerNode is not null && !Has(drop.Node, drop.Place);

    /// <summary>Somebody has the address, and no copy came to his devices: where it should have gone.</summary>
    public TraceDrop? Unreached(TracePhase phase)
    {
        if (OwnerNode is null || _ports.Count < 2)
        {
            return null;
        }
        var ((from, asking), (to, port)) = (_ports[0], _ports[^1]);
        if (from != to && NotCarried(from, asking) is { } notCarried)
        {
            return notCarried with { Phase = phase };
        }
        var (node, place, what) = from == to ? (to, to.Port(port)?.Bridge.Name ?? port, $"no copy of it is sent to {port}")
            : NetworkType is "vlan" or "flat" ? (to, TraceFabric.Mappings(to).GetValueOrDefault(_physical ?? "") ?? port, $"no copy of it comes in at {to.Name}")
            : (from, from.Ports.FirstOrDefault(p => p.Row.Options.ContainsKey("remote_ip"))?.Bridge.Name ?? "br-tun", $"no copy of it leaves {from.Name} for {to.Name}");
        return new() { Cause = TraceCause.Nobody, Node = node.Name, Place = place, What = what, Phase = phase };
    }

    /// <summary>The patch port that leads on from the asker's bridge does not carry his VLAN.</summary>
    private TraceDrop? NotCarried(TraceNode node, string asking)
    {
        if (node.Port(asking) is not { Port.Tag: { } vlan } own)
        {
            return null;
        }
        var next = NetworkType is "vlan" or "flat" ? TraceFabric.Mappings(node).GetValueOrDefault(_physical ?? "")
            : node.Ports.FirstOrDefault(p => p.Row.Options.ContainsKey("remote_ip"))?.Bridge.Name;
        foreach (var patch in node.Ports)
        {
            if (patch.Bridge.Name == own.Bridge.Name && patch.Row.Type == "patch" && node.Port(patch.Row.Options.GetValueOrDefault("peer") ?? "") is { } peer
                && peer.Bridge.Name == next && !Carries(patch.Port, vlan))
            {
                var trunks = string.Join(",", patch.Port.Trunks);
                return new()
                {
                    Cause = TraceCause.Vlan,
                    Node = node.Name,
                    Place = patch.Row.Name,
                    What = string.Create(CultureInfo.InvariantCulture, $"{patch.Row.Name} does not carry VLAN {vlan} of {asking}"),
                    Evidence = [string.Create(CultureInfo.InvariantCulture,
                        $"Port {patch.Row.Name}: tag={patch.Port.Tag?.ToString(CultureInfo.InvariantCulture) ?? "[]"} vlan_mode={patch.Port.VlanMode ?? "[]"} trunks=[{trunks}]")],
                };
            }
        }
        return null;
    }

    private static bool Carries(OvsPort port, int vlan) => (port.VlanMode ?? (port.Tag is null ? "trunk" : "access")) switch
    {
        "access" or "dot1q-tunnel" => port.Tag == vlan,
        "trunk" => port.Trunks.Count == 0 || port.Trunks.Contains(vlan),
        _ => port.Trunks.Count == 0 || port.Trunks.Contains(vlan) || port.Tag == vlan,
    };

    public bool Has(string? node, string place) => node == OwnerNode && _places.Contains(place);

    /// <summary>A port of either that is not in its network's VLAN.</summary>
    public TraceDrop? WrongVlan()
    {
        foreach (var (node, port) in _ports)
        {
            if (TraceEnds.WrongVlan(node, port) is { } drop)
            {
                return drop;
            }
        }
        return null;
    }

    private void Add(TraceNode node, string port, MacAddress? mac)
    {
        (OwnerNode, OwnerMac) = (node.Name, mac);
        _ports.Add((node, port));
        _places.Add(port);
    }

    private static string? PortOf(GuestNic nic) =>
        (nic.Vif.OvsEnd ?? nic.Vif.Device) is { } id ? id[(id.LastIndexOf('/') + 1)..] : null;
}
