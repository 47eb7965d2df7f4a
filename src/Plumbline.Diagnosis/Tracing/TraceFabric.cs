using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Plumbline.Linux.Netlink;
using Plumbline.Neutron.Api;
using Plumbline.Node.Topologies;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Tracing;

/// <summary>All nodes that were given, joined: who owns what address, which NICs hang on one wire, which VM is where.</summary>
internal sealed partial class TraceFabric
{
    private readonly Dictionary<(TraceNode, string), HashSet<string>> _segments = [];

    public TraceFabric(IReadOnlyList<Topology> topologies, Cloud? cloud)
    {
        Cloud = cloud;
        for (var i = 0; i < topologies.Count; i++)
        {
            Nodes.Add(new(topologies[i], NameOf(topologies[i].Snapshot, i, topologies.Count)));
        }
        Guests = new GuestBook(this);
        foreach (var node in Nodes)
        {
            FindSegments(node);
        }
    }

    public List<TraceNode> Nodes { get; } = [];

    /// <summary>What a node is called.</summary>
    public static string NameOf(Node.Facts.NodeSnapshot snapshot, int index, int count) => snapshot.Host ?? (count == 1 ? "node" : $"node{index + 1}");

    /// <summary>What Neutron wants; null where not told.</summary>
    public Cloud? Cloud { get; }

    public GuestBook Guests { get; }

    /// <summary>The node whose own namespace has the address.</summary>
    public (TraceSpace Space, Link Link)? OwnerOf(IPAddress address)
    {
        foreach (var node in Nodes)
        {
            if (node.OwnerOf(address) is { } owner)
            {
                return owner;
            }
        }
        return null;
    }

    /// <summary>Some space or VM that was given has the address.</summary>
    public bool IsKnown(IPAddress address) =>
        Nodes.Exists(n => n.Spaces.Any(s => s.DeviceWith(address) is not null)) || Guests.WithAddress(address).Any()
        || Cloud?.Ports?.Values.Any(p => p.FixedAddresses.Contains(address)) == true;

    /// <summary>A physical network's bridge that is there and has no device that leads out; null where none is so.</summary>
    public (TraceNode Node, string Bridge)? WithoutWire(string segment)
    {
        foreach (var node in Nodes)
        {
            foreach (var (physical, bridge) in Mappings(node))
            {
                if ($"phys:{physical}" == segment && node.Ports.Any(p => p.Bridge.Name == bridge)
                    && !node.Ports.Any(p => p.Bridge.Name == bridge && p.Row.Name != bridge && p.Row.Type.Length == 0))
                {
                    return (node, bridge);
                }
            }
        }
        return null;
    }

    /// <summary>The NIC leads out of the node.</summary>
    public static bool IsNic(TraceNode node, Link link) =>
        node.Topology.Find($"link:/{link.Name}") is { Kind: ElementKind.Nic }
        || node.Topology.Find($"link:/{link.Name}") is { Kind: ElementKind.Other } && link.Kind is null && link.HardwareType is 0 or 1;

    /// <summary>NICs of other nodes on the same wire.</summary>
    public IEnumerable<(TraceNode Node, Link Link)> OthersOn(TraceNode node, Link nic)
    {
        if (!_segments.TryGetValue((node, nic.Name), out var own))
        {
            yield break;
        }
        foreach (var ((other, name), segments) in _segments)
        {
            if (other != node && segments.Overlaps(own) && other.Own.Link(name) is { } link)
            {
                yield return (other, link);
            }
        }
    }

    /// <summary>NICs on a wire.</summary>
    public IEnumerable<(TraceNode Node, Link Link)> NicsOn(string segment)
    {
        foreach (var ((node, name), segments) in _segments)
        {
            if (segments.Contains(segment) && node.Own.Link(name) is { } link)
            {
                yield return (node, link);
            }
        }
    }

    /// <summary>A NIC carries what a device with an address sends: it is on the wire of that address's subnet.</summary>
    public bool IsBelow(TraceSpace space, Link nic, Link device) => nic.IfIndex == device.IfIndex
        || space.AddressesOf(device).Any(a => SegmentsOf(space.Node, nic).Contains(
            string.Create(CultureInfo.InvariantCulture, $"net:{TraceSpace.Masked(a.Address, a.PrefixLength)}/{a.PrefixLength}")));

    /// <summary>Names of the wires that a NIC is on.</summary>
    public IReadOnlySet<string> SegmentsOf(TraceNode node, Link nic) =>
        _segments.TryGetValue((node, nic.Name), out var found) ? found : new HashSet<string>();

    /// <summary>
    /// A wire is known by the physical network whose bridge has the NIC (bridge_mappings), and by the subnets of the addresses above it.
    /// </summary>
    private void FindSegments(TraceNode node)
    {
        var mappings = Mappings(node);
        foreach (var link in node.Own.Facts.Links)
        {
            if (!IsNic(node, link))
            {
                continue;
            }
            var names = new HashSet<string>(StringComparer.Ordinal);
            var above = new List<Link> { link };
            for (var i = 0; i < above.Count && above.Count < 32; i++)
            {
                var device = above[i];
                foreach (var address in node.Own.AddressesOf(device).Where(a => !a.Address.IsIPv6LinkLocal && !IPAddress.IsLoopback(a.Address)))
                {
                    names.Add(string.Create(
                        CultureInfo.InvariantCulture, $"net:{TraceSpace.Masked(address.Address, address.PrefixLength)}/{address.PrefixLength}"));
                }
                if (device.MasterIndex is { } master && node.Own.Link(master) is { Kind: "bridge" or "bond" or "team" } over)
                {
                    above.Add(over);
                }
                above.AddRange(node.Own.Facts.Links.Where(l => l.Kind is "vlan" or "macvlan" && l.LinkIndex == device.IfIndex && l.LinkNamespaceId is null));
                if (node.Port(device.Name) is { IsInternal: false } port)
                {
                    names.UnionWith(mappings.Where(m => m.Value == port.Bridge.Name).Select(m => "phys:" + m.Key));
                    names.Add("bridge:" + port.Bridge.Name);
                    // addresses of the bridge itself and of its other internal ports
                    above.AddRange(port.Bridge.Ports.SelectMany(p => p.Interfaces).Where(r => r.Type == "internal" || r.Name == port.Bridge.Name)
                        .Select(r => node.Own.Link(r.Name)).OfType<Link>().Where(l => !above.Contains(l)));
                }
            }
            _segments[(node, link.Name)] = names;
        }
    }

    /// <summary>bridge_mappings: physical network to bridge, from the agent's file, the API, or OVN's external_ids.</summary>
    public static Dictionary<string, string> Mappings(TraceNode node)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        Read(node.Snapshot.Ovs?.ExternalIds.GetValueOrDefault("ovn-bridge-mappings"));
        foreach (var file in node.Snapshot.Files ?? [])
        {
            foreach (var line in file.Text.Split('\n'))
            {
                var at = line.IndexOf('=', StringComparison.Ordinal);
                if (at > 0 && line[..at].Trim() == "bridge_mappings")
                {
                    Read(line[(at + 1)..]);
                }
            }
        }
        return found;

        void Read(string? text)
        {
            foreach (var pair in (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                if (pair.Split(':') is [var physical, var bridge])
                {
                    found[physical.Trim()] = bridge.Trim();
                }
            }
        }
    }

    public static bool SameFamily(IPAddress one, IPAddress other) => one.AddressFamily == other.AddressFamily;

    /// <summary>A group address of neighbour discovery (RFC 4291 §2.7.1).</summary>
    public static IPAddress SolicitedNode(IPAddress address)
    {
        var octets = address.GetAddressBytes();
        return new(
        [
            0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, octets[13], octets[14], octets[15],
        ]);
    }

    /// <summary>The Ethernet address of an IPv6 group (RFC 2464 §7).</summary>
    public static MacAddress GroupMac(IPAddress group)
    {
        var octets = group.GetAddressBytes();
        return MacAddress.Read([0x33, 0x33, octets[12], octets[13], octets[14], octets[15]]);
    }

    public static bool IsLinkLocal(IPAddress address) => address.IsIPv6LinkLocal
        || address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes() is [169, 254, ..];
}
