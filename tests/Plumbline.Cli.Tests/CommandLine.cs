using Plumbline.Primitives;

namespace Plumbline.Cli.Tests;

/// <summary>Runs a command line in this process and keeps what it printed.</summary>
internal sealed record CommandLine(ExitStatus Status, string Output, string Error)
{
    public static async Task<CommandLine> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var status = await CliApplication.RunAsync(arguments, new CliConsole(output, error), CancellationToken.None);
        return new((ExitStatus)status, output.ToString(), error.ToString());
    }
}
