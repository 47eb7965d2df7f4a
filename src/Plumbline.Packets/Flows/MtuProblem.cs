namespace Plumbline.Packets.Flows;

/// <summary>Packets too big for the way: told by a router, or shown by big segments that are sent again and again.</summary>
public sealed record MtuProblem
{
    /// <summary>Index into the file's interfaces.</summary>
    public required int Interface { get; init; }

    /// <summary>Sender of the big packets.</summary>
    public required InternetAddress Source { get; init; }

    /// <summary>Their receiver.</summary>
    public required InternetAddress Destination { get; init; }

    /// <summary>Who told by ICMP "fragmentation needed" or ICMPv6 "packet too big"; null: nobody did, a black hole.</summary>
    public InternetAddress? Teller { get; init; }

    /// <summary>The MTU that was told, in bytes; 0 where an old router did not say.</summary>
    public int? Mtu { get; init; }

    /// <summary>Black hole: bytes of the IP packet that never arrives.</summary>
    public int? PacketLength { get; init; }

    /// <summary>Black hole: bytes of the largest packet of that direction that was acknowledged.</summary>
    public int? LargestAcknowledged { get; init; }

    /// <summary>ICMP messages, or times that the packet was sent.</summary>
    public required long Times { get; init; }

    /// <summary>Black hole: the conversation's ports.</summary>
    public (int Source, int Destination)? Ports { get; init; }
}
