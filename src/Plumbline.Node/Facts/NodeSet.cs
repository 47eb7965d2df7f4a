namespace Plumbline.Node.Facts;

/// <summary>Several nodes of one deployment, and what its API wants.</summary>
/// <param name="Nodes">In the order given.</param>
public sealed record NodeSet(IReadOnlyList<NodeSnapshot> Nodes)
{
    /// <summary>Answers of Neutron's API that stood beside the nodes, by collection; each node's own are in its snapshot.</summary>
    public IReadOnlyList<ApiDocument> Api { get; init; } = [];

    /// <summary>What became of files that belong to no node.</summary>
    public IReadOnlyList<SourceReport> Sources { get; init; } = [];
}
