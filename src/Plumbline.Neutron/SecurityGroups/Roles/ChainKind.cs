namespace Plumbline.Neutron.SecurityGroups.Roles;

/// <summary>What a chain is in Neutron's frame (spec/security-groups.md, section 2).</summary>
public enum ChainKind
{
    /// <summary>Somebody else's.</summary>
    Foreign,

    /// <summary>The kernel's: INPUT, FORWARD …</summary>
    BuiltIn,

    /// <summary><c>neutron-filter-top</c>.</summary>
    FilterTop,

    /// <summary><c>W-local</c>.</summary>
    Local,

    /// <summary><c>W-FORWARD</c>.</summary>
    AgentForward,

    /// <summary><c>W-INPUT</c>.</summary>
    AgentInput,

    /// <summary><c>W-OUTPUT</c> and others that stay empty.</summary>
    AgentOutput,

    /// <summary><c>W-PREROUTING</c>.</summary>
    AgentPrerouting,

    /// <summary><c>W-sg-chain</c>.</summary>
    Groups,

    /// <summary><c>W-iPORT</c>.</summary>
    Ingress,

    /// <summary><c>W-oPORT</c>.</summary>
    Egress,

    /// <summary><c>W-sPORT</c>.</summary>
    Spoof,

    /// <summary><c>W-sg-fallback</c>.</summary>
    Fallback,
}
