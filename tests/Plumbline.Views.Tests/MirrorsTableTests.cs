using System.Text.Json;
using Plumbline.Diagnosis.Mirrors;
using Plumbline.Linux;
using Plumbline.Node;
using Plumbline.Node.Facts;
using Plumbline.Views.Tests.Fixtures;

namespace Plumbline.Views.Tests;

public sealed class MirrorsTableTests
{
    private static readonly DateTimeOffset _now = new(2025, 11, 21, 9, 30, 0, TimeSpan.Zero);

    [Fact]
    public void Mirrors_are_explained() => Expected.Equals(MirrorsTable.Render(Assess(), RenderOptions.Plain), "mirrors.txt");

    [Fact]
    public void Mirrors_as_json() => Expected.Equals(MirrorsTable.RenderJson(Assess()), "mirrors.json");

    [Fact]
    public void Json_has_no_null()
    {
        using var document = JsonDocument.Parse(MirrorsTable.RenderJson(Assess()));
        Assert.DoesNotContain("null", document.RootElement.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Node_without_mirrors_says_so() =>
        Assert.Equal("no mirrors\n", MirrorsTable.Render(new([], []), RenderOptions.Plain));

    /// <summary>Two foreign mirrors, a dead one of ours whose output is gone, and a port that a killed capture left.</summary>
    private static MirrorAssessment Assess()
    {
        var topology = Nodes.Full();
        var ovs = topology.Snapshot.Ovs!; // the fixture has Open vSwitch
        var mark = new OwnershipMark
        {
            Session = "5e55",
            Owner = new ProcessIdentity(4711, 100, "boot"),
            Lease = _now.AddMinutes(5),
            Reason = "andrey: capture web-1",
        };
        var bridge = ovs.Bridges[0];
        bridge = bridge with
        {
            Mirrors = [.. bridge.Mirrors, new OvsMirror
            {
                Name = "plumb-5e55", SelectSourcePorts = [NodeBuilder.PortUuid("qvobee51cf7-fb")],
                OutputPort = Guid.Parse("00000000-0000-4000-8000-00000000dead"), ExternalIds = mark.ToExternalIds(), SentPackets = 23,
                SentBytes = 2626,
            }],
            Ports = [.. bridge.Ports, new OvsPort { Name = "plmb0", ExternalIds = mark.ToExternalIds() }],
        };
        var facts = topology.Snapshot with { Ovs = ovs with { Bridges = [bridge, .. ovs.Bridges.Skip(1)] } };
        return MirrorAssessment.Assess(topology with { Snapshot = facts }, _ => false, _now);
    }
}
