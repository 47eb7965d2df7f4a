namespace Plumbline.Node.Facts;

/// <summary>A collection as Neutron's API answered: what is wanted, not what is.</summary>
/// <param name="Collection"><c>ports</c>, <c>networks</c>, <c>security_groups</c> …, the key in the answer.</param>
/// <param name="Json">The whole answer, one JSON object.</param>
public sealed record ApiDocument(string Collection, string Json);
