namespace Plumbline.Node.Facts;

/// <summary>The Open_vSwitch database (ovs-vswitchd.conf.db(5)), the columns that matter; statistics columns are left out.</summary>
public sealed record OvsFacts
{
    /// <summary>The root row's UUID, or null where not told.</summary>
    public Guid? Uuid { get; init; }

    /// <summary>Open_vSwitch.ovs_version.</summary>
    public string? Version { get; init; }

    /// <summary>Schema version.</summary>
    public string? SchemaVersion { get; init; }

    /// <summary>Open_vSwitch.external_ids (system-id, hostname).</summary>
    public IReadOnlyDictionary<string, string> ExternalIds { get; init; } = Empty;

    /// <summary>Open_vSwitch.other_config (hw-offload …).</summary>
    public IReadOnlyDictionary<string, string> OtherConfig { get; init; } = Empty;

    /// <summary>Manager targets.</summary>
    public IReadOnlyList<string> Managers { get; init; } = [];

    /// <summary>A part of <c>ovs-vsctl show</c> was told: bridges and ports that are not among these may exist.</summary>
    public bool IsCut { get; init; }

    /// <summary>Bridges, by name.</summary>
    public IReadOnlyList<OvsBridge> Bridges { get; init; } = [];

    /// <summary>An empty map.</summary>
    internal static IReadOnlyDictionary<string, string> Empty { get; } = new Dictionary<string, string>();
}

/// <summary>A row of table Bridge with what hangs on it.</summary>
public sealed record OvsBridge
{
    /// <summary>Row UUID; null where not told.</summary>
    public Guid? Uuid { get; init; }

    /// <summary>name.</summary>
    public required string Name { get; init; }

    /// <summary>datapath_type: <c>system</c> (or empty) or <c>netdev</c>.</summary>
    public string? DatapathType { get; init; }

    /// <summary>datapath_id, 16 hex digits.</summary>
    public string? DatapathId { get; init; }

    /// <summary>fail_mode: <c>secure</c>, <c>standalone</c> or null.</summary>
    public string? FailMode { get; init; }

    /// <summary>protocols.</summary>
    public IReadOnlyList<string> Protocols { get; init; } = [];

    /// <summary>Controllers.</summary>
    public IReadOnlyList<OvsController> Controllers { get; init; } = [];

    /// <summary>external_ids.</summary>
    public IReadOnlyDictionary<string, string> ExternalIds { get; init; } = OvsFacts.Empty;

    /// <summary>other_config.</summary>
    public IReadOnlyDictionary<string, string> OtherConfig { get; init; } = OvsFacts.Empty;

    /// <summary>Ports by name.</summary>
    public IReadOnlyList<OvsPort> Ports { get; init; } = [];

    /// <summary>Mirrors.</summary>
    public IReadOnlyList<OvsMirror> Mirrors { get; init; } = [];
}

/// <summary>A row of table Controller.</summary>
/// <param name="Target">e.g. <c>tcp:127.0.0.1:6633</c>.</param>
/// <param name="IsConnected">null where not told.</param>
public sealed record OvsController(string Target, bool? IsConnected);

/// <summary>A row of table Port with its interfaces.</summary>
public sealed record OvsPort
{
    /// <summary>Row UUID; null where not told.</summary>
    public Guid? Uuid { get; init; }

    /// <summary>name.</summary>
    public required string Name { get; init; }

    /// <summary>tag, the access or native VLAN, 0–4095; 4095 is Neutron's dead VLAN.</summary>
    public int? Tag { get; init; }

    /// <summary>trunks.</summary>
    public IReadOnlyList<int> Trunks { get; init; } = [];

    /// <summary>vlan_mode.</summary>
    public string? VlanMode { get; init; }

    /// <summary>cvlans: the inner VLANs that a port of vlan_mode dot1q-tunnel carries; empty for all.</summary>
    public IReadOnlyList<int> CustomerVlans { get; init; } = [];

    /// <summary>protected: two such ports of a bridge exchange nothing; false where not told.</summary>
    public bool IsProtected { get; init; }

    /// <summary>bond_mode.</summary>
    public string? BondMode { get; init; }

    /// <summary>bond_active_slave: MAC of the member that an active-backup bond uses; null where it is none, or not told.</summary>
    public string? BondActiveMember { get; init; }

    /// <summary>stp_state of column status, else rstp_port_state of rstp_status; null where no spanning tree runs, or not told.</summary>
    public string? SpanningTreeState { get; init; }

    /// <summary>external_ids.</summary>
    public IReadOnlyDictionary<string, string> ExternalIds { get; init; } = OvsFacts.Empty;

    /// <summary>other_config: net_uuid, network_type, physical_network, segmentation_id, tag.</summary>
    public IReadOnlyDictionary<string, string> OtherConfig { get; init; } = OvsFacts.Empty;

    /// <summary>One interface, or several of a bond.</summary>
    public IReadOnlyList<OvsInterface> Interfaces { get; init; } = [];
}

/// <summary>A row of table Interface.</summary>
public sealed record OvsInterface
{
    /// <summary>Row UUID; null where not told.</summary>
    public Guid? Uuid { get; init; }

    /// <summary>name.</summary>
    public required string Name { get; init; }

    /// <summary>type: empty (system), internal, patch, gre, vxlan, geneve, dpdk, dpdkvhostuserclient …</summary>
    public string Type { get; init; } = "";

    /// <summary>options: peer, remote_ip, local_ip, in_key, out_key, df_default, vhost-server-path …</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = OvsFacts.Empty;

    /// <summary>external_ids: iface-id, attached-mac, iface-status, vm-uuid.</summary>
    public IReadOnlyDictionary<string, string> ExternalIds { get; init; } = OvsFacts.Empty;

    /// <summary>ofport; -1 failed, null not yet or not told.</summary>
    public int? OfPort { get; init; }

    /// <summary>error.</summary>
    public string? Error { get; init; }

    /// <summary>mac_in_use.</summary>
    public string? MacInUse { get; init; }

    /// <summary>ifindex; 0 where there is no kernel device in vswitchd's namespace.</summary>
    public int? IfIndex { get; init; }

    /// <summary>mtu in bytes.</summary>
    public int? Mtu { get; init; }

    /// <summary>mtu_request in bytes.</summary>
    public int? MtuRequest { get; init; }

    /// <summary>ingress_policing_rate in kilobits a second, of what comes in by it; 0 not limited, null not told.</summary>
    public long? IngressPolicingRate { get; init; }

    /// <summary>ingress_policing_burst in kilobits; 0 the default.</summary>
    public long? IngressPolicingBurst { get; init; }

    /// <summary>ingress_policing_kpkts_rate in thousands of packets a second (OVS 2.15 and later); 0 not limited.</summary>
    public long? IngressPolicingPackets { get; init; }

    /// <summary>admin_state: up, down or null.</summary>
    public string? AdminState { get; init; }

    /// <summary>link_state: up, down or null.</summary>
    public string? LinkState { get; init; }
}

/// <summary>A row of table Mirror.</summary>
public sealed record OvsMirror
{
    /// <summary>Row UUID; null where not told.</summary>
    public Guid? Uuid { get; init; }

    /// <summary>name; not unique.</summary>
    public required string Name { get; init; }

    /// <summary>select_all: all ports both ways, the two lists are then ignored.</summary>
    public bool SelectAll { get; init; }

    /// <summary>select_src_port: Port UUIDs.</summary>
    public IReadOnlyList<Guid> SelectSourcePorts { get; init; } = [];

    /// <summary>select_dst_port: Port UUIDs.</summary>
    public IReadOnlyList<Guid> SelectDestinationPorts { get; init; } = [];

    /// <summary>select_vlan.</summary>
    public IReadOnlyList<int> SelectVlans { get; init; } = [];

    /// <summary>output_port: a Port UUID.</summary>
    public Guid? OutputPort { get; init; }

    /// <summary>output_vlan.</summary>
    public int? OutputVlan { get; init; }

    /// <summary>snaplen in bytes.</summary>
    public int? SnapLength { get; init; }

    /// <summary>filter (OVS 3.4 and later).</summary>
    public string? Filter { get; init; }

    /// <summary>statistics: tx_packets; null where empty.</summary>
    public long? SentPackets { get; init; }

    /// <summary>statistics: tx_bytes.</summary>
    public long? SentBytes { get; init; }

    /// <summary>external_ids; ours carry a mark here.</summary>
    public IReadOnlyDictionary<string, string> ExternalIds { get; init; } = OvsFacts.Empty;
}
