using System.Net;
using System.Net.Sockets;
using Plumbline.Neutron;
using Plumbline.Neutron.Api;
using Plumbline.Node.Topologies;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Tracing;

/// <summary>
/// The VMs and what their owners are taken to have configured: what DHCP hands out. A node does not see inside. Told best by Neutron's API,
/// else by the DHCP server's files, else by the spoof filter and the ARP tables (which a fault may have changed).
/// </summary>
internal sealed class GuestBook
{
    private readonly TraceFabric _fabric;
    private readonly Lazy<DhcpFiles> _dhcp;
    private List<TraceStack.Guest>? _guests;
    private Dictionary<(TraceNode Node, string Device), (TraceStack.Guest Guest, GuestNic Nic)>? _byDevice;

    public GuestBook(TraceFabric fabric)
    {
        _fabric = fabric;
        _dhcp = new(() => DhcpFiles.Read(fabric.Nodes.SelectMany(n => n.Snapshot.Files ?? [])));
    }

    /// <summary>The DHCP servers' files.</summary>
    public DhcpFiles Dhcp => _dhcp.Value;

    /// <summary>All VMs, one each, with all its NICs.</summary>
    public IReadOnlyList<TraceStack.Guest> All => _guests ??= Build();

    public IEnumerable<(TraceStack.Guest Guest, GuestNic Nic)> WithAddress(IPAddress address) =>
        from guest in All
        from nic in guest.Nics
        where nic.Addresses.Any(a => a.Address.Equals(address))
        select (guest, nic);

    /// <summary>The VM whose tap (or other device) it is; null where none.</summary>
    public (TraceStack.Guest Guest, GuestNic Nic)? ByDevice(TraceNode node, string device) =>
        (_byDevice ??= IndexDevices()).TryGetValue((node, device), out var found) ? found : null;

    /// <summary>The VM of a VIF.</summary>
    public (TraceStack.Guest Guest, GuestNic Nic)? ByVif(TraceNode node, Vif vif)
    {
        foreach (var guest in All)
        {
            foreach (var nic in guest.Nics)
            {
                if (nic.Node == node && ReferenceEquals(nic.Vif, vif))
                {
                    return (guest, nic);
                }
            }
        }
        return null;
    }

    private Dictionary<(TraceNode Node, string Device), (TraceStack.Guest Guest, GuestNic Nic)> IndexDevices()
    {
        var index = new Dictionary<(TraceNode Node, string Device), (TraceStack.Guest Guest, GuestNic Nic)>();
        foreach (var guest in All)
        {
            foreach (var nic in guest.Nics)
            {
                if (nic.DeviceName is { } device)
                {
                    index.TryAdd((nic.Node, device), (guest, nic));
                }
            }
        }
        return index;
    }

    private List<TraceStack.Guest> Build()
    {
        var result = new List<TraceStack.Guest>();
        foreach (var node in _fabric.Nodes)
        {
            foreach (var group in node.Topology.Vifs.Where(v => v.Owner == VifOwner.Instance)
                .GroupBy(v => v.InstanceId ?? v.InstanceName ?? (PortOf(v)?.DeviceId is { Length: > 0 } id ? id : null) ?? v.PortId ?? v.Device ?? ""))
            {
                var nics = group.Select(v => Make(node, v)).ToList();
                result.Add(new(LabelOf(group.ToList()), nics));
            }
        }
        return result;
    }

    private string LabelOf(List<Vif> vifs)
    {
        var named = vifs.Select(v => v.InstanceName).FirstOrDefault(n => n is not null);
        if (named is not null)
        {
            return named;
        }
        var port = PortOf(vifs[0]);
        return port?.Name is { Length: > 0 } name ? name : vifs[0].InstanceId ?? vifs[0].PortId ?? "a VM";
    }

    /// <summary>The API's port of a VIF; null where the API was not asked or does not know it.</summary>
    public CloudPort? PortOf(Vif vif) => vif.PortId is not { } id || _fabric.Cloud?.Ports is not { } ports ? null
        : ports.TryGetValue(id, out var exact) ? exact
        : id.Length < 36 ? ports.Values.FirstOrDefault(p => p.Id.StartsWith(id, StringComparison.Ordinal)) : null;

    private GuestNic Make(TraceNode node, Vif vif)
    {
        var port = PortOf(vif);
        var mac = MacOf(node, vif, port);
        var network = port?.NetworkId ?? Dhcp.NetworkOf(mac) ?? vif.Network?.Id;
        var addresses = port is { FixedAddresses.Count: > 0 } ? [.. port.FixedAddresses] : FromNode(node, vif, mac);
        var linkLocal = LinkLocalAddress.Of(mac);
        var withPrefix = new List<(IPAddress, int)>();
        var gateways = new List<IPAddress>();
        var routes = new List<(IPNetwork, IPAddress)>();
        foreach (var address in addresses)
        {
            var (length, gateway) = SubnetOf(network, address);
            withPrefix.Add((address, length));
            if (gateway is not null && !gateways.Exists(g => TraceFabric.SameFamily(g, gateway)))
            {
                gateways.Add(gateway);
            }
        }
        if (network is not null && Dhcp.RoutesOf(network) is { } told)
        {
            routes.AddRange(told.Where(r => withPrefix.Exists(a => TraceFabric.SameFamily(a.Item1, r.Via)
                && new IPNetwork(TraceSpace.Masked(a.Item1, a.Item2), a.Item2).Contains(r.Via))));
        }
        if (!withPrefix.Exists(a => a.Item1.Equals(linkLocal)))
        {
            withPrefix.Add((linkLocal, 64));
        }
        return new()
        {
            Node = node,
            Vif = vif,
            Mac = mac,
            Addresses = withPrefix,
            Gateways = gateways,
            Routes = routes,
            NetworkId = network,
        };
    }

    /// <summary>
    /// What the guest itself uses: libvirt's word, else the tap's address, which is the guest's but for its first octet; attached-mac in
    /// OVSDB is only what somebody wrote there.
    /// </summary>
    private static MacAddress MacOf(TraceNode node, Vif vif, CloudPort? port)
    {
        var device = vif.Device is { } id ? node.Topology.Find(id)?.Name : null;
        foreach (var (_, told) in device is null ? [] : node.DomainsOf(device))
        {
            if (told.Address is { } domain)
            {
                return domain;
            }
        }
        var wanted = port?.Address ?? vif.Address;
        var tap = device is null ? null : node.Own.Link(device);
        const ulong Tail = 0xff_ffff_ffff;
        // the API, or the filter that the agent made for the port, knows the same address as OVSDB: then somebody changed the tap's alone
        if (port?.Address is { } known ? known == vif.Address : vif.Address is not null && vif.IPAddresses.Count > 0)
        {
            return wanted ?? default;
        }
        if (tap is { Kind: "tun", Address: { } outer } && outer.Value >> 40 == 0xfe && (wanted is null || (wanted.Value.Value & Tail) != (outer.Value & Tail)))
        {
            return new(0xfaUL << 40 | outer.Value & Tail);
        }
        return wanted ?? default;
    }

    private List<IPAddress> FromNode(TraceNode node, Vif vif, MacAddress mac)
    {
        var found = new List<IPAddress>();
        // a filter that names others of that family was written when the guest got its address; the list may have been changed since
        var filtered = vif.IPAddresses.Select(a => IPAddress.TryParse(a, out var address) ? address : null).OfType<IPAddress>().ToList();
        var leased = Dhcp.AddressesOf(mac).Where(l => filtered.Contains(l) || !filtered.Exists(f => TraceFabric.SameFamily(f, l))).ToList();
        found.AddRange(leased);
        foreach (var text in vif.IPAddresses)
        {
            if (IPAddress.TryParse(text, out var address))
            {
                Add(address);
            }
        }
        if (vif.OvsBridge is { } bridge && Checking.CheckNode.OvsPortOf(vif) is { } name && node.Port(name)?.Number is { } number)
        {
            foreach (var address in node.FlowAddresses.Of(bridge, number))
            {
                Add(address);
            }
        }
        if (!found.Exists(a => a.AddressFamily == AddressFamily.InterNetworkV6 && !a.IsIPv6LinkLocal))
        {
            // nobody tells of one: a guest makes it of its network's prefix and its MAC (RFC 4862 §5.5.3)
            foreach (var prefix in PrefixesOf(vif.Network?.Id))
            {
                var octets = new byte[16];
                prefix.GetAddressBytes().AsSpan(0, 8).CopyTo(octets);
                LinkLocalAddress.Of(mac).GetAddressBytes().AsSpan(8).CopyTo(octets.AsSpan(8));
                Inferred.Add(new IPAddress(octets));
                found.Add(new IPAddress(octets));
            }
        }
        if (found.TrueForAll(Inferred.Contains) && vif.OvsEnd is not null)
        {
            found.AddRange(_fabric.Nodes.SelectMany(n => n.Spaces).Where(s => !s.IsOwn).SelectMany(s => s.Facts.Neighbours)
                .Where(n => n.LinkAddress == mac && !n.Address.IsIPv6LinkLocal).Select(n => n.Address).Distinct());
        }
        return found;

        // filters have allowed pairs too; where DHCP tells of a family, its word is the guest's own address
        void Add(IPAddress address)
        {
            if (!found.Contains(address) && !leased.Exists(l => TraceFabric.SameFamily(l, address)))
            {
                found.Add(address);
            }
        }
    }

    /// <summary>Addresses that nobody told of: made of a MAC address and a prefix.</summary>
    public HashSet<IPAddress> Inferred { get; } = [];

    /// <summary>Prefixes of 64 bits that routers have in a network.</summary>
    private IEnumerable<IPAddress> PrefixesOf(string? network) => network is null ? []
        : _fabric.Nodes.SelectMany(n => n.Topology.Vifs.Where(v => v.Owner == VifOwner.Router && v.Namespace is not null && NetworkOf(n, v) == network)
            .SelectMany(v => n.Space(v.Namespace!) is { } space && v.Device is { } id && space.Link(n.Topology.Find(id)?.Name ?? "") is { } link
                ? space.AddressesOf(link).Where(a => a.Address.AddressFamily == AddressFamily.InterNetworkV6 && a.PrefixLength == 64 && !a.Address.IsIPv6LinkLocal)
                    .Select(a => TraceSpace.Masked(a.Address, 64)) : [])).Distinct();

    /// <summary>Prefix length and gateway of an address's subnet.</summary>
    private (int Length, IPAddress? Gateway) SubnetOf(string? network, IPAddress address)
    {
        foreach (var subnet in _fabric.Cloud?.Subnets ?? [])
        {
            if ((network is null || subnet.NetworkId == network) && subnet.Prefix.Contains(address))
            {
                return (subnet.Prefix.PrefixLength, subnet.Gateway);
            }
        }
        int? length = null;
        IPAddress? router = null;
        IPAddress? linkLocal = null;
        foreach (var node in _fabric.Nodes)
        {
            foreach (var vif in node.Topology.Vifs)
            {
                if (vif.Owner is VifOwner.Instance || vif.Namespace is not { } name || node.Space(name) is not { } space
                    || (network is not null && NetworkOf(node, vif) != network)
                    || vif.Device is not { } id || space.Link(node.Topology.Find(id)?.Name ?? "") is not { } link)
                {
                    continue;
                }
                foreach (var own in space.AddressesOf(link))
                {
                    if (TraceFabric.SameFamily(own.Address, address) && own.PrefixLength < (own.Address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)
                        && !own.Address.IsIPv6LinkLocal
                        && new IPNetwork(TraceSpace.Masked(own.Address, own.PrefixLength), own.PrefixLength).Contains(address))
                    {
                        length ??= own.PrefixLength;
                        if (vif.Owner is VifOwner.Router)
                        {
                            router ??= own.Address;
                            linkLocal ??= space.AddressesOf(link).FirstOrDefault(a => a.Address.IsIPv6LinkLocal)?.Address;
                        }
                    }
                }
            }
        }
        var isIPv6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        var told = network is null || isIPv6 ? null : Dhcp.GatewayOf(network);
        // what the file says now is not what guests were told when they asked: a gateway that nobody is, beside a router that is there
        if (told is not null && router is not null && !told.Equals(router) && !Dhcp.HasAddress(network!, told)
            && !_fabric.Nodes.Exists(n => n.Spaces.Any(s => s.DeviceWith(told) is not null)))
        {
            told = null;
        }
        return (length ?? (isIPv6 ? 64 : 24), told ?? (isIPv6 ? linkLocal ?? router : router));
    }

    /// <summary>A service port's network: of its DHCP namespace's name, else as OVSDB tells.</summary>
    private static string? NetworkOf(TraceNode node, Vif vif) =>
        (vif.Namespace is { } name ? DeviceNames.DhcpNetworkId(name) : null) ?? vif.Network?.Id;
}
