namespace Plumbline.Packets.Pcapng;

/// <summary>Options of an Interface Statistics Block; null is left out.</summary>
public sealed record InterfaceStatistics
{
    /// <summary>isb_starttime, nanoseconds since 1970 UTC.</summary>
    public long? StartNanoseconds { get; init; }

    /// <summary>isb_endtime, and the block's own timestamp.</summary>
    public required long EndNanoseconds { get; init; }

    /// <summary>isb_ifrecv: packets that reached the device.</summary>
    public ulong? Received { get; init; }

    /// <summary>isb_ifdrop: dropped for want of room.</summary>
    public ulong? Dropped { get; init; }

    /// <summary>isb_filteraccept.</summary>
    public ulong? FilterAccepted { get; init; }

    /// <summary>isb_usrdeliv: written.</summary>
    public ulong? Delivered { get; init; }

    /// <summary>opt_comment.</summary>
    public string? Comment { get; init; }
}
