namespace Plumbline.Node.Topologies;

/// <summary>A frame can cross from one to the other.</summary>
/// <param name="Kind">How.</param>
/// <param name="From">The end nearer to an instance, where there is such an order.</param>
/// <param name="To">The other end.</param>
public sealed record Connection(ConnectionKind Kind, string From, string To);
