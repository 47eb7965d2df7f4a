using System.Net;
using Plumbline.Node;

namespace Plumbline.Operations.Labs;

/// <summary>One node of the lab.</summary>
public sealed record LabNode
{
    /// <summary>Its host name.</summary>
    public required string Name { get; init; }

    /// <summary>Its address in the underlay: the local end of its tunnels.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>The ways into it, as into any node.</summary>
    public required NodeAccess Access { get; init; }

    /// <summary>The folder with all that is the node's.</summary>
    public required string Directory { get; init; }
}
