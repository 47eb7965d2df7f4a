using Plumbline.Primitives;

namespace Plumbline.Linux;

/// <summary>An entry among the namespaces that is none.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Path">Folder and name.</param>
/// <param name="Problem">Why it was skipped.</param>
public sealed record SkippedNamespace(string Name, string Path, Problem Problem);
