using Plumbline.Primitives;

namespace Plumbline.Cli.Tests;

public sealed class UsageTests
{
    [Fact]
    public async Task Version_is_one_line_with_the_program_s_name()
    {
        var run = await CommandLine.RunAsync("--version");
        Assert.Equal(ExitStatus.Fine, run.Status);
        Assert.Matches(@"^plumb \d+\.\d+\.\d+\n$", run.Output);
    }

    [Fact]
    public async Task Help_lists_every_command_with_what_it_answers()
    {
        var run = await CommandLine.RunAsync("--help");
        Assert.Equal(ExitStatus.Fine, run.Status);
        foreach (var command in new[] { "topology", "ports", "snapshot", "capture", "mirror" })
        {
            Assert.Contains($"  {command}", run.Output, StringComparison.Ordinal);
        }
        Assert.DoesNotContain("guard", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plumb", "topolgy")]
    [InlineData("plumb topology", "topology", "--no-such-option")]
    [InlineData("plumb topology", "topology", "-o", "gif")]
    [InlineData("plumb snapshot", "snapshot")]
    [InlineData("plumb mirror", "mirror")]
    public async Task Bad_usage_says_what_where_and_fix_and_ends_with_2(string where, params string[] arguments)
    {
        var run = await CommandLine.RunAsync(arguments);
        Assert.Equal(ExitStatus.BadInput, run.Status);
        Assert.Equal("", run.Output);
        Assert.StartsWith("error: ", run.Error, StringComparison.Ordinal);
        Assert.Contains($"\n  where: {where}\n", run.Error, StringComparison.Ordinal);
        Assert.EndsWith($"\n  fix:   {where} --help lists what it takes\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named()
    {
        var run = await CommandLine.RunAsync("topology", "--from", "/nonexistent/node.plumb");
        Assert.Equal(ExitStatus.BadInput, run.Status);
        Assert.Contains("/nonexistent/node.plumb", run.Error, StringComparison.Ordinal);
        Assert.Contains("\n  fix:   ", run.Error, StringComparison.Ordinal);
    }
}
