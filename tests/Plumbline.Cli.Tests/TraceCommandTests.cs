using Plumbline.Primitives;
using Plumbline.Testing;

namespace Plumbline.Cli.Tests;

/// <summary><c>plumb trace</c> on the recorded deployment: one verdict, one exit status each.</summary>
public sealed class TraceCommandTests
{
    [SkippableTheory]
    [InlineData("22", ExitStatus.Fine, "DELIVERED  it arrives, and the answer comes back")]
    [InlineData("80", ExitStatus.Findings, "DROPPED  at cmp2 neutron-openvswi-sg-fallback: filter neutron-openvswi-sg-fallback rule 1: DROP")]
    public async Task The_verdict_is_one_line_and_the_exit_status(string port, ExitStatus status, string verdict)
    {
        var run = await CommandLine.RunAsync(
            "trace", "--from", Node("cmp1"), "--from", Node("cmp2"), "--from", Node("ctl"), "web1", "10.1.0.12", "--tcp", port);
        Assert.Equal(status, run.Status);
        Assert.Contains(run.Output.Split('\n'), l => l == verdict);
    }

    [SkippableFact]
    public async Task Without_the_receiver_s_node_it_is_unknown_and_the_node_is_named()
    {
        var run = await CommandLine.RunAsync("trace", "--from", Node("cmp1"), "web1", "10.1.0.12");
        Assert.Equal(ExitStatus.Unknown, run.Status);
        Assert.Contains("missing: the node that has 10.30.0.12, where a tunnel leads", run.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Two_packets_in_one_question_are_refused()
    {
        var run = await CommandLine.RunAsync("trace", "--from", Node("cmp1"), "web1", "db1", "--tcp", "22", "--udp", "53");
        Assert.Equal(ExitStatus.BadInput, run.Status);
    }

    private static string Node(string name) => SharedFiles.Require($"cases/neutron-node/states/sg-rules/{name}");
}
