namespace Plumbline.Node.Facts;

/// <summary>
/// What ovs-vswitchd told of its forwarding, which its database does not hold. Texts are as the tool printed them: a text that is empty was
/// asked for and had nothing in it, null was not told.
/// </summary>
public sealed record SwitchingFacts
{
    /// <summary>Bridges, by name.</summary>
    public IReadOnlyList<BridgeSwitching> Bridges { get; init; } = [];

    /// <summary><c>ovs-appctl dpif/show</c>: bridges with their ports' OpenFlow and datapath numbers.</summary>
    public string? DatapathInterfaces { get; init; }

    /// <summary><c>ovs-appctl dpctl/show</c>: the datapath's ports.</summary>
    public string? DatapathPorts { get; init; }

    /// <summary><c>ovs-appctl dpctl/dump-flows</c>: the datapath's flow cache.</summary>
    public string? DatapathFlows { get; init; }

    /// <summary><c>ovs-appctl dpctl/dump-conntrack</c>: the datapath's connections.</summary>
    public string? DatapathConntrack { get; init; }

    /// <summary><c>ovs-appctl tnl/neigh/show</c>: neighbours of the userspace datapath's tunnels.</summary>
    public string? TunnelNeighbours { get; init; }

    /// <summary><c>ovs-appctl tnl/ports/show</c>: what the userspace datapath's tunnels listen to.</summary>
    public string? TunnelPorts { get; init; }

    /// <summary><c>ovs-appctl ovs/route/show</c>: routes of the userspace datapath's tunnels.</summary>
    public string? TunnelRoutes { get; init; }
}
