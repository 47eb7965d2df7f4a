namespace Plumbline.OpenFlow.Simulation;

/// <summary>What became of a packet.</summary>
public enum SimulationVerdict
{
    /// <summary>It left, at least once.</summary>
    Forwarded,

    /// <summary>It left nowhere.</summary>
    Dropped,

    /// <summary>A fact is missing.</summary>
    Unknown,
}
