using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Plumbline.Linux.Netlink;
using Plumbline.Neutron;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Tracing;

internal sealed partial class TraceEnds
{
    private static readonly IPAddress _metadata = new([169, 254, 169, 254]);

    private TraceStack FindSender()
    {
        var text = question.From.Trim();
        if (text.Equals("outside", StringComparison.OrdinalIgnoreCase))
        {
            return OutsideOf(null);
        }
        if (FindSpace(text, question.FromNode) is { } space)
        {
            return new TraceStack.Space(space);
        }
        if (TryAddress(text) is { } address)
        {
            var owners = fabric.Guests.WithAddress(address).ToList();
            switch (owners.Count)
            {
                case 1:
                    OriginNic = owners[0].Nic;
                    return owners[0].Guest;
                case > 1:
                    throw TraceProblems.Ambiguous(text, owners.Select(o => $"{o.Guest.Name} on {o.Nic.Node.Name} ({o.Nic.Vif.PortId})"));
            }
            foreach (var known in fabric.Nodes.SelectMany(n => n.Spaces))
            {
                if (known.DeviceWith(address) is not null)
                {
                    return new TraceStack.Space(known);
                }
            }
            return OutsideOf(address);
        }
        var (guest, nic) = FindGuest(text);
        OriginNic = nic;
        return guest;
    }

    private void FindReceiver()
    {
        var text = question.To.Trim();
        switch (text.ToLowerInvariant())
        {
            case "dhcp":
                IsDhcp = true;
                Destination = IPAddress.Broadcast;
                return;
            case "metadata":
                Destination = _metadata;
                return;
            case "gateway" or "router":
                var nics = OriginNic is not null ? [OriginNic] : (Origin as TraceStack.Guest)?.Nics ?? [];
                Destination = nics.SelectMany(n => n.Gateways).FirstOrDefault(g => question.Family is null || g.AddressFamily == question.Family)
                    ?? throw TraceProblems.NoGateway(question.From);
                FindSpaceOf(Destination);
                return;
        }
        if (FindSpace(text) is { } space)
        {
            _receiverSpace = space;
            Destination = AddressNear(space) ?? throw TraceProblems.NoAddress(text, IPAddress.Any);
            SetPlaces();
            return;
        }
        if (TryAddress(text) is { } address)
        {
            Destination = address;
            FindOwner(address);
            SetPlaces();
            return;
        }
        if (FindElsewhere(text) is { } elsewhere)
        {
            Destination = elsewhere;
            SetPlaces();
            return;
        }
        (_receiver, var only) = FindGuest(text);
        var choices = (only is null ? _receiver.Nics : [only]).SelectMany(n => n.Addresses.Select(a => (Nic: n, a.Address)))
            .Where(c => question.Family is { } family ? c.Address.AddressFamily == family : true)
            .Where(c => question.FromAddress is null || TraceFabric.SameFamily(question.FromAddress, c.Address))
            .Where(c => question.ToAddress is null || question.ToAddress.Equals(c.Address))
            .OrderBy(c => c.Address.IsIPv6LinkLocal ? 2 : c.Address.AddressFamily == AddressFamily.InterNetworkV6 ? 1 : 0)
            .ThenBy(c => IsNear(c.Nic) ? 0 : 1).ToList();
        if (choices.Count == 0)
        {
            throw TraceProblems.NoAddress(_receiver.Name, IPAddress.Any);
        }
        (_receiverNic, Destination) = choices[0];
        SetPlaces();
    }

    /// <summary>The NIC is in a network of the sender.</summary>
    private bool IsNear(GuestNic nic) => Origin is TraceStack.Guest guest
        && (OriginNic is { } own ? [own] : guest.Nics).Any(n => n.NetworkId is not null && n.NetworkId == nic.NetworkId);

    /// <summary>Who is known to have the address: in the sender's networks, else anywhere if only one has it.</summary>
    private void FindOwner(IPAddress address)
    {
        var owners = fabric.Guests.WithAddress(address).ToList();
        var near = owners.Where(o => IsNear(o.Nic)).ToList();
        if (near.Count > 0)
        {
            (_receiver, _receiverNic) = near[0];
            return;
        }
        if (Origin is TraceStack.Guest { Nics: var nics } guest && RouteOf(guest, address, OriginNic) is { NextHop: var hop } && !hop.Equals(address)
            && fabric.Nodes.SelectMany(n => n.Spaces).Where(s => s.DeviceWith(hop) is not null).ToList() is { Count: > 0 } routers)
        {
            // of those with this address, one whose network the sender's router has a port in
            var mine = routers.Where(r => r.Facts.Neighbours.Any(n => nics.Any(x => x.Mac == n.LinkAddress)) || routers.Count == 1).ToList();
            owners = [.. owners.Where(o => (mine.Count > 0 ? mine : routers).Any(r => o.Nic.Gateways.Any(g => r.DeviceWith(g) is not null)))];
        }
        if (owners.Count == 1)
        {
            (_receiver, _receiverNic) = owners[0];
            return;
        }
        FindSpaceOf(address);
    }

    private void FindSpaceOf(IPAddress address)
    {
        var spaces = fabric.Nodes.SelectMany(n => n.Spaces).Where(s => s.DeviceWith(address) is not null).ToList();
        if (Origin is TraceStack.Guest asker && RouteOf(asker, address, OriginNic) is var (nic, hop) && hop.Equals(address) && nic.NetworkId is { } network)
        {
            // on a link of its own: another network's router may have the same address
            spaces.RemoveAll(s => s.Node.Port(s.DeviceWith(address)!.Name)?.Port.OtherConfig.GetValueOrDefault("net_uuid") is { Length: > 0 } id && id != network);
        }
        if (spaces.Count == 1)
        {
            _receiverSpace = spaces[0];
        }
        else if (spaces.Count > 1 && Origin is TraceStack.Guest guest)
        {
            _receiverSpace = spaces.Find(s => s.Facts.Neighbours.Any(n => guest.Nics.Any(x => x.Mac == n.LinkAddress)));
        }
        SetPlaces();
    }

    private IPAddress? AddressNear(TraceSpace space)
    {
        var candidates = space.Facts.Addresses.Select(a => a.Address)
            .Where(a => !IPAddress.IsLoopback(a) && !a.IsIPv6LinkLocal && !TraceFabric.IsLinkLocal(a)
                && (question.Family is not { } family || a.AddressFamily == family)).ToList();
        var own = (Origin as TraceStack.Guest)?.Nics.SelectMany(n => n.Addresses).ToList() ?? [];
        return candidates.Find(c => own.Exists(o => TraceFabric.SameFamily(o.Address, c)
                && new IPNetwork(TraceSpace.Masked(o.Address, o.PrefixLength), o.PrefixLength).Contains(c)))
            ?? candidates.FirstOrDefault();
    }

    private void SetPlaces()
    {
        var places = new HashSet<string>(StringComparer.Ordinal);
        if (_receiverNic is { } nic)
        {
            foreach (var id in new[] { nic.Vif.Device, nic.Vif.HybridBridge, nic.Vif.BridgeEnd, nic.Vif.OvsEnd })
            {
                if (id is not null && nic.Node.Topology.Find(id) is { } element)
                {
                    places.Add(element.Name);
                }
            }
            places.Add(_receiver!.Name);
        }
        else if (_receiverSpace is { } space)
        {
            places.Add(space.Name);
            if (!space.IsOwn)
            {
                places.UnionWith(space.Facts.Links.Select(l => l.Name));
            }
        }
        ReceiverPlaces = places;
    }

    /// <summary><c>router:NAME</c>, <c>dhcp:NETWORK</c>, or a namespace's own name.</summary>
    private TraceSpace? FindSpace(string text, string? node = null)
    {
        var spaces = fabric.Nodes.SelectMany(n => n.Spaces).Where(s => !s.IsOwn).ToList();
        var exact = spaces.Find(s => s.Name == text && (node is null || s.Node.Name == node));
        if (exact is not null)
        {
            return exact;
        }
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var kind = colon > 0 ? text[..colon] : "";
        if (kind is not ("router" or "dhcp"))
        {
            return null;
        }
        var name = text[(colon + 1)..];
        var ids = kind == "router"
            ? fabric.Cloud?.Routers?.Where(r => r.Name == name).Select(r => r.Id).ToList() ?? []
            : fabric.Cloud?.Networks?.Values.Where(n => n.Name == name).Select(n => n.Id).ToList() ?? [];
        string[] prefixes = kind == "router" ? ["qrouter-", "snat-"] : ["qdhcp-"];
        var found = spaces.Where(s => prefixes.Any(p => s.Name.StartsWith(p, StringComparison.Ordinal)
            && (ids.Contains(s.Name[p.Length..]) || name.Length >= 4 && s.Name[p.Length..].StartsWith(name, StringComparison.Ordinal)))).ToList();
        return found.Count switch
        {
            1 => found[0],
            0 => throw TraceProblems.NoSuchSpace(text, spaces.Select(s => s.Name)),
            _ => found.Find(s => s.Name.StartsWith("qrouter-", StringComparison.Ordinal)) ?? found[0],
        };
    }

    private (TraceStack.Guest Guest, GuestNic? Nic) FindGuest(string text)
    {
        var byName = fabric.Guests.All.Where(g => g.Name == text || g.Nics.Any(n => n.Vif.InstanceName == text
            || n.Vif.InstanceId == text || DomainNames(n).Contains(text))).ToList();
        if (byName.Count == 0)
        {
            byName = [.. fabric.Guests.All.Where(g => g.Nics.Any(n => fabric.Guests.PortOf(n.Vif) is { } port && (port.IsNamedAfter(text) || port.DeviceId == text)))];
        }
        if (byName.Count > 1)
        {
            // plugged on two nodes: where Neutron has it bound it is, the other is left over
            var bound = byName.FindAll(g => g.Nics.Any(n => fabric.Guests.PortOf(n.Vif)?.Host is { Length: > 0 } host && host.Split('.')[0] == n.Node.Name.Split('.')[0]));
            byName = bound.Count == 1 && byName.TrueForAll(g => g.Nics[0].Vif.PortId == bound[0].Nics[0].Vif.PortId) ? bound : byName;
        }
        if (byName.Count == 1)
        {
            return (byName[0], null);
        }
        if (byName.Count > 1)
        {
            throw TraceProblems.Ambiguous(text, byName.Select(g => $"{g.Name} on {g.Nics[0].Node.Name} ({g.Nics[0].Vif.PortId})"));
        }
        var mac = MacAddress.TryParse(text, out var parsed) ? parsed : (MacAddress?)null;
        var prefix = DeviceNames.PortIdPrefix(text);
        var found = new List<(TraceStack.Guest, GuestNic?)>();
        foreach (var guest in fabric.Guests.All)
        {
            foreach (var nic in guest.Nics)
            {
                var isPort = nic.Vif.PortId is { } id && (prefix is not null ? id.StartsWith(prefix, StringComparison.Ordinal)
                    : text.Length >= 4 && id.StartsWith(text, StringComparison.OrdinalIgnoreCase));
                if (isPort || nic.DeviceName == text || mac is not null && (nic.Mac == mac || nic.Vif.Address == mac))
                {
                    found.Add((guest, nic));
                }
            }
            if (text.Length >= 4 && guest.Nics.Any(n => n.Vif.InstanceId?.StartsWith(text, StringComparison.OrdinalIgnoreCase) == true))
            {
                found.Add((guest, null));
            }
        }
        return found.DistinctBy(f => f.Item1).Count() switch
        {
            1 => found[0],
            0 when PortsElsewhere(text) is [var port, ..] => throw TraceProblems.NotHere(text, port.Host, fabric.Nodes.Select(n => n.Name)),
            0 => throw TraceProblems.NothingFound(text, fabric.Guests.All.Select(g => g.Name)),
            _ => throw TraceProblems.Ambiguous(text, found.Select(f => $"{f.Item1.Name} on {f.Item1.Nics[0].Node.Name}")),
        };
    }

    private static IEnumerable<string> DomainNames(GuestNic nic) => nic.DeviceName is not { } device ? []
        : nic.Node.DomainsOf(device).SelectMany(d => new[] { d.Domain.Name, d.Domain.DisplayName }).OfType<string>();

    private static IPAddress? TryAddress(string text) =>
        (text.Count(c => c == '.') == 3 || text.Count(c => c == ':') >= 2) && !MacAddress.TryParse(text, out _)
        && IPAddress.TryParse(text, out var address) ? address : null;

    /// <summary>A host outside: beyond the wire that leads to the receiver's address.</summary>
    private TraceStack.Outside OutsideOf(IPAddress? address)
    {
        if (TryAddress(question.To.Trim()) is not { } target)
        {
            target = FindGuest(question.To.Trim()).Guest.Nics.SelectMany(n => n.Addresses).Select(a => a.Address)
                .FirstOrDefault(a => !a.IsIPv6LinkLocal) ?? throw TraceProblems.NoAddress(question.To, IPAddress.Any);
        }
        foreach (var isExact in (bool[])[true, false])
        {
            foreach (var space in fabric.Nodes.SelectMany(n => n.Spaces).Where(s => !s.IsOwn))
            {
                foreach (var own in space.Facts.Addresses)
                {
                    if (space.Link(own.IfIndex) is not { } device || !TraceFabric.SameFamily(own.Address, target) || IPAddress.IsLoopback(own.Address)
                        || !(isExact ? own.Address.Equals(target) : new IPNetwork(TraceSpace.Masked(own.Address, own.PrefixLength), own.PrefixLength).Contains(target))
                        || SegmentOf(space.Node, device.Name) is not var (segment, vlan))
                    {
                        continue;
                    }
                    // any address beyond: whom the namespace would send it to is who sends from there
                    var gateway = Beyond(space, device, own);
                    var mac = space.Facts.Neighbours.FirstOrDefault(n => n.IfIndex == device.IfIndex && n.Address.Equals(gateway))?.LinkAddress;
                    return new(address ?? gateway, segment, vlan, mac ?? new(0x0200_0000_0002));
                }
            }
        }
        foreach (var (_, nic) in fabric.Guests.WithAddress(target))
        {
            if (nic.Vif.OvsEnd is { } end && nic.Node.Topology.Find(end) is { } element && SegmentOf(nic.Node, element.Name) is var (segment, vlan))
            {
                return new(address ?? throw TraceProblems.NoOutside(target), segment, vlan, new(0x0200_0000_0002));
            }
        }
        throw TraceProblems.NoOutside(target);
    }

    /// <summary>
    /// Who stands for all that is outside: the gateway that Neutron has there, else that of the default route, else a neighbour; a namespace
    /// without a route outside still knows who is on its wire.
    /// </summary>
    private IPAddress Beyond(TraceSpace space, Link device, LinkAddress own)
    {
        var network = space.Node.Port(device.Name)?.Port.OtherConfig.GetValueOrDefault("net_uuid");
        if (fabric.Cloud?.Subnets?.FirstOrDefault(s => s.NetworkId == network && s.Prefix.Contains(own.Address))?.Gateway is { } meant && !fabric.IsKnown(meant))
        {
            return meant;
        }
        var isIPv4 = own.Address.AddressFamily == AddressFamily.InterNetwork;
        var any = IPAddress.Parse(isIPv4 ? "198.18.0.1" : "2001:db8::1");
        if (RouteChoice.Find(space, any).NextHop is { } hop && !hop.Equals(any))
        {
            return hop;
        }
        return space.Facts.Neighbours.FirstOrDefault(n => n.IfIndex == device.IfIndex && n.LinkAddress is not null && TraceFabric.SameFamily(n.Address, own.Address)
            && !n.Address.IsIPv6LinkLocal && !fabric.IsKnown(n.Address)
            && space.AddressesOf(device).Any(a => TraceFabric.SameFamily(a.Address, n.Address)
                && new IPNetwork(TraceSpace.Masked(a.Address, a.PrefixLength), a.PrefixLength).Contains(n.Address)))?.Address ?? any;
    }

    /// <summary>The wire that a port's network is on, and its VLAN there; null for networks that have none.</summary>
    private static (string Segment, int? Vlan)? SegmentOf(TraceNode node, string device)
    {
        if (node.Port(device) is not { } port || port.Port.OtherConfig.GetValueOrDefault("physical_network") is not { Length: > 0 } physical
            || physical == "None")
        {
            return null;
        }
        int? vlan = port.Port.OtherConfig.GetValueOrDefault("network_type") == "vlan"
            && int.TryParse(port.Port.OtherConfig.GetValueOrDefault("segmentation_id"), CultureInfo.InvariantCulture, out var id) ? id : null;
        var mappings = TraceFabric.Mappings(node);
        if (mappings.ContainsKey(physical))
        {
            return ($"phys:{physical}", vlan);
        }
        // the agent's configuration lost it: the bridge that is still joined and is no other network's
        var left = node.Ports.Where(p => p.Row.Type == "patch" && p.Row.Name.StartsWith("phy-", StringComparison.Ordinal) && !mappings.ContainsValue(p.Bridge.Name))
            .Select(p => p.Bridge.Name).Distinct().ToList();
        return (left.Count == 1 ? $"bridge:{left[0]}" : mappings.Count > 0 ? $"lost:{node.Name}:{physical}" : $"bridge:br-{physical}", vlan);
    }

    /// <summary>Who stands for a host that a packet left to.</summary>
    public static TraceStack.Outside OutsideFor(WalkEnd left) => new(
        left.Frame.To, left.Segments.OrderBy(s => s.StartsWith("phys:", StringComparison.Ordinal) ? 0 : 1).ThenBy(s => s, StringComparer.Ordinal).FirstOrDefault(),
        left.Frame.Vlan, left.Frame.Destination);
}
