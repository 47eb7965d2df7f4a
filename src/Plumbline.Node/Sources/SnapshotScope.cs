namespace Plumbline.Node.Sources;

/// <summary>How much to read.</summary>
[Flags]
public enum SnapshotScope
{
    /// <summary>Links, addresses and namespaces, OVSDB, libvirt: what the topology needs.</summary>
    Topology = 1,

    /// <summary>iptables-save, ip6tables-save, ipset save of the node and its namespaces.</summary>
    Firewall = 2,

    /// <summary>Routes, neighbours, forwarding entries.</summary>
    Forwarding = 4,

    /// <summary>
    /// What tells the guests' IP addresses: iptables-save and ip6tables-save of the node's own namespace (spoof filters), and
    /// <see cref="Forwarding"/> for the ARP tables. Two processes, however many namespaces there are.
    /// </summary>
    GuestAddresses = 8 | Forwarding,

    /// <summary>Flows, the groups that they name, ports' numbers and learned addresses: how Open vSwitch forwards, without counters of ports.</summary>
    SwitchFlows = 16,

    /// <summary>What ovs-vswitchd knows beside its database: flows, groups, port counters, learned addresses, tunnels' neighbours.</summary>
    Switching = SwitchFlows | 128,

    /// <summary>Processes with their namespaces, counts of tracked connections, sysctls and routing rules of all namespaces, agents' files.</summary>
    Services = 32,

    /// <summary>
    /// iptables-save, ip6tables-save and ipset save of the node's own namespace alone: what a question about one packet needs. With it the
    /// guests' IP addresses, as far as the rules tell them.
    /// </summary>
    OwnFirewall = 64,

    /// <summary>Of rules those of IPv4 alone: for a question that is about no other packet. Not for a snapshot that is kept.</summary>
    NoIPv6Rules = 512,

    /// <summary>As <see cref="NoIPv6Rules"/>, of IPv6.</summary>
    NoIPv4Rules = 256,

    /// <summary>All.</summary>
    Everything = Topology | Firewall | GuestAddresses | Switching | Services,
}
