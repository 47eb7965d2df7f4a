using Plumbline.Diagnosis.Tests.Checking;
using Plumbline.Diagnosis.Tracing;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Tests.Tracing;

/// <summary>VMs that Neutron knows, on nodes that were not given.</summary>
public sealed class ElsewhereTests
{
    [SkippableTheory]
    [InlineData("web2")]
    [InlineData("web2-0")]
    [InlineData("10.1.0.12")]
    public void A_receiver_on_another_node_is_asked_for_at_the_tunnel(string to)
    {
        var result = OnlyCmp1().Ask(new() { From = "web1-0", To = to, Protocol = 6, DestinationPort = 22 });
        Assert.Equal(TraceVerdict.Unknown, result.Verdict);
        Assert.Contains("the node that has 10.30.0.12, where a tunnel leads", result.Unknowns);
    }

    [SkippableFact]
    public void A_sender_on_another_node_is_named_with_its_node()
    {
        var error = Assert.Throws<DiagnosisException>(() => OnlyCmp1().Ask(new() { From = "web2", To = "web1-0", Protocol = 1 }));
        Assert.Contains("is on cmp2", error.Problem.What, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_database_that_does_not_answer_leaves_the_way_unknown()
    {
        var healthy = Deployment.Healthy.Node("cmp1", s => s with { Ovs = null, Switching = null });
        var result = new Tracer([Topology.Build(healthy.Nodes["cmp1"])], healthy.Cloud()).Ask(new() { From = "web1", To = "10.1.0.12", Protocol = 1 });
        Assert.Equal(TraceVerdict.Unknown, result.Verdict);
        Assert.Contains(result.Unknowns, u => u.StartsWith("Open vSwitch's database of cmp1", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void A_VM_whose_port_is_known_by_its_tap_alone_is_here()
    {
        var healthy = Deployment.Healthy.Node("cmp1", s => s with { Ovs = null, Switching = null });
        var result = new Tracer([Topology.Build(healthy.Nodes["cmp1"])], healthy.Cloud()).Ask(new() { From = "db1", To = "web1", Protocol = 1 });
        Assert.StartsWith("web1", result.To, StringComparison.Ordinal);
        Assert.Contains("(10.1.0.11)", result.To, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_port_of_a_router_is_no_VM_on_another_node()
    {
        var healthy = Deployment.Healthy;
        var port = healthy.Cloud().Ports!.Values.First(p => p.Owner == "network:router_interface").Id;
        var error = Assert.Throws<DiagnosisException>(() => OnlyCmp1().Ask(new() { From = port, To = "web1-0", Protocol = 1 }));
        Assert.StartsWith("no VM", error.Problem.What, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void An_address_that_a_VM_of_unknown_addresses_may_have_is_not_nobodys()
    {
        // its port has no port security: no filter and no flow tells its address either
        var untold = Deployment.Healthy.Node("ctl", s => s with
        {
            Files = [.. s.Files!.Where(f => !f.Path.Contains("/dhcp/", StringComparison.Ordinal))],
            Namespaces = [.. s.Namespaces.Select(n => n with { Neighbours = [.. n.Neighbours.Where(x => x.Address.ToString() != "10.1.0.41")] })],
        });
        var result = new Tracer([.. untold.Nodes.Values.Select(Topology.Build)], null).Ask(new() { From = "tap6ef565e0-4a", To = "10.1.0.41", Protocol = 1 });
        Assert.Equal(TraceVerdict.Unknown, result.Verdict);
        Assert.Contains(result.Unknowns, u => u.EndsWith("which may have 10.1.0.41", StringComparison.Ordinal));
    }

    private static Tracer OnlyCmp1()
    {
        var healthy = Deployment.Healthy;
        return new([Topology.Build(healthy.Nodes["cmp1"])], healthy.Cloud());
    }
}
