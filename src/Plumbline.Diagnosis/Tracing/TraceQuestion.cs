using System.Net;
using System.Net.Sockets;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Tracing;

/// <summary>Who sends what to whom. What is null was not said, and follows from the facts.</summary>
public sealed record TraceQuestion
{
    /// <summary>
    /// A VM's name or UUID, a port, address, MAC or device, <c>router:NAME</c>, <c>dhcp:NETWORK</c>, <c>outside</c>, or an address
    /// that no node has: a host outside.
    /// </summary>
    public required string From { get; init; }

    /// <summary>As <see cref="From"/>; also <c>dhcp</c> and <c>metadata</c>.</summary>
    public required string To { get; init; }

    /// <summary>1 or 58 ICMP, 6 TCP, 17 UDP.</summary>
    public byte Protocol { get; init; } = 1;

    /// <summary>Of TCP and UDP.</summary>
    public ushort SourcePort { get; init; } = 40000;

    /// <summary>Of TCP and UDP.</summary>
    public ushort DestinationPort { get; init; }

    /// <summary>Another ICMP or ICMPv6 message than an echo; only its way there is followed.</summary>
    public byte? IcmpType { get; init; }

    /// <summary>Its code.</summary>
    public byte? IcmpCode { get; init; }

    /// <summary>A piece of the packet, cut up by its sender; null: the whole.</summary>
    public FragmentPart? Fragment { get; init; }

    /// <summary>
    /// Sent to this multicast or broadcast address; <see cref="To"/> says whose copy is asked about. Only the way there is followed.
    /// </summary>
    public IPAddress? ToGroup { get; init; }

    /// <summary>IPv4 or IPv6 where names alone do not tell; null: IPv4 where both ends have it.</summary>
    public AddressFamily? Family { get; init; }

    /// <summary>Bytes from the IP header on; null: a small packet.</summary>
    public int? Size { get; init; }

    /// <summary>IPv4: who has a too small MTU may cut it up (no "do not fragment" bit).</summary>
    public bool MayBeCut { get; init; }

    /// <summary>Another source address than the sender's own.</summary>
    public IPAddress? FromAddress { get; init; }

    /// <summary>Another source MAC than the sender's own.</summary>
    public MacAddress? FromMac { get; init; }

    /// <summary>The node, where <see cref="From"/> is a namespace's name that several nodes have; null: the first that has it.</summary>
    public string? FromNode { get; init; }

    /// <summary>Which of the receiver's addresses; null: its first of the family.</summary>
    public IPAddress? ToAddress { get; init; }

    /// <summary>UDP: the receiver answers that nobody listens, by an ICMP error about the question's packet.</summary>
    public bool IsRefused { get; init; }

    /// <summary>
    /// Nobody knows a neighbour yet: ARP and neighbour discovery must reach everybody. Otherwise a neighbour that still answers when it is asked
    /// directly, over what the switches have learned, counts as known, and the answer says so.
    /// </summary>
    public bool IsCold { get; init; }

    /// <summary>Only the way there.</summary>
    public bool IsOneWay { get; init; }
}
