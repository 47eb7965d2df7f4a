using Plumbline.Primitives;

namespace Plumbline.Iptables.Simulation;

/// <summary>
/// One packet as rules see it: the fields of its headers, nothing of its payload. All are concrete; who asks says which of them were
/// assumed.
/// </summary>
public readonly record struct PacketHeader
{
    /// <summary>IPv4 or IPv6.</summary>
    public required IPFamily Family { get; init; }

    /// <summary>Source address as a number; IPv4 in the lowest 32 bits.</summary>
    public UInt128 Source { get; init; }

    /// <summary>Destination address as a number; IPv4 in the lowest 32 bits.</summary>
    public UInt128 Destination { get; init; }

    /// <summary>IANA protocol number; in IPv6 the one behind the extension headers.</summary>
    public byte Protocol { get; init; }

    /// <summary>TCP, UDP, UDP-Lite, SCTP, DCCP.</summary>
    public ushort SourcePort { get; init; }

    /// <inheritdoc cref="SourcePort"/>
    public ushort DestinationPort { get; init; }

    /// <summary>Byte 13 of the TCP header; the two ECN bits (64, 128) have no name.</summary>
    public TcpFlags TcpFlags { get; init; }

    /// <summary>ICMP or ICMPv6 type.</summary>
    public byte IcmpType { get; init; }

    /// <summary>ICMP or ICMPv6 code.</summary>
    public byte IcmpCode { get; init; }

    /// <summary>The first chunk's type of an SCTP packet (RFC 9260, 3.2: 0 DATA, 1 INIT); only INIT opens an association.</summary>
    public byte SctpChunk { get; init; }

    /// <summary>Security parameter index of ESP and AH.</summary>
    public uint SecurityParameterIndex { get; init; }

    /// <summary>The Ethernet source; null where the packet did not come in by Ethernet (the node's own).</summary>
    public MacAddress? SourceMac { get; init; }

    /// <summary>The Ethernet destination; null where not told or none.</summary>
    public MacAddress? DestinationMac { get; init; }

    /// <summary>Bytes from the IP header on.</summary>
    public ushort Length { get; init; }

    /// <summary>TTL or hop limit.</summary>
    public byte HopLimit { get; init; }

    /// <summary>TOS or traffic class, all 8 bits.</summary>
    public byte TypeOfService { get; init; }

    /// <summary>In units of 8 bytes; above 0 it is a later fragment, whose ports nobody sees.</summary>
    public ushort FragmentOffset { get; init; }

    /// <summary>More fragments follow.</summary>
    public bool MoreFragments { get; init; }

    /// <summary>Of a later fragment of IPv4: the first of its payload; null: not told.</summary>
    public FragmentPayload? Payload { get; init; }

    /// <summary>
    /// IPv6 with an authentication header (AH) before <see cref="Protocol"/>. nftables, and so ip6tables-nft's <c>-p</c>, stops there and
    /// sees protocol 51 (nft_set_pktinfo_ipv6, IP6_FH_F_AUTH); ip6tables-legacy looks behind it.
    /// </summary>
    public bool HasAuthentication { get; init; }

    /// <summary>IPv6's flow label, 20 bits.</summary>
    public uint FlowLabel { get; init; }

    /// <summary>skb->mark when the walk begins; 0 on arrival.</summary>
    public uint Mark { get; init; }

    /// <summary>A fragment, first or later.</summary>
    public bool IsFragment => MoreFragments || FragmentOffset > 0;
}
