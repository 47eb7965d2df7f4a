namespace Plumbline.Linux;

/// <summary>A network namespace mounted at a path.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Path">Folder and name.</param>
/// <param name="Inode">The nsfs inode: equal numbers are one namespace.</param>
public sealed record NamedNamespace(string Name, string Path, ulong Inode);
