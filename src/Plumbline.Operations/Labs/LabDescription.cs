namespace Plumbline.Operations.Labs;

/// <summary>
/// What a lab consists of. All of it follows from the options: names, UUIDs, MACs and addresses are the same in every lab of the
/// same kind, on every machine.
/// </summary>
public sealed partial record LabDescription
{
    internal const string HybridFirewall = "hybrid";
    internal const string NativeFirewall = "native";
    internal const string NoFirewall = "noop";

    /// <summary>VMs are on bridges of their own, with iptables; else their taps are on br-int.</summary>
    internal bool IsHybrid => Firewall == HybridFirewall;

    /// <summary>The lab's folder.</summary>
    public required string Directory { get; init; }

    /// <summary><c>gre</c> or <c>vxlan</c>.</summary>
    public required string Tunnel { get; init; }

    /// <summary>The firewall driver: <c>hybrid</c>, <c>native</c> or <c>noop</c>.</summary>
    public string Firewall { get; init; } = HybridFirewall;

    /// <summary>L2 population and ARP responder.</summary>
    public bool L2Population { get; init; }

    /// <summary>The network has IPv6 too.</summary>
    public bool IPv6 { get; init; }

    /// <summary>The tenant network's UUID.</summary>
    public required string NetworkId { get; init; }

    /// <summary>The tunnel key.</summary>
    public required int SegmentationId { get; init; }

    /// <summary>The tenant network's MTU in bytes: what the tunnel leaves of 1500.</summary>
    public required int Mtu { get; init; }

    /// <summary>The nodes; the first one is the first article's.</summary>
    public required IReadOnlyList<LabNode> Nodes { get; init; }

    /// <summary>The VMs; the first one is <c>test-vm</c>.</summary>
    public required IReadOnlyList<LabInstance> Instances { get; init; }

    /// <summary>The tenant networks: one, or two with a router between them.</summary>
    public required IReadOnlyList<LabNetwork> Networks { get; init; }

    /// <summary>The router's port in each network.</summary>
    public required IReadOnlyList<LabServer> RouterPorts { get; init; }

    /// <summary>The DHCP server of each network.</summary>
    public required IReadOnlyList<LabServer> DhcpServers { get; init; }

    /// <summary>The way out; null: there is none.</summary>
    public LabGateway? Gateway { get; init; }

    /// <summary>The router 172.16.0.1.</summary>
    public LabServer Router => RouterPorts[0];

    /// <summary>The DHCP server of the first network.</summary>
    public LabServer Dhcp => DhcpServers[0];

    /// <summary>All ports of routers and DHCP servers.</summary>
    internal IEnumerable<LabServer> Servers => [.. RouterPorts, .. DhcpServers, .. Gateway is { } gateway ? [gateway.Port] : (LabServer[])[]];

    /// <summary>The network that joins the nodes: a namespace with a Linux bridge.</summary>
    internal string UnderlayNamespaceFile => $"{Directory}/namespaces/underlay";

    /// <summary>The node of that name, or the first where <paramref name="name"/> is null.</summary>
    /// <exception cref="OperationsException">There is none; the problem lists the names.</exception>
    public LabNode FindNode(string? name) => name is null
        ? Nodes[0]
        : Nodes.FirstOrDefault(n => n.Name == name) ?? throw Problems.NoSuchPlace(name, Nodes.Select(n => n.Name));

    /// <summary>In a few words: "1 node, 1 VM, gre"; what is not the usual comes after it.</summary>
    public override string ToString() =>
        $"{Count(Nodes.Count, "node")}, {Count(Instances.Count, "VM")}, {Tunnel}{(IsHybrid ? "" : $", firewall {Firewall}")}"
        + $"{(L2Population ? ", l2pop" : "")}{(IPv6 ? ", IPv6" : "")}{(Gateway is null ? "" : ", routed")}";

    private static string Count(int number, string word) => $"{number} {word}{(number == 1 ? "" : "s")}";
}
