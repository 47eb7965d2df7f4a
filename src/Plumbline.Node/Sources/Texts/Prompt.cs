namespace Plumbline.Node.Sources.Texts;

/// <summary>A shell prompt and what was typed at it.</summary>
/// <param name="Line">The line's index.</param>
/// <param name="Host">The host in it; null where the prompt shows none.</param>
/// <param name="Command">What was typed, without <c>sudo</c>, a program's folder, and the container or host that it ran in.</param>
/// <param name="IsElsewhere">The host is not the shell's own: the command ran there (<c>ssh HOST COMMAND</c>), the next one does not.</param>
internal sealed record Prompt(int Line, string? Host, string Command, bool IsElsewhere = false);
