namespace Plumbline.Iptables.Simulation;

/// <summary>
/// What conntrack makes of a packet that belongs to no connection it knows (net/netfilter/nf_conntrack_proto_*.c with
/// <c>nf_conntrack_tcp_loose</c> 1, the default).
/// </summary>
public static class FirstPacket
{
    private const byte SctpInit = 1;
    private const TcpFlags Telling = TcpFlags.All & ~TcpFlags.Psh;

    /// <summary>New, Invalid or Untracked.</summary>
    public static ConntrackState StateOf(in PacketHeader packet) => packet.Protocol switch
    {
        IpProtocols.Tcp => OfTcp(packet.TcpFlags),
        IpProtocols.Icmp when packet.Family == IPFamily.IPv4 => OfIcmp(packet.IcmpType),
        IpProtocols.Icmpv6 when packet.Family == IPFamily.IPv6 => OfIcmpv6(packet.IcmpType),
        // the other family's: nf_conntrack_handle_icmp() reads it as its own family's, whose checksum or types do not fit (measured)
        IpProtocols.Icmp or IpProtocols.Icmpv6 => ConntrackState.Invalid,
        IpProtocols.Sctp => packet.SctpChunk == SctpInit ? ConntrackState.New : ConntrackState.Invalid,
        // measured: on arrival the kernel checks UDP-Lite's checksum with UDP's protocol number, and finds it wrong
        IpProtocols.UdpLite when packet.SourceMac is not null => ConntrackState.Invalid,
        _ => ConntrackState.New,
    };

    /// <summary>tcp_error() refuses impossible flags; of the rest a SYN opens, and a plain ACK is picked up in mid-stream.</summary>
    private static ConntrackState OfTcp(TcpFlags flags) => (flags & Telling) switch
    {
        TcpFlags.Syn or TcpFlags.Syn | TcpFlags.Urg => ConntrackState.New,
        TcpFlags.Ack or TcpFlags.Ack | TcpFlags.Urg => ConntrackState.New,
        _ => ConntrackState.Invalid,
    };

    /// <summary>Echo, timestamp, information and address mask requests open; errors and replies need something they belong to.</summary>
    private static ConntrackState OfIcmp(byte type) =>
        type is 8 or 13 or 15 or 17 ? ConntrackState.New : ConntrackState.Invalid;

    /// <summary>Multicast listener and neighbour discovery are never tracked; echo and node information requests open.</summary>
    private static ConntrackState OfIcmpv6(byte type) => type switch
    {
        (>= 130 and <= 136) or 143 or 151 or 152 => ConntrackState.Untracked,
        128 or 139 => ConntrackState.New,
        _ => ConntrackState.Invalid,
    };
}
