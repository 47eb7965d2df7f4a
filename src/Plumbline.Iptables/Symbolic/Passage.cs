namespace Plumbline.Iptables.Symbolic;

/// <summary>How many packets of a kind pass.</summary>
public enum Passage
{
    /// <summary>None.</summary>
    None,

    /// <summary>Some, by their headers.</summary>
    Some,

    /// <summary>All.</summary>
    All,

    /// <summary>An unknown decides.</summary>
    Depends,
}
