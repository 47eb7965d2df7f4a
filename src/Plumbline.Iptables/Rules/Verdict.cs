namespace Plumbline.Iptables;

/// <summary>What ends a packet's way through a chain, without a module.</summary>
public enum Verdict
{
    /// <summary>Ends this table at this hook; the next table still runs.</summary>
    Accept,

    /// <summary>Ends everything.</summary>
    Drop,

    /// <summary>Back to the rule after the jump; in a base chain: to the policy.</summary>
    Return,

    /// <summary>To user space (queue 0), which decides.</summary>
    Queue,
}
