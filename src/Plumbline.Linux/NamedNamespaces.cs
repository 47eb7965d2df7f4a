using Plumbline.Primitives;

namespace Plumbline.Linux;

/// <summary>What a folder of network namespaces holds.</summary>
public sealed record NamedNamespaces
{
    /// <summary>Ordered by name.</summary>
    public IReadOnlyList<NamedNamespace> Namespaces { get; init; } = [];

    /// <summary>Entries that are no network namespace, or cannot be opened: leftovers of a reboot, say.</summary>
    public IReadOnlyList<SkippedNamespace> Skipped { get; init; } = [];
}

/// <summary>A network namespace mounted at a path.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Path">Folder and name.</param>
/// <param name="Inode">The nsfs inode: equal numbers are one namespace.</param>
public sealed record NamedNamespace(string Name, string Path, ulong Inode);

/// <summary>An entry among the namespaces that is none.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Path">Folder and name.</param>
/// <param name="Problem">Why it was skipped.</param>
public sealed record SkippedNamespace(string Name, string Path, Problem Problem);
