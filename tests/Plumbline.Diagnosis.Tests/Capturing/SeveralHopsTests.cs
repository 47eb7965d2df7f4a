using System.Net;
using Plumbline.Diagnosis.Capturing;

namespace Plumbline.Diagnosis.Tests.Capturing;

/// <summary>Several places at once: <c>--at a,b</c> and <c>--path</c>.</summary>
public class SeveralHopsTests
{
    [Fact]
    public void Places_stand_in_the_order_asked_for_each_once_and_numbered()
    {
        var plan = CapturePlanner.Plan(ComputeNode.Topology(), [TargetResolver.Resolve(ComputeNode.Topology(), "test-vm")], new()
        {
            Hops =
            [
                CaptureAt.Tap, CaptureAt.HybridVethBridgeEnd, CaptureAt.HybridVethOvsEnd, CaptureAt.IntegrationBridge, CaptureAt.Tunnel,
                CaptureAt.Nic, CaptureAt.Tap,
            ],
        });
        Assert.Equal(
            ["1 tap tapbee51cf7-fb", "2 qvb qvbbee51cf7-fb", "3 qvo qvobee51cf7-fb", "4 br-int qvobee51cf7-fb",
                "5 tunnel gre-c0a87ad2, gre-c0a87adc", "6 nic eth0"],
            plan.Points.Select(p => $"{p.Hop.Number} {p.Hop.Kind} {p.Hop.Device}"));
        Assert.All(plan.Points, p => Assert.Equal("test-vm", p.Hop.Instance));
        Assert.All(plan.Points, p => Assert.Equal("bee51cf7-fb12-4c5e-9a77-0123456789ab", p.Hop.Port));
        Assert.Equal([false, false, false, true, true, false], plan.Points.Select(p => p.Hop.IsMirror));
        Assert.Equal([false, false, false, false, false, true],
            plan.Points.Select(p => p is CapturePoint.OfDevice { CarriesTunnels: true }));
    }

    [Fact]
    public void Path_to_an_address_elsewhere_leaves_by_tunnel_and_nic() => Assert.Equal(
        ["from tapbee51cf7-fb", "from qvbbee51cf7-fb", "from qvobee51cf7-fb", "between gre-c0a87ad2, gre-c0a87adc", "between eth0"],
        Path("test-vm", "172.16.0.99"));

    [Fact]
    public void Path_from_elsewhere_is_the_same_way_backwards() =>
        Assert.Equal(Path("test-vm", "172.16.0.99").Select(Device).Reverse(), Path("172.16.0.99", "test-vm").Select(Device));

    [Fact]
    public void Path_within_a_network_of_the_node_ends_at_the_other_port() => Assert.Equal(
        ["from tapbee51cf7-fb", "from qvbbee51cf7-fb", "from qvobee51cf7-fb", "to qr-0a1b2c3d-4e"], Path("test-vm", "qr-0a1b2c3d-4e"));

    [Fact]
    public void Router_port_in_its_namespace_is_read_there_without_a_mirror()
    {
        var topology = ComputeNode.Topology();
        var plan = CapturePlanner.PlanPath(
            topology, PathEnd.Resolve(topology, "test-vm"), PathEnd.Resolve(topology, "qr-0a1b2c3d-4e"), new());
        Assert.Equal(ComputeNode.RouterNamespace, Assert.IsType<CapturePoint.OfDevice>(plan.Points[^1]).Namespace);
        Assert.False(plan.ChangesNode);
    }

    [Fact]
    public void Path_between_two_places_elsewhere_is_refused_with_what_to_do()
    {
        var topology = ComputeNode.Topology();
        var problem = Assert.Throws<DiagnosisException>(() => CapturePlanner.PlanPath(
            topology, PathEnd.Resolve(topology, "10.9.9.1"), PathEnd.Resolve(topology, "10.9.9.2"), new())).Problem;
        Assert.Equal("neither 10.9.9.1 nor 10.9.9.2 is on this node, so no hop of their way can be read here", problem.What);
    }

    [Fact]
    public void Path_to_itself_is_refused()
    {
        var topology = ComputeNode.Topology();
        Assert.Throws<DiagnosisException>(() => CapturePlanner.PlanPath(
            topology, PathEnd.Resolve(topology, "test-vm"), PathEnd.Resolve(topology, "fa:16:3e:c3:ea:d5"), new()));
    }

    [Fact]
    public void A_name_that_is_no_address_must_be_known() =>
        Assert.Throws<Node.NodeException>(() => PathEnd.Resolve(ComputeNode.Topology(), "no-such-vm"));

    [Fact]
    public void An_address_elsewhere_is_an_end_of_its_own() =>
        Assert.Equal(new PathEnd("10.9.9.1", null, IPAddress.Parse("10.9.9.1")), PathEnd.Resolve(ComputeNode.Topology(), "10.9.9.1"));

    private static string Device(string text) => text[(text.IndexOf(' ', StringComparison.Ordinal) + 1)..];

    private static IEnumerable<string> Path(string from, string to)
    {
        var topology = ComputeNode.Topology();
        return CapturePlanner.PlanPath(topology, PathEnd.Resolve(topology, from), PathEnd.Resolve(topology, to), new())
            .Points.Select(p => $"{p.Hop.Side} {p.Hop.Device}");
    }
}
