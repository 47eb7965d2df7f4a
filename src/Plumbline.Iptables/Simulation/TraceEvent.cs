namespace Plumbline.Iptables.Simulation;

/// <summary>What happened at one step of a packet's way.</summary>
public enum TraceEvent
{
    /// <summary>A rule matched, did what it does (log, count), and the walk went on.</summary>
    Passed,

    /// <summary>As <see cref="Passed"/>, if a match that nobody here can decide holds: nothing depends on it.</summary>
    MaybePassed,

    /// <summary>A rule changed a mark, the zone, or the header, and the walk went on.</summary>
    Changed,

    /// <summary>Into a user's chain.</summary>
    Jumped,

    /// <summary>Into a user's chain whose end returns to our caller.</summary>
    WentTo,

    /// <summary>Back to the rule after the jump; from a base chain to the policy.</summary>
    Returned,

    /// <summary>This table lets it through.</summary>
    Accepted,

    /// <summary>The end.</summary>
    Dropped,

    /// <summary>A new address or port.</summary>
    Translated,

    /// <summary>The base chain's policy let it through.</summary>
    PolicyAccepted,

    /// <summary>The base chain's policy dropped it.</summary>
    PolicyDropped,

    /// <summary>conntrack looked at it; <see cref="TraceStep.Note"/> tells what it says.</summary>
    Tracked,
}
