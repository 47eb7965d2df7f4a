namespace Plumbline.Packets.Dissection;

/// <summary>How far a layer could be read.</summary>
public enum LayerOutcome
{
    /// <summary>All that we read of such a layer.</summary>
    Whole,

    /// <summary>The packet, or what was kept of it, ends inside.</summary>
    CutShort,

    /// <summary>Its lengths contradict each other.</summary>
    Malformed,
}
