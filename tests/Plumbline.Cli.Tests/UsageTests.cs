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

    [Theory]
    [InlineData("node.svg", "<svg ")]
    [InlineData("node.GV", "graph ")]
    [InlineData("node.mmd", "flowchart ")]
    [InlineData("node.json", "{")]
    [InlineData("node.txt", "")]
    public async Task A_drawing_goes_to_the_file_whose_ending_says_how_it_is_drawn(string name, string start)
    {
        var folder = Directory.CreateTempSubdirectory("plumb-drawing-");
        try
        {
            var text = Path.Combine(folder.FullName, "show.log");
            await File.WriteAllTextAsync(text, "Bridge br-int\n    Port \"tap1\"\n        tag: 1\n        Interface \"tap1\"\n");
            var file = Path.Combine(folder.FullName, name);
            var run = await CommandLine.RunAsync("topology", "--from", text, "-o", file);
            Assert.Equal((ExitStatus.Fine, ""), (run.Status, run.Output));
            Assert.Contains(file, run.Error, StringComparison.Ordinal);
            var drawn = await File.ReadAllTextAsync(file);
            Assert.StartsWith(start, drawn, StringComparison.Ordinal);
            Assert.Contains("br-int", drawn, StringComparison.Ordinal);
            Assert.DoesNotContain("\u001b", drawn, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_drawing_for_a_folder_that_is_not_there_says_so()
    {
        var text = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(text, "Bridge br-int\n    Port \"tap1\"\n        Interface \"tap1\"\n");
            var run = await CommandLine.RunAsync("topology", "--from", text, "-o", "/nonexistent/node.svg");
            Assert.Equal(ExitStatus.BadInput, run.Status);
            Assert.StartsWith("error: cannot write the drawing: ", run.Error, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(text);
        }
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named()
    {
        var run = await CommandLine.RunAsync("topology", "--from", "/nonexistent/node.plumb");
        Assert.Equal(ExitStatus.BadInput, run.Status);
        Assert.Contains("/nonexistent/node.plumb", run.Error, StringComparison.Ordinal);
        Assert.Contains("\n  fix:   ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_command_of_the_help_is_found_by_its_name()
    {
        var help = await CommandLine.RunAsync("--help");
        var names = help.Output.Split('\n').SkipWhile(l => !l.StartsWith("Commands:", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(l => l.StartsWith("  ", StringComparison.Ordinal)).Where(l => l[2] != ' ')
            .Select(l => l.TrimStart().Split(' ')[0]).ToList();
        Assert.Contains("topology", names);
        Assert.Contains("check", names);
        foreach (var name in names)
        {
            var run = await CommandLine.RunAsync(name, "--help");
            Assert.Equal(ExitStatus.Fine, run.Status);
            var usage = run.Output.Split('\n').SkipWhile(l => !l.StartsWith("Usage:", StringComparison.Ordinal)).ElementAt(1);
            Assert.Contains(name, usage.Split(' ')); // behind the program's name, which is the test host's here
        }
    }
}
