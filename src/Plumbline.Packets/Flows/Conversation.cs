namespace Plumbline.Packets.Flows;

/// <summary>
/// Packets between two ends, of one IP protocol and pair of ports, in one VLAN and tunnel, at one place of capture.
/// </summary>
public sealed record Conversation
{
    /// <summary>Index into the file's interfaces.</summary>
    public required int Interface { get; init; }

    /// <summary>IP protocol number.</summary>
    public required int Protocol { get; init; }

    /// <summary>VLAN tag; null where there was none.</summary>
    public int? Vlan { get; init; }

    /// <summary>VNI, GRE key or ERSPAN session; null outside of tunnels.</summary>
    public uint? TunnelKey { get; init; }

    /// <summary>Who began: sent the SYN without ACK, the echo request, or else the first packet.</summary>
    public required ConversationSide Initiator { get; init; }

    /// <summary>The other.</summary>
    public required ConversationSide Responder { get; init; }

    /// <summary>How it went.</summary>
    public required ConversationState State { get; init; }

    /// <summary>Nanoseconds since 1970 UTC of its first packet; 0 where the file has no times.</summary>
    public required long StartNanoseconds { get; init; }

    /// <summary>Of its last packet.</summary>
    public required long EndNanoseconds { get; init; }

    /// <summary>TCP: from the SYN to the handshake's last ACK, the round trip between both ends; null where it was not seen whole.</summary>
    public TimeSpan? HandshakeTime { get; init; }

    /// <summary>ICMP: echo requests that no reply came for.</summary>
    public long EchoesUnanswered { get; init; }

    /// <summary>Packets of both sides.</summary>
    public long Packets => Initiator.Packets + Responder.Packets;

    /// <summary>Bytes of both sides.</summary>
    public long Bytes => Initiator.Bytes + Responder.Bytes;
}
