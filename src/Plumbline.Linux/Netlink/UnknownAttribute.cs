namespace Plumbline.Linux.Netlink;

/// <summary>An attribute kept as it came.</summary>
/// <param name="Type">The attribute's number, flag bits removed.</param>
/// <param name="Value">Its bytes, in the kernel's byte order.</param>
public sealed record UnknownAttribute(int Type, byte[] Value);
