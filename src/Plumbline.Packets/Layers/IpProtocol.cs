namespace Plumbline.Packets.Layers;

/// <summary>What an IP packet carries, and IPv6 extension headers (IANA protocol numbers).</summary>
internal enum IpProtocol : byte
{
    HopByHop = 0,
    Icmp = 1,
    Igmp = 2,
    IPv4 = 4,
    Tcp = 6,
    Udp = 17,
    IPv6 = 41,
    Routing = 43,
    Fragment = 44,
    Gre = 47,
    Esp = 50,
    Authentication = 51,
    IcmpV6 = 58,
    NoNext = 59,
    DestinationOptions = 60,
    Ospf = 89,
    Vrrp = 112,
    Sctp = 132,
}
