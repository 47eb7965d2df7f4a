namespace Plumbline.Linux.Processes;

/// <summary>How a program ended, and what it wrote (read as UTF-8).</summary>
/// <param name="ExitCode">0 to 255; 128 and the signal's number where a signal ended it.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Errors">Standard error.</param>
public sealed record CommandResult(int ExitCode, string Output, string Errors);
