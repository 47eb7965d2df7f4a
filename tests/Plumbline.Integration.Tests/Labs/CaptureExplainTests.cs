using Plumbline.Operations.Labs;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Labs;

/// <summary><c>plumb capture --explain</c> on a lab, whose security groups are real iptables rules.</summary>
public sealed class CaptureExplainTests(LabFixture fixture) : IClassFixture<LabFixture>
{
    [SkippableFact]
    public async Task First_packet_of_each_flow_bears_the_verdict_and_the_deciding_rule()
    {
        LabDescription lab = fixture.Lab;
        Root.SkipUnlessInstalled("tshark");
        var file = Path.Join(lab.Directory, "explained.pcapng");
        var capturing = LabFixture.PlumbAsync(
            "capture", "test-vm", "--at", "tap,qvo", "--filter", "icmp", "--count", "8", "--for", "20s", "--explain", "-w", file,
            "--lab-dir", lab.Directory, "--lab");
        var ping = LabFixture.PlumbAsync(
            "--lab-dir", lab.Directory, "lab", "exec", "test-vm", "--", "ping", "-n", "-i", "0.2", "-c", "40", "172.16.0.1");
        var captured = await capturing;
        await ping;
        Assert.True(captured.ExitCode == 0, captured.Errors);
        var told = await LabFixture.RunAsync(
            "/proc/self/ns/net", "tshark", "-n", "-r", file, "-Y", "frame.comment", "-T", "fields", "-e", "frame.interface_name", "-e", "frame.comment");
        var lines = told.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length); // one flow at two places
        Assert.Contains(lines, l => l.StartsWith("test-vm tap\tplumb: from test-vm: ACCEPT, decided by filter neutron-", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith("test-vm qvo\t", StringComparison.Ordinal) && l.EndsWith("-j RETURN", StringComparison.Ordinal));
    }
}
