namespace Plumbline.Node.Facts;

/// <summary>A process (ps(1), /proc/PID).</summary>
/// <param name="Pid">Its number.</param>
/// <param name="Command">Program and arguments, with blanks between.</param>
/// <param name="Namespace">The network namespace it is in: empty for the node's own, null where not told.</param>
public sealed record ProcessFacts(int Pid, string Command, string? Namespace);
