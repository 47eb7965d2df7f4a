using Plumbline.Primitives;
using Plumbline.Testing;

namespace Plumbline.Cli.Tests;

/// <summary>What Neutron alone can name (there is no libvirt in the recorded deployment) is named so in every command.</summary>
public sealed class CloudNameTests
{
    [SkippableTheory]
    [InlineData("topology web1", "● web1-0")]
    [InlineData("ports", "web1-0")]
    [InlineData("verdict web1 --in --tcp 22 --src 10.1.0.12", "accept")]
    [InlineData("verdict web1 --in --proto tcp --dport 22 --src 10.1.0.12", "accept")]
    [InlineData("reach web1", "web1-0  10.1.0.11")]
    [InlineData("explain web1", "instance web1-0")]
    [InlineData("check web1", "no fault found")]
    public async Task A_command_takes_the_name_and_prints_it(string words, string expected)
    {
        var run = await CommandLine.RunAsync([.. words.Split(' '), "--from", Node("cmp1")]);
        Assert.Equal(ExitStatus.Fine, run.Status);
        Assert.Contains(expected, run.Output, StringComparison.OrdinalIgnoreCase);
    }

    [SkippableTheory]
    [InlineData("VLAN 4 = vxlan 17412  network blue (3b487391-2343-4f72-844c-351a25845527)")]
    [InlineData("qrouter-45b06e84-d906-4321-9221-2915856ca80e  router r-demo")]
    public async Task Networks_and_routers_have_their_names_too(string line)
    {
        var run = await CommandLine.RunAsync("topology", "--from", Node("ctl"));
        Assert.Contains(line, run.Output, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("check")]
    [InlineData("topology")]
    public async Task One_of_several_nodes_knows_it(string command)
    {
        var nodes = new[] { "cmp1", "cmp2", "ctl" }.SelectMany(n => new[] { "--from", Node(n) }).ToArray();
        var known = await CommandLine.RunAsync([command, "web2", .. nodes]);
        Assert.Equal(ExitStatus.Fine, known.Status);
        var unknown = await CommandLine.RunAsync([command, "web9", .. nodes]);
        Assert.Equal(ExitStatus.BadInput, unknown.Status);
        Assert.Contains("on cmp1", unknown.Error, StringComparison.Ordinal);
        Assert.Contains("on ctl", unknown.Error, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("verdict web1 --tcp 22 --udp 53")]
    [InlineData("verdict web1 --tcp 22 --dport 23")]
    [InlineData("verdict web1 --icmp --proto tcp")]
    [InlineData("trace web1 db1 --proto icmp --dport 22")]
    [InlineData("trace web1 db1 --proto nonsense")]
    [InlineData("trace web1 db1 --proto tcp --tcp 22")]
    public async Task Two_packets_in_one_question_are_refused(string words)
    {
        var run = await CommandLine.RunAsync([.. words.Split(' '), "--from", Node("cmp1")]);
        Assert.Equal(ExitStatus.BadInput, run.Status);
    }

    [SkippableFact]
    public async Task The_first_packet_of_an_SCTP_association_is_no_invalid_one()
    {
        var run = await CommandLine.RunAsync(
            "trace", "web1", "web2", "--proto", "sctp", "--dport", "99", "--from", Node("cmp1"), "--from", Node("cmp2"), "--from", Node("ctl"));
        Assert.Contains("sg-fallback rule 1: DROP", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_that_name_nothing_keep_nobody_from_drawing()
    {
        var folder = Directory.CreateTempSubdirectory("plumb-names-");
        try
        {
            await File.WriteAllTextAsync(Path.Join(folder.FullName, "show.txt"),
                "f0a0\n    Bridge br-int\n        Port qvo1\n            tag: 1\n            Interface qvo1\n");
            await File.WriteAllTextAsync(Path.Join(folder.FullName, "groups.json"), """{"security_groups": [{"id": "5a1", "name": "x"}]}""");
            var run = await CommandLine.RunAsync("topology", "--from", folder.FullName);
            Assert.Equal(ExitStatus.Fine, run.Status);
            Assert.Contains("br-int", run.Output, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(true);
        }
    }

    private static string Node(string name) => SharedFiles.Require($"cases/neutron-node/states/sg-rules/{name}");
}
