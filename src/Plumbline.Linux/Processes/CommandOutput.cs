namespace Plumbline.Linux.Processes;

/// <summary>How a program ended, and what it wrote, standard output as it came.</summary>
/// <param name="ExitCode">0 to 255; 128 and the signal's number where a signal ended it.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Errors">Standard error, read as UTF-8.</param>
public sealed record CommandOutput(int ExitCode, ReadOnlyMemory<byte> Output, string Errors);
