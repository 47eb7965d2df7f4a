using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Tracing;

/// <summary>A frame on its way: the headers that anybody looks at.</summary>
internal sealed record TraceFrame
{
    public const ushort ArpRequest = 1;
    public const ushort ArpReply = 2;
    public const byte NeighbourSolicitation = 135;
    public const byte NeighbourAdvertisement = 136;
    private const byte PortUnreachable = 3;
    private const byte PortUnreachableV6 = 4;
    private const byte FragmentationNeeded = 4;

    /// <summary>What a host sends at most of an ICMP error (RFC 1812 §4.3.2.3), from the IP header on; IPv6's is its least MTU.</summary>
    private const int MostOfError = 576;
    private const int MostOfErrorV6 = 1280;

    public required MacAddress Source { get; init; }

    public required MacAddress Destination { get; init; }

    /// <summary>VLAN id of the tag that it bears; null without one.</summary>
    public int? Vlan { get; init; }

    /// <summary>1 a question, 2 an answer; 0: it is not ARP.</summary>
    public ushort Arp { get; init; }

    /// <summary>Source address; of ARP the sender's.</summary>
    public required IPAddress From { get; init; }

    /// <summary>Destination address; of ARP the one that is asked for.</summary>
    public required IPAddress To { get; init; }

    public byte Protocol { get; init; }

    public ushort SourcePort { get; init; }

    public ushort DestinationPort { get; init; }

    public byte IcmpType { get; init; }

    public byte IcmpCode { get; init; }

    public TcpFlags TcpFlags { get; init; }

    /// <summary>A piece of a packet; null: a whole one.</summary>
    public FragmentPart? Fragment { get; init; }

    /// <summary>Whom neighbour discovery asks for or tells about.</summary>
    public IPAddress? NdTarget { get; init; }

    /// <summary>The MAC that ARP or neighbour discovery tells: the sender's.</summary>
    public MacAddress? ToldMac { get; init; }

    /// <summary>Bytes from the IP header on.</summary>
    public int Size { get; init; } = 60;

    /// <summary>IPv4 without "do not fragment": routers, and bridges whose packets iptables sees, cut it up where it is too large.</summary>
    public bool MayBeCut { get; init; }

    /// <summary>The size before it was cut up; 0: it was not.</summary>
    public int WholeSize { get; init; }

    public byte HopLimit { get; init; } = 64;

    /// <summary>skb->mark within one node.</summary>
    public uint Mark { get; init; }

    /// <summary>Of an ICMP error: the packet that it is about, as whoever complains got it.</summary>
    public TraceFrame? About { get; init; }

    /// <summary>The tunnel's packet around another frame.</summary>
    public TraceCargo? Cargo { get; init; }

    public bool IsIPv6 => From.AddressFamily == AddressFamily.InterNetworkV6;

    public bool IsIcmp => Arp == 0 && Protocol == (IsIPv6 ? 58 : 1);

    public bool IsNeighbourQuestion => Arp == ArpRequest || IsIcmp && IsIPv6 && IcmpType == NeighbourSolicitation;

    /// <summary>To everybody in the segment, of whom one is asked: for an address, or for a lease (RFC 2131 §4.1).</summary>
    public bool IsBroadcastQuestion => Destination.IsMulticast && (IsNeighbourQuestion || Arp == 0 && !IsIPv6 && Protocol == 17 && DestinationPort is (67 or 68));

    public bool IsNeighbourAnswer => Arp == ArpReply || IsIcmp && IsIPv6 && IcmpType == NeighbourAdvertisement;

    /// <summary>Whom a question for an address asks for, or an answer tells about.</summary>
    public IPAddress Asked => Arp == ArpReply ? From : Arp == ArpRequest ? To : NdTarget ?? To;

    public IPFamily Family => IsIPv6 ? IPFamily.IPv6 : IPFamily.IPv4;

    /// <summary>"Nobody listens on that port", from whom it was for.</summary>
    public TraceFrame Unreachable() => Error(To, IsIPv6 ? (byte)1 : (byte)3, IsIPv6 ? PortUnreachableV6 : PortUnreachable);

    /// <summary>"It does not fit", from a router.</summary>
    public TraceFrame TooBig(IPAddress router) => Error(router, IsIPv6 ? (byte)2 : (byte)3, IsIPv6 ? (byte)0 : FragmentationNeeded);

    private TraceFrame Error(IPAddress from, byte type, byte code) => new()
    {
        Source = default,
        Destination = default,
        From = from,
        To = From,
        Protocol = (byte)(IsIPv6 ? 58 : 1),
        IcmpType = type,
        IcmpCode = code,
        Size = Math.Min(Size + (IsIPv6 ? 48 : 28), IsIPv6 ? MostOfErrorV6 : MostOfError),
        MayBeCut = !IsIPv6,
        About = this with { About = null, Vlan = null, Mark = 0 },
    };

    /// <summary>The largest of the pieces that it is cut into.</summary>
    public TraceFrame Cut(int size) => this with { Size = size, WholeSize = WholeSize == 0 ? Size : WholeSize };

    /// <summary>As iptables sees it.</summary>
    public PacketHeader ToHeader() => new()
    {
        Family = Family,
        Source = NumberOf(From),
        Destination = NumberOf(To),
        Protocol = Protocol,
        SourcePort = SourcePort,
        DestinationPort = DestinationPort,
        TcpFlags = TcpFlags,
        SctpChunk = 1, // who asks about SCTP asks about an association's INIT
        IcmpType = IcmpType,
        IcmpCode = IcmpCode,
        SourceMac = Source,
        DestinationMac = Destination,
        Length = (ushort)Math.Min(Size, ushort.MaxValue),
        HopLimit = HopLimit,
        Mark = Mark,
        MoreFragments = Fragment == FragmentPart.First,
        FragmentOffset = (ushort)(Fragment == FragmentPart.Later ? 8 : 0),
    };

    /// <summary>An address as a number; IPv4 in the lowest 32 bits.</summary>
    public static UInt128 NumberOf(IPAddress address)
    {
        UInt128 number = 0;
        foreach (var octet in address.GetAddressBytes())
        {
            number = number << 8 | octet;
        }
        return number;
    }

    public static IPAddress AddressOf(IPFamily family, UInt128 number)
    {
        var octets = new byte[family == IPFamily.IPv4 ? 4 : 16];
        for (var i = octets.Length - 1; i >= 0; i--)
        {
            octets[i] = (byte)number;
            number >>= 8;
        }
        return new(octets);
    }

    public override string ToString()
    {
        if (Arp != 0)
        {
            return Arp == ArpRequest ? $"ARP who has {To}? tell {From}" : $"ARP {From} is at {ToldMac}";
        }
        if (IsNeighbourQuestion)
        {
            return $"neighbour solicitation for {NdTarget} from {From}";
        }
        if (IsNeighbourAnswer)
        {
            return $"neighbour advertisement: {NdTarget} is at {ToldMac}";
        }
        var piece = Fragment switch { FragmentPart.First => ", first fragment", FragmentPart.Later => ", later fragment", _ => "" };
        var size = piece + (Size == 60 || Size == 84 ? "" : string.Create(CultureInfo.InvariantCulture, $", {Size} bytes"));
        if (IsIcmp)
        {
            var word = (IsIPv6, IcmpType) switch
            {
                (false, 8) or (true, 128) => "echo request",
                (false, 0) or (true, 129) => "echo reply",
                (false, 3) when IcmpCode == PortUnreachable => "port unreachable",
                (true, 1) when IcmpCode == PortUnreachableV6 => "port unreachable",
                (false, 3) when IcmpCode == FragmentationNeeded => "fragmentation needed",
                (true, 2) => "packet too big",
                _ => string.Create(CultureInfo.InvariantCulture, $"type {IcmpType}{(IcmpCode == 0 ? "" : $"/{IcmpCode}")}"),
            };
            return $"ICMP{(IsIPv6 ? "v6" : "")} {word} {From} → {To}{size}";
        }
        return Protocol switch
        {
            6 => $"TCP {End(From, SourcePort)} → {End(To, DestinationPort)} {Flags}{size}",
            17 => $"UDP {End(From, SourcePort)} → {End(To, DestinationPort)}{size}",
            _ => string.Create(CultureInfo.InvariantCulture, $"protocol {Protocol} {From} → {To}{size}"),
        };
    }

    private string Flags => TcpFlags switch
    {
        TcpFlags.Syn => "SYN",
        TcpFlags.Syn | TcpFlags.Ack => "SYN+ACK",
        _ => TcpFlags.ToString(),
    };

    private static string End(IPAddress address, ushort port) => string.Create(
        CultureInfo.InvariantCulture, $"{(address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString())}:{port}");
}
