namespace Plumbline.Packets.Flows;

/// <summary>What one side of a conversation sent.</summary>
public sealed record ConversationSide
{
    /// <summary>Its address.</summary>
    public required InternetAddress Address { get; init; }

    /// <summary>TCP, UDP and SCTP: its port; the identifier of an echo; else 0.</summary>
    public required int Port { get; init; }

    /// <summary>Packets it sent.</summary>
    public required long Packets { get; init; }

    /// <summary>Bytes of those on the wire, with all headers.</summary>
    public required long Bytes { get; init; }

    /// <summary>TCP: bytes of data, retransmitted ones counted again.</summary>
    public long Data { get; init; }

    /// <summary>TCP: segments with data, SYN or FIN that had been seen before, or that came late into a gap.</summary>
    public long Retransmissions { get; init; }

    /// <summary>TCP: segments that filled a gap and were sent before it was seen: overtaken on the way.</summary>
    public long Reordered { get; init; }

    /// <summary>TCP: IPv4 packets that came twice, one right behind the other: doubled on the way or by the capture, not sent again.</summary>
    public long Duplicates { get; init; }

    /// <summary>TCP: gaps in the numbers: segments lost, or not captured, before this point.</summary>
    public long Gaps { get; init; }

    /// <summary>TCP: acknowledgements that said the same number again without data.</summary>
    public long DuplicateAcks { get; init; }

    /// <summary>TCP: segments with a window of 0 (SYN and RST do not count).</summary>
    public long ZeroWindows { get; init; }

    /// <summary>TCP: RST segments.</summary>
    public long Resets { get; init; }

    /// <summary>TCP: SYN segments, retransmitted ones among them.</summary>
    public long Syns { get; init; }

    /// <summary>Time from the place of capture to the *other* side and back, by acknowledged data or echoes; null where none was.</summary>
    public RoundTrip? RoundTrip { get; init; }
}
