using System.Diagnostics;

namespace Plumbline.Linux.Processes;

/// <summary>Runs a program to its end.</summary>
public static class CommandRunner
{
    /// <summary>
    /// Runs <paramref name="file"/> inside <paramref name="networkNamespace"/> (null: where the caller is). Messages are in
    /// English (LC_ALL=C) but where <paramref name="environment"/> says otherwise. A program that leaves a child behind which keeps
    /// its output open has not ended: have daemons detach.
    /// </summary>
    /// <param name="networkNamespace">Where.</param>
    /// <param name="file">Name or path, see <see cref="Programs.Find(string)"/>.</param>
    /// <param name="arguments">As the program gets them; no shell is between.</param>
    /// <param name="standardInput">What it reads; null: nothing, end of file at once.</param>
    /// <param name="environment">Added to ours.</param>
    /// <param name="cancellationToken">Ends the program and its children by SIGKILL.</param>
    /// <exception cref="LinuxException">
    /// The program is not installed (ENOENT) or may not be run, or the namespace cannot be entered.
    /// </exception>
    public static async Task<CommandResult> RunAsync(
        NetworkNamespace? networkNamespace,
        string file,
        IReadOnlyList<string> arguments,
        string? standardInput,
        IReadOnlyDictionary<string, string>? environment,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }
        using var process = NamespacedProcess.Start(networkNamespace, start);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await WriteAsync(process.StandardInput, standardInput, cancellationToken);
            var result = (Output: await output, Errors: await errors);
            await process.WaitForExitAsync(cancellationToken);
            return new(process.ExitCode, result.Output, result.Errors);
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static async Task WriteAsync(StreamWriter input, string? text, CancellationToken cancellationToken)
    {
        try
        {
            await input.WriteAsync(text.AsMemory(), cancellationToken);
            input.Close();
        }
        catch (IOException)
        {
            return; // it ended, or closed its input, without reading all: its exit status tells why
        }
    }
}
