namespace Plumbline.Node.Topologies;

/// <summary>Operational state.</summary>
public enum ElementState
{
    /// <summary>Not told.</summary>
    Unknown,

    /// <summary>Up, or up as far as the driver says.</summary>
    Up,

    /// <summary>Down, by the administrator or for want of carrier.</summary>
    Down,

    /// <summary>A row or definition says it should exist, but the device does not.</summary>
    Missing,
}
