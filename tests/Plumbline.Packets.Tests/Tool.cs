using System.Diagnostics;

namespace Plumbline.Packets.Tests;

/// <summary>Runs a judge.</summary>
internal static class Tool
{
    /// <returns>Its standard output; the test fails where the exit status is not 0.</returns>
    public static string Run(string file, params IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{file} ended with {process.ExitCode}: {errors.GetAwaiter().GetResult()}");
        return output;
    }
}
