using Plumbline.Node.Topologies;

namespace Plumbline.Views.Graphs;

/// <summary>A frame around elements: a bridge with its ports, or a namespace.</summary>
/// <param name="Title">What stands on it.</param>
/// <param name="IsNamespace">A namespace, not a bridge.</param>
/// <param name="Elements">What is in it, in the topology's order.</param>
internal sealed record GraphGroup(string Title, bool IsNamespace, IReadOnlyList<Element> Elements);
