namespace Plumbline.Linux;

/// <summary>What a folder of network namespaces holds.</summary>
public sealed record NamedNamespaces
{
    /// <summary>Ordered by name.</summary>
    public IReadOnlyList<NamedNamespace> Namespaces { get; init; } = [];

    /// <summary>Entries that are no network namespace, or cannot be opened: leftovers of a reboot, say.</summary>
    public IReadOnlyList<SkippedNamespace> Skipped { get; init; } = [];
}
