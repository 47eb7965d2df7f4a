namespace Plumbline.Diagnosis.Capturing;

/// <summary>What the operator asked for beside the targets.</summary>
public sealed record CapturePlanOptions
{
    /// <summary>Where on the way.</summary>
    public CaptureAt At { get; init; }

    /// <summary>Several places on the way of each target, in this order; empty: <see cref="At"/> alone.</summary>
    public IReadOnlyList<CaptureAt> Hops { get; init; } = [];

    /// <summary>Go on where the node says that a mirror may miss packets (hardware offload).</summary>
    public bool Force { get; init; }
}
