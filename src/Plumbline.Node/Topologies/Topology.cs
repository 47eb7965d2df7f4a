using System.Net;
using Plumbline.Node.Facts;
using Plumbline.Primitives;

namespace Plumbline.Node.Topologies;

/// <summary>
/// The meaning of a <see cref="NodeSnapshot"/>: a graph of elements (what exists) and connections (what a frame can cross), and the
/// VIFs that an operator asks about. Immutable and pure: <see cref="Build"/> of equal snapshots is equal. Nothing in the snapshot
/// is left out: what has no known role is an element of kind <see cref="ElementKind.Other"/>.
/// </summary>
public sealed partial record Topology
{
    /// <summary>The facts it was made from.</summary>
    public required NodeSnapshot Snapshot { get; init; }

    /// <summary>Everything that exists, in a stable order: by namespace, then kind, then name.</summary>
    public required IReadOnlyList<Element> Elements { get; init; }

    /// <summary>What joins them; each pair once.</summary>
    public required IReadOnlyList<Connection> Connections { get; init; }

    /// <summary>Virtual interfaces of instances, DHCP servers and routers, by instance name, then port.</summary>
    public required IReadOnlyList<Vif> Vifs { get; init; }

    /// <summary>Networks told by Port.other_config or by shared local VLANs, by local VLAN.</summary>
    public required IReadOnlyList<Network> Networks { get; init; }

    /// <summary>Makes the topology of a snapshot.</summary>
    public static Topology Build(NodeSnapshot snapshot) => throw new NotImplementedException();

    /// <summary>The element with this id; null where there is none.</summary>
    public Element? Find(string id) => throw new NotImplementedException();

    /// <summary>Connections of an element, in stable order.</summary>
    public IReadOnlyList<Connection> ConnectionsOf(string id) => throw new NotImplementedException();

    /// <summary>
    /// A VIF's chain as a frame from the instance meets it: instance, tap, qbr, qvb, qvo, br-int, then each way on (patch, br-tun,
    /// tunnels; patch, provider bridge, NIC). What is missing in between is a gap: the next element that exists follows.
    /// </summary>
    public IReadOnlyList<Element> ChainOf(Vif vif) => throw new NotImplementedException();
}

/// <summary>One thing that exists.</summary>
public sealed record Element
{
    /// <summary>
    /// Unique and stable: <c>instance:NAME</c>, <c>link:NAMESPACE/NAME</c>, <c>ovs-bridge:NAME</c>, <c>ovs-port:BRIDGE/NAME</c>,
    /// <c>remote:ADDRESS</c>. A device that is both a kernel link and an OVS port is one element, with the link's id.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>What it is.</summary>
    public required ElementKind Kind { get; init; }

    /// <summary>The device's, bridge's or instance's name.</summary>
    public required string Name { get; init; }

    /// <summary>The namespace's name; empty for the node's own; null where the thing lives in none (instance, patch port, remote).</summary>
    public string? Namespace { get; init; }

    /// <summary>The OVS bridge that it is a port of.</summary>
    public string? OvsBridge { get; init; }

    /// <summary>Up, down, or not known.</summary>
    public ElementState State { get; init; }

    /// <summary>Its Ethernet address.</summary>
    public MacAddress? Address { get; init; }

    /// <summary>Its IP addresses with prefix length, e.g. <c>172.16.0.1/24</c>.</summary>
    public IReadOnlyList<string> IPAddresses { get; init; } = [];

    /// <summary>Bytes.</summary>
    public int? Mtu { get; init; }

    /// <summary>The OVS port's tag.</summary>
    public int? Vlan { get; init; }

    /// <summary>OpenFlow port number.</summary>
    public int? OfPort { get; init; }

    /// <summary>The kernel link behind it: namespace name and ifindex.</summary>
    public int? IfIndex { get; init; }

    /// <summary>Of a tunnel: the two ends.</summary>
    public TunnelEnds? Tunnel { get; init; }

    /// <summary>The Neutron port's UUID, whole or as far as the device name tells it.</summary>
    public string? NeutronPort { get; init; }

    /// <summary>Of a mirror's output port, or of one of our devices: whose it is, in words.</summary>
    public string? Note { get; init; }

    /// <summary>What is wrong with it as the facts themselves say (OVS error, no carrier, dead VLAN …), each in a few words.</summary>
    public IReadOnlyList<string> Troubles { get; init; } = [];
}

/// <summary>The ends of a tunnel port.</summary>
/// <param name="Type">gre, vxlan, geneve …</param>
/// <param name="Local">options:local_ip; null: any.</param>
/// <param name="Remote">options:remote_ip; null: by flow.</param>
/// <param name="Key">options:key or in_key/out_key: a number, or <c>flow</c>.</param>
public sealed record TunnelEnds(string Type, IPAddress? Local, IPAddress? Remote, string? Key);

/// <summary>What an element is to an operator.</summary>
public enum ElementKind
{
    /// <summary>A virtual machine.</summary>
    Instance,

    /// <summary>The instance's tap (or vnet) device.</summary>
    Tap,

    /// <summary>A vhost-user port: no kernel device.</summary>
    VhostUser,

    /// <summary>A Linux bridge for one port (qbr).</summary>
    HybridBridge,

    /// <summary>Any other Linux bridge.</summary>
    LinuxBridge,

    /// <summary>qvb, the veth end in the hybrid bridge.</summary>
    HybridVethBridgeEnd,

    /// <summary>qvo, the veth end in br-int.</summary>
    HybridVethOvsEnd,

    /// <summary>Any other veth end.</summary>
    Veth,

    /// <summary>An OVS bridge (its local port and internal device included).</summary>
    OvsBridge,

    /// <summary>An OVS patch port.</summary>
    Patch,

    /// <summary>An OVS or kernel tunnel port.</summary>
    Tunnel,

    /// <summary>The far end of a tunnel.</summary>
    RemoteEnd,

    /// <summary>A DHCP server's port.</summary>
    DhcpPort,

    /// <summary>A router's port into a network (qr-).</summary>
    RouterPort,

    /// <summary>A router's gateway port (qg-).</summary>
    GatewayPort,

    /// <summary>Any other OVS internal port.</summary>
    OvsInternal,

    /// <summary>Hardware, or what stands for it (the device without a kind, or a veth that leaves the node).</summary>
    Nic,

    /// <summary>A VLAN device, bond or the like.</summary>
    Stacked,

    /// <summary>A mirror's output port or a capture's monitor device.</summary>
    Monitor,

    /// <summary>Loopback.</summary>
    Loopback,

    /// <summary>What it is for is not known; it is shown as what it is.</summary>
    Other,
}

/// <summary>Operational state.</summary>
public enum ElementState
{
    /// <summary>Not told.</summary>
    Unknown,

    /// <summary>Up, or up as far as the driver says.</summary>
    Up,

    /// <summary>Down, by the administrator or for want of carrier.</summary>
    Down,

    /// <summary>A row or definition says it should exist, but the device does not.</summary>
    Missing,
}

/// <summary>A frame can cross from one to the other.</summary>
/// <param name="Kind">How.</param>
/// <param name="From">The end nearer to an instance, where there is such an order.</param>
/// <param name="To">The other end.</param>
public sealed record Connection(ConnectionKind Kind, string From, string To);

/// <summary>Ways in which two elements are joined.</summary>
public enum ConnectionKind
{
    /// <summary>The instance's virtual NIC to its tap.</summary>
    InstanceNic,

    /// <summary>A member and its Linux bridge.</summary>
    LinuxBridgeMember,

    /// <summary>A port and its OVS bridge.</summary>
    OvsBridgePort,

    /// <summary>The two ends of a veth pair.</summary>
    VethPair,

    /// <summary>The two ends of an OVS patch.</summary>
    PatchPair,

    /// <summary>A tunnel port and the remote end.</summary>
    Tunnel,

    /// <summary>A device above another (VLAN on NIC).</summary>
    Above,
}

/// <summary>A virtual interface: what an operator calls "the port".</summary>
public sealed record Vif
{
    /// <summary>Neutron port UUID; only its first 11 characters where nothing tells more; null without Neutron.</summary>
    public string? PortId { get; init; }

    /// <summary>Whose it is.</summary>
    public required VifOwner Owner { get; init; }

    /// <summary>How it is plugged.</summary>
    public required VifPlug Plug { get; init; }

    /// <summary>The instance's name as an operator knows it (nova's display name, else libvirt's); null where not told.</summary>
    public string? InstanceName { get; init; }

    /// <summary>The instance's UUID (vm-uuid or domain).</summary>
    public string? InstanceId { get; init; }

    /// <summary>The MAC that the guest uses (attached-mac, or the domain's).</summary>
    public MacAddress? Address { get; init; }

    /// <summary>
    /// The guest's or port's IP addresses as far as this node tells: of namespaced ports their own; of instances from the security
    /// group's spoof filter (text of the oPORT/sPORT chains), ARP tables of the router and DHCP namespaces.
    /// </summary>
    public IReadOnlyList<string> IPAddresses { get; init; } = [];

    /// <summary>Tap, or for DHCP and routers the internal device: an element id.</summary>
    public string? Device { get; init; }

    /// <summary>qbr: an element id.</summary>
    public string? HybridBridge { get; init; }

    /// <summary>qvb: an element id.</summary>
    public string? BridgeEnd { get; init; }

    /// <summary>qvo: an element id.</summary>
    public string? OvsEnd { get; init; }

    /// <summary>The OVS bridge's name.</summary>
    public string? OvsBridge { get; init; }

    /// <summary>The namespace it is in: of a DHCP server or router.</summary>
    public string? Namespace { get; init; }

    /// <summary>The local VLAN on br-int.</summary>
    public int? LocalVlan { get; init; }

    /// <summary>The network; null where not told.</summary>
    public Network? Network { get; init; }

    /// <summary>Bytes.</summary>
    public int? Mtu { get; init; }

    /// <summary>The whole chain's state: Up only where each part of it is.</summary>
    public ElementState State { get; init; }

    /// <summary>Troubles of the chain's parts, each led by the part's name.</summary>
    public IReadOnlyList<string> Troubles { get; init; } = [];
}

/// <summary>Whose VIF it is.</summary>
public enum VifOwner
{
    /// <summary>A virtual machine.</summary>
    Instance,

    /// <summary>A DHCP server.</summary>
    Dhcp,

    /// <summary>A router's inner port.</summary>
    Router,

    /// <summary>A router's gateway port.</summary>
    Gateway,

    /// <summary>HA, DVR or other service ports.</summary>
    Service,
}

/// <summary>How a VIF is plugged.</summary>
public enum VifPlug
{
    /// <summary>tap–qbr–qvb–qvo–br-int.</summary>
    Hybrid,

    /// <summary>tap in br-int.</summary>
    Ovs,

    /// <summary>tap in a Linux bridge, no OVS.</summary>
    LinuxBridge,

    /// <summary>vhost-user socket.</summary>
    VhostUser,

    /// <summary>OVS internal port (or veth) in a namespace.</summary>
    Namespace,
}

/// <summary>A Neutron network as this node shows it.</summary>
/// <param name="LocalVlan">Its VLAN on br-int, a number of this node only.</param>
/// <param name="Id">Network UUID (other_config:net_uuid, or the qdhcp namespace's name).</param>
/// <param name="Type">gre, vxlan, vlan, flat, local …</param>
/// <param name="PhysicalNetwork">For vlan and flat.</param>
/// <param name="SegmentationId">VNI or outer VLAN.</param>
public sealed record Network(int? LocalVlan, string? Id, string? Type, string? PhysicalNetwork, int? SegmentationId);
