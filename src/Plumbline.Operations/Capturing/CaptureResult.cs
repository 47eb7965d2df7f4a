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

    /// <summary>The file that was written last, of several or of one; null for standard output and lines.</summary>
    public string? LastFile { get; init; }

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
