using Plumbline.Node;
using Plumbline.Node.Facts;

namespace Plumbline.Operations.Observing;

/// <summary>A live node whose counters are read twice.</summary>
/// <param name="Access">The ways into it.</param>
/// <param name="Before">What was read of it first.</param>
/// <param name="Name">What the trace calls it.</param>
public sealed record ObservedNode(NodeAccess Access, NodeSnapshot Before, string Name);
