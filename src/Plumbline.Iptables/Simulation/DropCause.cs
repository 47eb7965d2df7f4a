namespace Plumbline.Iptables.Simulation;

/// <summary>What dropped a packet.</summary>
public enum DropCause
{
    /// <summary>A rule or a policy; or nothing did.</summary>
    Rules,

    /// <summary>nat rewrote the destination, and no route leads there.</summary>
    NoRoute,

    /// <summary>Another connection has the replies' addresses and ports already, and nat could give no others.</summary>
    Clash,
}
