namespace Plumbline.Linux.Netlink;

/// <summary>How a namespace numbers another one (RTM_NEWNSID): the key to <see cref="Link.LinkNamespaceId"/>.</summary>
/// <param name="Id">The number.</param>
/// <param name="Inode">The nsfs inode of the namespace that bears it; 0 where a text tells only its name.</param>
/// <param name="Name">Its name, where <c>ip netns</c> was pasted; null where the kernel was asked.</param>
public sealed record NamespaceNumber(int Id, ulong Inode, string? Name = null);
