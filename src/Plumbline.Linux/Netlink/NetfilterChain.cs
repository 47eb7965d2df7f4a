namespace Plumbline.Linux.Netlink;

/// <summary>A chain of nf_tables (linux/netfilter/nf_tables.h, NFTA_CHAIN_*), as iptables-nft makes them too.</summary>
/// <param name="Family">NFPROTO_: 2 IPv4, 10 IPv6, 1 inet, 7 bridge, 3 ARP, 5 netdev.</param>
/// <param name="Table">Its table.</param>
/// <param name="Name">Its name.</param>
/// <param name="Hook">NFTA_HOOK_HOOKNUM of a base chain; null for one that is only jumped to.</param>
/// <param name="IsDropping">NFTA_CHAIN_POLICY of a base chain is NF_DROP.</param>
/// <param name="Use">NFTA_CHAIN_USE: its rules, and the jumps to it.</param>
public sealed record NetfilterChain(int Family, string Table, string Name, int? Hook, bool IsDropping, int Use)
{
    /// <summary>NFTA_HOOK_PRIORITY of a base chain: lower ones come first; 0 for others.</summary>
    public int Priority { get; init; }

    /// <summary>NFTA_CHAIN_COUNTERS: packets that ended by the policy; null where the chain does not count.</summary>
    public ulong? Packets { get; init; }

    /// <summary>Their octets; null likewise.</summary>
    public ulong? Bytes { get; init; }
}
