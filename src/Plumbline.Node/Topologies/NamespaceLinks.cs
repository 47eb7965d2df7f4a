namespace Plumbline.Node.Topologies;

/// <summary>The links of one namespace while a topology is put together, by what others call them.</summary>
internal sealed class NamespaceLinks(int expected)
{
    /// <summary>By ifindex; of two the first.</summary>
    public Dictionary<int, ElementDraft> ByIndex { get; } = new(expected);

    /// <summary>By name; of two the first.</summary>
    public Dictionary<string, ElementDraft> ByName { get; } = new(expected, StringComparer.Ordinal);
}
