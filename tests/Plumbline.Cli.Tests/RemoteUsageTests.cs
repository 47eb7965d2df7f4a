using Plumbline.Primitives;

namespace Plumbline.Cli.Tests;

/// <summary><c>--host</c> at the command line: what cannot be run elsewhere is told before anybody is called.</summary>
public sealed class RemoteUsageTests
{
    [Theory]
    [InlineData("\"\" is no host", "--host", "ports", "--host", "")]
    [InlineData("\"-oProxyCommand=x\" is no host", "--host", "ports", "--host=-oProxyCommand=x")]
    [InlineData("plumb packets works on files or on this machine", "--host", "packets", "a.pcapng", "--host", "far")]
    [InlineData("plumb lab works on files or on this machine", "--host", "--host", "far", "lab", "up")]
    [InlineData("with --host plumb latency captures there", "--from", "latency", "--from", "a.pcapng", "--host", "far")]
    [InlineData("with --host plumb latency captures there", "--svg", "latency", "a", "b", "--svg=x.svg", "--host", "far")]
    [InlineData("with --host one file is written here", "--file-size", "capture", "vm", "-w", "f", "--file-size", "1M", "--host", "far")]
    [InlineData("with --host the drawing comes back", "-o", "topology", "-o", "node.svg", "--host", "far")]
    [InlineData("with --host the drawing comes back", "-o", "topology", "--output=node.dot", "--host", "far")]
    [InlineData("--sudo is for another node", "--sudo", "capture", "vm", "--sudo")]
    public async Task What_cannot_be_is_named(string what, string where, params string[] arguments)
    {
        var run = await CommandLine.RunAsync(arguments);
        Assert.Equal((ExitStatus.BadInput, ""), (run.Status, run.Output));
        Assert.StartsWith($"error: {what}", run.Error, StringComparison.Ordinal);
        Assert.Contains($"\n  where: {where}\n", run.Error, StringComparison.Ordinal);
    }
}
