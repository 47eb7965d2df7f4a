namespace Plumbline.Iptables;

/// <summary>The states of conntrack that <c>--state</c> and <c>--ctstate</c> name.</summary>
[Flags]
public enum ConnectionStates
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>INVALID.</summary>
    Invalid = 1,

    /// <summary>ESTABLISHED.</summary>
    Established = 2,

    /// <summary>RELATED.</summary>
    Related = 4,

    /// <summary>NEW.</summary>
    New = 8,

    /// <summary>UNTRACKED.</summary>
    Untracked = 16,

    /// <summary>SNAT: the source was rewritten; in <c>--ctstate</c> only.</summary>
    Snat = 32,

    /// <summary>DNAT: the destination was rewritten; in <c>--ctstate</c> only.</summary>
    Dnat = 64,
}
