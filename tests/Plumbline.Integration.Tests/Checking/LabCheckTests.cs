using Plumbline.Diagnosis.Checking;
using Plumbline.Integration.Tests.Labs;
using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;
using Plumbline.Operations.Labs;
using Xunit.Abstractions;

namespace Plumbline.Integration.Tests.Checking;

/// <summary>
/// <c>plumb check</c> on live nodes: in a lab of two, each fault planted gives exactly its finding, with what follows from it below; and when
/// it is undone there is none.
/// </summary>
public sealed class LabCheckTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private readonly OwnLab _own = new(new() { Nodes = 2, Instances = 4, Tunnel = "vxlan" });

    public Task InitializeAsync() => _own.InitializeAsync();

    public Task DisposeAsync() => _own.DisposeAsync();

    [SkippableFact]
    public async Task Each_fault_planted_gives_its_finding_alone_and_none_once_it_is_undone()
    {
        var lab = _own.Lab;
        var wrong = new List<string>();
        await ExpectAsync(lab, "a healthy lab", null, wrong);
        foreach (var plant in LabPlants.Of(lab))
        {
            await RunAsync(lab, plant.Node, plant.Plant);
            await ExpectAsync(lab, plant.Name, plant.Finding, wrong);
            await RunAsync(lab, plant.Node, plant.Mend);
            await ExpectAsync(lab, plant.Name + ", undone", null, wrong);
        }
        await RunAsync(lab, 0, "kill $(cat $OVS_RUNDIR/ovs-vswitchd.pid)");
        await ExpectAsync(lab, "ovs-vswitchd ended", "vswitchd-stopped", wrong);
        await RunAsync(lab, 0, "kill $(cat $OVS_RUNDIR/ovsdb-server.pid)");
        await ExpectAsync(lab, "both daemons ended", "vswitchd-stopped", wrong);
        Assert.True(wrong.Count == 0, $"{wrong.Count} are wrong:\n{string.Join('\n', wrong)}");
    }

    /// <summary>The kernel and the switch take a moment to follow: what is expected may come within a few seconds.</summary>
    private async Task ExpectAsync(LabDescription lab, string name, string? finding, List<string> wrong)
    {
        CheckReport report;
        var deadline = DateTime.UtcNow + _patience;
        do
        {
            report = await CheckAsync(lab);
        }
        while (!IsAsExpected(report, finding) && DateTime.UtcNow < deadline);
        output.WriteLine($"{name}: {string.Join(", ", report.Findings.Select(Describe))}");
        if (!IsAsExpected(report, finding))
        {
            wrong.Add($"{name}: expected {finding ?? "nothing"}, found\n    "
                + string.Join("\n    ", report.Findings.Select(f => $"{Describe(f)}: {f.What} [{string.Join("; ", f.Evidence)}]")));
        }
    }

    private static bool IsAsExpected(CheckReport report, string? finding) =>
        finding is null ? report.Findings.Count == 0 : report.Findings.Count == 1 && report.Findings[0].Id == finding;

    private static string Describe(Finding finding) => $"{finding.Id} {finding.Node} {finding.Object}"
        + (finding.Consequences.Count > 0 ? $" ({string.Join(", ", finding.Consequences.Select(c => $"{c.Id} {c.Object}"))})" : "");

    private static async Task<CheckReport> CheckAsync(LabDescription lab)
    {
        var topologies = new List<Topology>();
        foreach (var node in lab.Nodes)
        {
            topologies.Add(Topology.Build(await LiveNode.ReadAsync(node.Access, SnapshotScope.Everything, default)));
        }
        return NodeChecker.Run(topologies, LabApi.Of(lab), static process => process.IsAlive);
    }

    private static async Task RunAsync(LabDescription lab, int node, string commands)
    {
        var where = lab.Nodes[node];
        var result = await LabFixture.RunAsync(where.Access.NamespaceFile!, "sh", "-c",
            $"export OVS_RUNDIR={where.Access.OvsRunDirectory}; {commands}");
        Assert.True(result.ExitCode == 0, $"{commands}: {result.Errors}{result.Output}");
    }
}
