using Plumbline.Diagnosis;
using Plumbline.Node.Tests.Topologies;
using Plumbline.Node.Topologies;

namespace Plumbline.Views.Tests;

/// <summary>The recorded OpenStack deployment (../shared/cases/neutron-node), from its facts to the drawing.</summary>
public sealed class RecordedNodeTests
{
    [SkippableTheory]
    [InlineData("cmp1")]
    [InlineData("ctl")]
    public void Recorded_node_as_text(string node) =>
        Expected.Equals(TopologyText.Render(Topology.Build(RecordedNode.Read(node)), RenderOptions.Plain), $"recorded-{node}.txt");

    [SkippableTheory]
    [InlineData("cmp1")]
    [InlineData("ctl")]
    public void Recorded_ports(string node) =>
        Expected.Equals(PortsTable.Render(Topology.Build(RecordedNode.Read(node)), RenderOptions.Plain), $"recorded-{node}-ports.txt");

    [SkippableFact]
    public void Recorded_chain()
    {
        var topology = Topology.Build(RecordedNode.Read("cmp1"));
        Expected.Equals(TopologyText.Render(topology, new()
        {
            Focus = new Target.OfVif(topology.Vifs.First(vif => vif.Network?.Type == "vlan")),
        }), "recorded-cmp1-chain.txt");
    }
}
