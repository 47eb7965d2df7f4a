namespace Plumbline.Node.Facts;

/// <summary>A socket that waits for others (ss(8), netstat(8)).</summary>
/// <param name="Protocol"><c>tcp</c>, <c>udp</c>, <c>raw</c> … as printed, <c>tcp6</c> is tcp.</param>
/// <param name="Address">Address and port as printed, e.g. <c>169.254.169.254%tap1:80</c>.</param>
/// <param name="Process">The program's name; null where not told.</param>
/// <param name="Pid">Its number; null where not told.</param>
public sealed record SocketFacts(string Protocol, string Address, string? Process, int? Pid);
