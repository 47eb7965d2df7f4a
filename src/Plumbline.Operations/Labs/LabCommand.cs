using Plumbline.Linux;
using Plumbline.Linux.Processes;

namespace Plumbline.Operations.Labs;

/// <summary>Programs that must succeed.</summary>
internal static class LabCommand
{
    /// <summary>Runs one to its end and returns what it wrote.</summary>
    /// <exception cref="OperationsException">It ended with another exit status than 0; carries its own words.</exception>
    /// <exception cref="LinuxException">It is not installed.</exception>
    public static async Task<string> RunAsync(
        NetworkNamespace? networkNamespace,
        string program,
        IReadOnlyList<string> arguments,
        string? input,
        IReadOnlyDictionary<string, string>? environment,
        CancellationToken cancellationToken)
    {
        var result = await CommandRunner.RunAsync(networkNamespace, program, arguments, input, environment, cancellationToken);
        return result.ExitCode == 0 ? result.Output : throw Problems.CommandFailed(program, arguments, result);
    }
}
