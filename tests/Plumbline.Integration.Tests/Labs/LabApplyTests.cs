using Plumbline.Linux.Processes;
using Plumbline.Operations.Labs;

namespace Plumbline.Integration.Tests.Labs;

/// <summary><c>plumb apply --lab</c> and <c>unapply --lab</c>: what the file says is what gets through, and nothing of it stays.</summary>
public sealed class LabApplyTests(LabFixture fixture) : IClassFixture<LabFixture>
{
    private LabDescription Lab => fixture.Lab;

    [SkippableFact]
    public async Task Groups_of_a_file_are_enforced_in_the_lab_and_withdrawn_again()
    {
        var (one, other) = (Lab.Instances[0], Lab.Instances[1]);
        Assert.True(await PingsAsync(1, 0), "the lab's own groups let VMs of one group ping each other");
        var file = Write("in tcp 2222");
        var dry = await PlumbAsync("apply", file, "--dry-run");
        Assert.Contains($"+ filter -A neutron-openvswi-i{one.PortId[..10]} -p tcp -m tcp --dport 2222 -j RETURN\n", dry, StringComparison.Ordinal);
        Assert.True(await PingsAsync(1, 0), "a dry run changed something");

        Assert.Contains("iptables: ", await PlumbAsync("apply", file), StringComparison.Ordinal);
        Assert.Equal("all is as wanted already, nothing to change\n", await PlumbAsync("apply", file));
        Assert.False(await PingsAsync(1, 0), "no rule lets ICMP in");
        Assert.True(await PingsAsync(0, 1), "the other way all is open");
        Assert.StartsWith("no difference, 2 ports compared", await PlumbAsync("diff", file), StringComparison.Ordinal);
        var reach = await PlumbAsync("reach", one.Name, "-4", "--direction", "in");
        Assert.Contains("    tcp to port 2222\n", reach, StringComparison.Ordinal);
        var verdict = await RunAsync("verdict", one.Name, "--in", "-s", other.Address.ToString(), "-p", "icmp");
        Assert.Equal(1, verdict.ExitCode);
        Assert.Contains("neutron-openvswi-sg-fallback", verdict.Output, StringComparison.Ordinal);

        await PlumbAsync("apply", Write("in tcp 2222, in icmp"));
        Assert.True(await PingsAsync(1, 0), "ICMP was let in");

        await PlumbAsync("unapply", file);
        Assert.True(await PingsAsync(1, 0), "ports let go are filtered by nobody");
        Assert.DoesNotContain(one.PortId[..10], await SaveAsync(), StringComparison.Ordinal);
        await PlumbAsync("unapply", "--all");
        Assert.Equal("all is as wanted already, nothing to change\n", await PlumbAsync("unapply", "--all"));
        Assert.DoesNotContain("neutron-", await SaveAsync(), StringComparison.Ordinal);
        Assert.Equal("", await NodeAsync("ipset", "save"));
    }

    [SkippableFact]
    public async Task A_file_that_is_wrong_changes_nothing_in_the_lab()
    {
        var before = WithoutCounters(await SaveAsync());
        var refused = await RunAsync("apply", Write("in tcp 99999, in nonsense"));
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("group web, rule \"in tcp 99999\": ports are 0 to 65535", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("nonsense", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(before, WithoutCounters(await SaveAsync()));
    }

    private string Write(string rules)
    {
        var path = Path.Join(Lab.Directory, "apply.yaml");
        File.WriteAllText(path, $"""
            ports:
            {Port(Lab.Instances[0], "web")}
            {Port(Lab.Instances[1], "open")}
            groups:
              web: [out any, {rules}]
              open: [out any, in any]

            """);
        return path;

        static string Port(LabInstance instance, string group) =>
            $"  - {{id: {instance.PortId}, mac: '{instance.Mac}', ip: {instance.Address}, groups: {group}}}";
    }

    private async Task<bool> PingsAsync(int from, int to)
    {
        var ping = await LabFixture.RunAsync(
            Lab.Instances[from].NamespaceFile, "ping", "-n", "-c", "1", "-W", "1", Lab.Instances[to].Address.ToString());
        return ping.ExitCode == 0;
    }

    private Task<string> SaveAsync() => NodeAsync("sh", "-c", "iptables-save; ip6tables-save");

    private async Task<string> NodeAsync(string program, params string[] arguments)
    {
        var result = await LabFixture.RunAsync(Lab.Nodes[0].Access.NamespaceFile!, program, arguments);
        Assert.True(result.ExitCode == 0, result.Errors);
        return result.Output;
    }

    private async Task<string> PlumbAsync(params string[] arguments)
    {
        var result = await RunAsync(arguments);
        Assert.True(result.ExitCode == 0, result.Errors + result.Output);
        return result.Output;
    }

    private Task<CommandResult> RunAsync(params string[] arguments) =>
        LabFixture.PlumbAsync([.. arguments, "--lab", "--lab-dir", Lab.Directory]);

    private static string WithoutCounters(string saved) =>
        string.Join('\n', saved.Split('\n').Where(l => !l.StartsWith('#')).Select(l => l.Split(" [")[0]));
}
