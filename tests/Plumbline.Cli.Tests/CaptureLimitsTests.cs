using Plumbline.Primitives;

namespace Plumbline.Cli.Tests;

/// <summary>Limits of a capture that make no sense are refused before the node is looked at, and nothing is written.</summary>
public sealed class CaptureLimitsTests
{
    [Theory]
    [InlineData("--ring-files", "nothing says when a file is full", "--ring-files", "3")]
    [InlineData("--ring-files", "\"0\" is not possible", "--ring-files", "0", "--file-size", "1M")]
    [InlineData("--file-size", "\"10X\" is no size", "--file-size", "10X")]
    [InlineData("--file-size", "\"0\" is no size", "--file-size", "0")]
    [InlineData("--file-size", "\"9999999999G\" is no size", "--file-size", "9999999999G")]
    [InlineData("--file-time", "\"soon\" is no time", "--file-time", "soon")]
    [InlineData("--stop-after", "nothing says what the capture is to end after", "--stop-after", "5s")]
    [InlineData("--stop-after", "\"-1s\" is no time", "--stop-after=-1s", "--when", "tcp-rst")]
    [InlineData("--for", "\"0s\" is no time", "--for", "0s")]
    [InlineData("--count", "\"0\" is not possible", "--count", "0")]
    [InlineData("--bytes", "\"1.5M\" is no size", "--bytes", "1.5M")]
    public async Task Limit_that_makes_no_sense_is_named_with_what_mends_it(string where, string what, params string[] options)
    {
        var folder = Directory.CreateTempSubdirectory("plt-limits-").FullName;
        try
        {
            var run = await CommandLine.RunAsync(["capture", "no-such-vm", "-w", folder + "/out.pcapng", .. options]);
            Assert.Equal((ExitStatus.BadInput, ""), (run.Status, run.Output));
            Assert.StartsWith($"error: {what}", run.Error, StringComparison.Ordinal);
            Assert.Contains($"\n  where: {where}", run.Error, StringComparison.Ordinal);
            Assert.Contains("\n  fix:   ", run.Error, StringComparison.Ordinal);
            Assert.Empty(Directory.GetFiles(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Several_files_need_a_name(bool streams)
    {
        var run = await CommandLine.RunAsync(["capture", "no-such-vm", "--file-size", "1M", .. streams ? new[] { "-w", "-" } : []]);
        Assert.Equal(ExitStatus.BadInput, run.Status);
        Assert.StartsWith("error: several files need a name\n", run.Error, StringComparison.Ordinal);
    }
}
