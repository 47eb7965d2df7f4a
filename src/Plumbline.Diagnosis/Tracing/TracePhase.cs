namespace Plumbline.Diagnosis.Tracing;

/// <summary>Which part of the exchange.</summary>
public enum TracePhase
{
    /// <summary>ARP or neighbour discovery, and its answer.</summary>
    Resolution,

    /// <summary>The packet.</summary>
    Forward,

    /// <summary>The answer.</summary>
    Return,
}
