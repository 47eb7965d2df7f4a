namespace Plumbline.Linux.Netlink;

/// <summary>How a namespace numbers another one (RTM_NEWNSID): the key to <see cref="Link.LinkNamespaceId"/>.</summary>
/// <param name="Id">The number.</param>
/// <param name="Inode">The nsfs inode of the namespace that bears it.</param>
public sealed record NamespaceNumber(int Id, ulong Inode);
