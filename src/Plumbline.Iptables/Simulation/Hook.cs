namespace Plumbline.Iptables.Simulation;

/// <summary>netfilter's hooks, in a packet's order (linux/netfilter.h NF_INET_*).</summary>
public enum Hook
{
    /// <summary>As it arrived.</summary>
    Prerouting,

    /// <summary>To the node itself.</summary>
    Input,

    /// <summary>Through the node: routed, or bridged where br_netfilter hands it over.</summary>
    Forward,

    /// <summary>From the node itself.</summary>
    Output,

    /// <summary>About to leave.</summary>
    Postrouting,
}
