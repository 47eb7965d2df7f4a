using System.Text.Json;
using Plumbline.Primitives;
using Plumbline.Testing;

namespace Plumbline.Cli.Tests;

/// <summary><c>plumb mirror</c> at the command line, as far as it needs no node: what it takes, and what it refuses before it looks at one.</summary>
public sealed class MirrorCommandTests
{
    [Theory]
    [InlineData(ExitStatus.BadInput, "\"up\" is no direction", "--direction", "--direction", "up")]
    [InlineData(ExitStatus.BadInput, "\"x\" is no VLAN", "--vlan", "--vlan", "1,x")]
    [InlineData(ExitStatus.BadInput, "\"4096\" is no VLAN", "--vlan", "--vlan", "4096")]
    [InlineData(ExitStatus.BadInput, "\"13\" is no length that OVS takes", "--snaplen", "--snaplen", "13")]
    [InlineData(ExitStatus.BadInput, "\"soon\" is no time", "--for", "--for", "soon")]
    [InlineData(ExitStatus.BadInput, "\"nowhere\" is no place for copies", "--to", "--to", "nowhere")]
    [InlineData(ExitStatus.BadInput, "\"gre:here\" is no place for copies", "--to", "--to", "gre:here")]
    [InlineData(ExitStatus.BadInput, "\"port:\" is no place for copies", "--to", "--to", "port:")]
    [InlineData(ExitStatus.Refused, "mirrors into a VLAN are not offered", "--to", "--to", "vlan:7")]
    [InlineData(ExitStatus.BadInput, "--key belongs to a tunnel", "--to", "--key", "5")]
    [InlineData(ExitStatus.BadInput, "--index belongs to a tunnel", "--to", "--to", "dummy", "--index", "5")]
    [InlineData(ExitStatus.BadInput, "\"x\" is out of range", "--key", "--to", "gre:192.0.2.1", "--key", "x")]
    [InlineData(ExitStatus.BadInput, "\"0x100000\" is out of range", "--index", "--to", "erspan:192.0.2.1", "--index", "0x100000")]
    [InlineData(ExitStatus.BadInput, "\"3\" is no version of ERSPAN here", "--erspan-version", "--to", "erspan:192.0.2.1", "--erspan-version", "3")]
    [InlineData(ExitStatus.BadInput, "\"1\" is no version of ERSPAN here", "--erspan-version", "--to", "gre:192.0.2.1", "--erspan-version", "1")]
    [InlineData(ExitStatus.BadInput, "\"up\" is no direction", "--erspan-direction", "--to", "erspan:192.0.2.1", "--erspan-direction", "up")]
    [InlineData(ExitStatus.BadInput, "\"here\" is no address", "--local", "--to", "gre:192.0.2.1", "--local", "here")]
    public async Task Option_that_makes_no_sense_is_named_before_the_node_is_looked_at(
        ExitStatus status, string what, string where, params string[] options)
    {
        var run = await CommandLine.RunAsync(["mirror", "add", "ids", "test-vm", "--no-service", .. options]);
        Assert.Equal((status, ""), (run.Status, run.Output));
        Assert.StartsWith($"error: {what}", run.Error, StringComparison.Ordinal);
        Assert.Contains($"\n  where: {where}\n", run.Error, StringComparison.Ordinal);
        Assert.Contains("\n  fix:   ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plumb mirror add", "mirror", "add")]
    [InlineData("plumb mirror add", "mirror", "add", "ids")]
    [InlineData("plumb mirror prove", "mirror", "prove")]
    [InlineData("plumb mirror remove", "mirror", "remove")]
    [InlineData("plumb mirror list", "mirror", "list", "--no-such-option")]
    [InlineData("plumb mirror gc", "mirror", "gc", "ids")]
    [InlineData("plumb mirror", "mirror", "ad")]
    public async Task Bad_usage_names_the_command_and_its_help(string where, params string[] arguments)
    {
        var run = await CommandLine.RunAsync(arguments);
        Assert.Equal((ExitStatus.BadInput, ""), (run.Status, run.Output));
        Assert.EndsWith($"\n  where: {where}\n  fix:   {where} --help lists what it takes\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_of_each_command_says_what_its_words_are()
    {
        foreach (var (command, words) in new[]
        {
            ("add", "NAME TARGET --direction in|out|both --vlan --untag --snaplen --for --no-service --wait --force --dry-run --to --key --json"),
            ("list", "--json --from"), ("prove", "NAME --watch --json"), ("remove", "NAME --json"), ("serve", "NAME --lease"), ("gc", "--dry-run"),
        })
        {
            var run = await CommandLine.RunAsync("mirror", command, "--help");
            Assert.Equal(ExitStatus.Fine, run.Status);
            Assert.All(words.Split(' '), word => Assert.Contains(word, run.Output, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Mirror_that_is_none_is_told_beside_those_that_are()
    {
        var folder = Directory.CreateTempSubdirectory("plt-mirror-").FullName;
        try
        {
            string[] node = ["--state-dir", folder, "--ovs-rundir", folder];
            foreach (var command in new[] { "prove", "remove" })
            {
                var run = await CommandLine.RunAsync(["mirror", command, "ids", .. node]);
                Assert.Equal((ExitStatus.BadInput, ""), (run.Status, run.Output));
                Assert.StartsWith("error: ", run.Error, StringComparison.Ordinal);
                Assert.Contains("\n  fix:   ", run.Error, StringComparison.Ordinal);
            }
            var served = await CommandLine.RunAsync(["mirror", "serve", "ids", .. node]);
            Assert.Equal(ExitStatus.BadInput, served.Status);
            Assert.StartsWith("error: there is no mirror ids that was added with --no-service", served.Error, StringComparison.Ordinal);
            var refused = await CommandLine.RunAsync(["mirror", "add", "ids", "test-vm", .. node]);
            Assert.Equal(ExitStatus.Refused, refused.Status);
            Assert.Contains("--no-service", refused.Error, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [SkippableFact]
    public async Task Mirrors_of_a_recorded_node_are_listed_as_text_and_as_one_document()
    {
        var state = SharedFiles.Require("cases/neutron-node/states/sg-rules/cmp1");
        var run = await CommandLine.RunAsync("mirror", "list", "--from", state);
        Assert.Equal((ExitStatus.Fine, ""), (run.Status, run.Error));
        Assert.Equal("no mirrors\n", run.Output);
        var json = await CommandLine.RunAsync("mirror", "list", "--from", state, "--json");
        using var document = JsonDocument.Parse(json.Output);
        Assert.Equal("plumbline.mirrors", document.RootElement.GetProperty("format").GetString());
        Assert.Empty(document.RootElement.GetProperty("mirrors").EnumerateArray());
    }

    [Fact]
    public async Task Sudo_is_for_another_node()
    {
        var run = await CommandLine.RunAsync("mirror", "list", "--sudo");
        Assert.Equal(ExitStatus.BadInput, run.Status);
        Assert.StartsWith("error: --sudo is for another node", run.Error, StringComparison.Ordinal);
    }
}
