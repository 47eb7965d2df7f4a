using Plumbline.Diagnosis.Capturing;
using Plumbline.Node.Facts;
using Plumbline.Node.Topologies;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Tests.Capturing;

public class CapturePlannerTests
{
    [Fact]
    public void Vm_is_read_at_its_tap_and_nothing_is_made()
    {
        var plan = Plan("test-vm");
        var point = Device(plan);
        Assert.Equal("tapbee51cf7-fb", point.Device);
        Assert.Equal("test-vm tap", point.Name);
        Assert.False(plan.ChangesNode);
    }

    [Theory]
    [InlineData(CaptureAt.HybridBridge, "qbrbee51cf7-fb")]
    [InlineData(CaptureAt.HybridVethBridgeEnd, "qvbbee51cf7-fb")]
    [InlineData(CaptureAt.HybridVethOvsEnd, "qvobee51cf7-fb")]
    [InlineData(CaptureAt.Device, "tapbee51cf7-fb")]
    [InlineData(CaptureAt.Nic, "eth0")]
    public void Each_hop_with_a_device_is_read_there(CaptureAt at, string device) =>
        Assert.Equal(device, Device(Plan("test-vm", at)).Device);

    [Fact]
    public void At_br_int_the_vms_own_port_is_mirrored_both_ways_and_its_vlan_translated()
    {
        var point = Mirror(Plan("test-vm", CaptureAt.IntegrationBridge));
        Assert.Equal("test-vm br-int mirror of qvobee51cf7-fb", point.Name);
        Assert.Equal(["qvobee51cf7-fb"], point.Ports.Select(p => p.Name));
        Assert.Equal(ComputeNode.Id(1), point.BridgeUuid);
        Assert.Contains(point.Notes, n => n.Contains("VLAN 1", StringComparison.Ordinal) && n.Contains("gre 1001", StringComparison.Ordinal));
    }

    [Fact]
    public void At_br_tun_all_real_ports_are_mirrored() =>
        Assert.Equal(["br-tun", "gre-c0a87ad2", "gre-c0a87adc"],
            Mirror(Plan("test-vm", CaptureAt.TunnelBridge)).Ports.Select(p => p.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void At_the_tunnels_only_they_are_mirrored() =>
        Assert.Equal(["gre-c0a87ad2", "gre-c0a87adc"],
            Mirror(Plan("test-vm", CaptureAt.Tunnel)).Ports.Select(p => p.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Bridge_is_a_mirror_of_its_real_ports_one_by_one()
    {
        var names = Mirror(Plan("br-int")).Ports.Select(p => p.Name).ToList();
        Assert.Contains("qvobee51cf7-fb", names);
        Assert.Contains("vhu11112222-33", names);
        Assert.DoesNotContain("patch-tun", names);
    }

    [Fact]
    public void Patch_port_is_never_mirrored_but_its_neighbours_and_the_plan_says_so()
    {
        var point = Mirror(Plan("patch-tun"));
        Assert.Equal("br-tun", point.Bridge);
        Assert.Equal(["gre-c0a87ad2", "gre-c0a87adc"], point.Ports.Select(p => p.Name).Order(StringComparer.Ordinal));
        Assert.Contains(point.Notes, n => n.StartsWith("Patch ports are never mirrored by OVS", StringComparison.Ordinal));
    }

    [Fact]
    public void Patch_port_to_an_empty_bridge_falls_back_to_this_sides_ports()
    {
        var topology = ComputeNode.WithOvs(o => o.Replace("br-tun", b => b with { Ports = [.. b.Ports.Where(p => !p.Name.StartsWith("gre", StringComparison.Ordinal))] }));
        var point = Mirror(Plan(topology, "patch-tun"));
        Assert.Equal("br-int", point.Bridge);
        Assert.Contains("qvobee51cf7-fb", point.Ports.Select(p => p.Name));
    }

    [Fact]
    public void Port_in_another_namespace_is_mirrored_because_of_that()
    {
        var point = Mirror(Plan("qr-0a1b2c3d-4e"));
        Assert.Equal(["qr-0a1b2c3d-4e"], point.Ports.Select(p => p.Name));
        Assert.Contains(ComputeNode.RouterNamespace, point.Reason, StringComparison.Ordinal);
        Assert.Equal(ComputeNode.RouterNamespace, Device(Plan("qr-0a1b2c3d-4e", CaptureAt.Device)).Namespace);
    }

    [Fact]
    public void Vhost_user_port_is_mirrored() =>
        Assert.Equal("a vhost-user port has no kernel device", Mirror(Plan("vhu11112222-33")).Reason);

    [Fact]
    public void Monitor_is_as_great_as_the_greatest_port_and_two_tags() =>
        Assert.Equal(1508, Mirror(Plan("test-vm", CaptureAt.IntegrationBridge)).MonitorMtu);

    [Fact]
    public void Where_no_other_port_sets_the_bridges_mtu_the_monitor_has_just_that_and_copies_are_cut()
    {
        var topology = ComputeNode.WithOvs(o => o.Replace("br-int", b => b with
        {
            Ports = [.. b.Ports.Select(p => p.Name == "qvobee51cf7-fb" ? p with { Interfaces = [p.Interfaces[0] with { Mtu = 9000 }] } : p)],
        }));
        Assert.Equal(9008, Mirror(Plan(topology, "test-vm", CaptureAt.IntegrationBridge)).MonitorMtu);
        var point = Mirror(Plan(topology, "test-vm", CaptureAt.Tunnel));
        Assert.Equal(1500, point.MonitorMtu);
        Assert.Equal(1514, point.SnapLength);
        Assert.Contains(point.Notes, n => n.StartsWith("Copies are cut to 1514 bytes", StringComparison.Ordinal));
    }

    [Fact]
    public void Device_that_is_down_is_refused()
    {
        var exception = Assert.Throws<DiagnosisException>(() => Plan("tap0badcafe-00"));
        Assert.Equal(ExitStatus.Refused, exception.Status);
        Assert.Contains("tap0badcafe-00 is down", exception.Problem.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Bridge_with_as_many_mirrors_as_OVS_works_with_is_refused()
    {
        var topology = ComputeNode.WithOvs(o => o.Replace("br-int", b => b with
        {
            Mirrors = [.. Enumerable.Range(0, CapturePlanner.MirrorLimit).Select(i => new OvsMirror { Name = $"m{i}", OutputVlan = 9 })],
        }));
        var exception = Assert.Throws<DiagnosisException>(() => Plan(topology, "test-vm", CaptureAt.IntegrationBridge));
        Assert.Equal(ExitStatus.Refused, exception.Status);
    }

    [Fact]
    public void Hardware_offload_is_refused_unless_forced()
    {
        var topology = ComputeNode.WithOvs(o => o with { OtherConfig = new Dictionary<string, string> { ["hw-offload"] = "true" } });
        Assert.Equal(ExitStatus.Refused,
            Assert.Throws<DiagnosisException>(() => Plan(topology, "test-vm", CaptureAt.IntegrationBridge)).Status);
        var forced = CapturePlanner.Plan(topology, [TargetResolver.Resolve(topology, "test-vm")], new() { At = CaptureAt.IntegrationBridge, Force = true });
        Assert.Contains(forced.Notes, n => n.StartsWith("hw-offload is on", StringComparison.Ordinal));
    }

    [Fact]
    public void Output_of_a_mirror_is_not_among_a_bridges_ports_and_not_mirrored_itself()
    {
        var topology = ComputeNode.WithOvs(o => o.Replace("br-int", b => b with
        {
            Mirrors = [new() { Uuid = ComputeNode.Id(77), Name = "span", OutputPort = ComputeNode.Id(15), SelectAll = true }],
        }));
        Assert.DoesNotContain("vhu11112222-33", Mirror(Plan(topology, "br-int")).Ports.Select(p => p.Name));
    }

    [Fact]
    public void Hop_that_the_vm_lacks_is_told_with_those_it_has()
    {
        var problem = Assert.Throws<DiagnosisException>(() => Plan("qr-0a1b2c3d-4e", CaptureAt.Tap)).Problem;
        Assert.Contains("has no tap", problem.What, StringComparison.Ordinal);
        Assert.Contains("br-int", problem.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_targets_of_one_place_are_one_point() => Assert.Single(
        CapturePlanner.Plan(ComputeNode.Topology(), [Resolve("test-vm"), Resolve("tapbee51cf7-fb")], new()).Points);

    [Fact]
    public void Old_OVS_is_told_to_miss_changed_packets() =>
        Assert.Contains(Plan("test-vm", CaptureAt.IntegrationBridge).Notes, n => n.Contains("OVS 3.1.0 does not mirror a packet again", StringComparison.Ordinal));

    private static Target Resolve(string text) => TargetResolver.Resolve(ComputeNode.Topology(), text);

    private static CapturePlan Plan(string target, CaptureAt at = CaptureAt.Default) => Plan(ComputeNode.Topology(), target, at);

    private static CapturePlan Plan(Topology topology, string target, CaptureAt at = CaptureAt.Default) =>
        CapturePlanner.Plan(topology, [TargetResolver.Resolve(topology, target)], new() { At = at });

    private static CapturePoint.OfDevice Device(CapturePlan plan) => Assert.IsType<CapturePoint.OfDevice>(Assert.Single(plan.Points));

    private static CapturePoint.OfMirror Mirror(CapturePlan plan) => Assert.IsType<CapturePoint.OfMirror>(Assert.Single(plan.Points));
}
