namespace Plumbline.Diagnosis.Tracing;

/// <summary>What becomes of it.</summary>
public enum TraceVerdict
{
    /// <summary>It arrives, and the answer comes back.</summary>
    Delivered,

    /// <summary>It, what must come before it (ARP), or the answer ends somewhere on the way.</summary>
    Dropped,

    /// <summary>A fact is missing.</summary>
    Unknown,
}
