using Plumbline.Operations.Mirroring;
using Plumbline.Primitives;

namespace Plumbline.Operations.Capturing;

/// <summary>What a capture gave. All that was made for it is gone (else an exception said so).</summary>
public sealed record CaptureResult
{
    /// <summary>Why it ended.</summary>
    public required CaptureEnd End { get; init; }

    /// <summary>For an end that was not asked for: what happened, where, and what to do.</summary>
    public Problem? Problem { get; init; }

    /// <summary>What each point gave, in the order of the plan.</summary>
    public required IReadOnlyList<PointResult> Points { get; init; }

    /// <summary>Packets written, of all points.</summary>
    public required long Packets { get; init; }

    /// <summary>Bytes of the pcapng; null for lines.</summary>
    public long? FileLength { get; init; }

    /// <summary>What was removed, verified; null where nothing had been made.</summary>
    public CleanupResult? Cleanup { get; init; }

    /// <summary>How the program should end.</summary>
    public ExitStatus Status => End switch
    {
        CaptureEnd.Interrupted => ExitStatus.Interrupted,
        CaptureEnd.OutputFailed or CaptureEnd.SourceGone => ExitStatus.BadInput,
        _ => ExitStatus.Fine,
    };
}

/// <summary>What one point gave.</summary>
/// <param name="Name">The point's name.</param>
/// <param name="Written">Packets written.</param>
/// <param name="Accepted">Packets that passed the filter, the dropped ones included.</param>
/// <param name="Dropped">Of these, dropped because the ring was full.</param>
public sealed record PointResult(string Name, long Written, ulong Accepted, ulong Dropped)
{
    /// <summary>Copies that OVS had counted when asked last (it counts every 5 s or less often); null for a device or where not told.</summary>
    public long? MirrorSent { get; init; }

    /// <summary>Copies that reached the monitor device, by its own counter; null for a device.</summary>
    public ulong? MonitorReceived { get; init; }

    /// <summary>Copies that the monitor device dropped or refused, by its counters.</summary>
    public ulong MonitorLost { get; init; }
}
