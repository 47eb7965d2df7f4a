using System.Net;
using Plumbline.Diagnosis.Mirrors.Lasting;
using Plumbline.Diagnosis.Tests.Capturing;
using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;
using Plumbline.Node.Topologies;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Tests.Mirrors;

public sealed class LastingPlannerTests
{
    private static readonly IPAddress _analyser = IPAddress.Parse("192.168.122.9");

    [Fact]
    public void Vm_is_followed_by_the_iface_id_of_its_ovs_end()
    {
        var plan = Plan(Ask("test-vm"));
        Assert.Equal([new("qvobee51cf7-fb", "bee51cf7-fb12-4c5e-9a77-0123456789ab")], plan.Mirror.Sources);
        Assert.Equal("br-int", plan.Mirror.Bridge);
        Assert.Equal(new MirrorOutput.OwnDevice("mir-ids", null), plan.Mirror.Output);
        Assert.Contains("Copies carry br-int's own VLAN tag (1); --untag leaves it out.", plan.Notes);
        Assert.False(plan.Mirror.AllPorts);
    }

    [Theory]
    [InlineData("bee51cf7-fb12-4c5e-9a77-0123456789ab")]
    [InlineData("bee51cf7")]
    [InlineData("fa:16:3e:c3:ea:d5")]
    [InlineData("tapbee51cf7-fb")]
    [InlineData("qvobee51cf7-fb")]
    [InlineData("qbrbee51cf7-fb")]
    public void Whatever_names_the_vm_selects_the_same_port(string target) =>
        Assert.Equal("qvobee51cf7-fb", Assert.Single(Plan(Ask(target)).Mirror.Sources).Name);

    [Fact]
    public void Port_without_iface_id_is_followed_by_its_name()
    {
        var plan = Plan(Ask("gre-c0a87adc"));
        Assert.Equal([new("gre-c0a87adc", null)], plan.Mirror.Sources);
        Assert.Contains("gre-c0a87adc has no iface-id: it is followed by its name.", plan.Notes);
    }

    [Fact]
    public void Patch_port_means_the_real_ports_behind_it()
    {
        var mirror = Plan(Ask("patch-tun") with { Direction = MirrorDirection.In }).Mirror;
        Assert.Equal(("br-tun", true, false, MirrorDirection.In), (mirror.Bridge, mirror.AllPorts, mirror.WithLocalPort, mirror.Direction));
    }

    [Fact]
    public void Bridge_means_all_its_real_ports() =>
        Assert.Equal((true, true), (Plan(Ask("br-int")).Mirror.AllPorts, Plan(Ask("br-int")).Mirror.WithLocalPort));

    [Fact]
    public void Ports_of_two_bridges_need_two_mirrors() =>
        AssertRefused(ExitStatus.BadInput, "on several bridges", Ask("test-vm", "gre-c0a87adc"));

    [Theory]
    [InlineData("-x")]
    [InlineData("a/b")]
    [InlineData("")]
    [InlineData("a name")]
    public void Name_that_no_file_takes_is_refused(string name) =>
        AssertRefused(ExitStatus.BadInput, "is no name for a mirror", Ask("test-vm") with { Name = name });

    [Fact]
    public void Vlan_that_the_port_is_not_in_would_copy_nothing()
    {
        AssertRefused(ExitStatus.BadInput, "nothing would be copied", Ask("test-vm") with { Vlans = [1001] });
        Assert.Equal([1], Plan(Ask("test-vm") with { Vlans = [1] }).Mirror.Vlans);
    }

    [Fact]
    public void Output_that_serves_somebody_is_taken_by_force_only()
    {
        var request = Ask("test-vm") with { Output = new MirrorOutput.Existing("vhu11112222-33") };
        AssertRefused(ExitStatus.Refused, "would be cut off", request);
        Assert.Equal(request.Output, Plan(request with { Force = true }).Mirror.Output);
        AssertRefused(ExitStatus.Refused, "would be cut off", Ask("test-vm") with { Output = new MirrorOutput.Existing("eth0") });
    }

    [Fact]
    public void Outputs_that_cannot_work_are_refused()
    {
        AssertRefused(ExitStatus.BadInput, "no port or device nope", Ask("test-vm") with { Output = new MirrorOutput.Existing("nope") });
        AssertRefused(ExitStatus.BadInput, "is a port of br-tun", Ask("test-vm") with { Output = new MirrorOutput.Existing("gre-c0a87adc") });
        AssertRefused(ExitStatus.Refused, "cannot be a mirror's output", Ask("test-vm") with { Output = new MirrorOutput.Existing("patch-tun") });
        AssertRefused(ExitStatus.Refused, "copied into itself", Ask("test-vm") with { Output = new MirrorOutput.Existing("qvobee51cf7-fb") });
        AssertRefused(ExitStatus.Refused, "belongs to another bridge", Ask("test-vm") with { Output = new MirrorOutput.Existing("qvbbee51cf7-fb") });
        AssertRefused(ExitStatus.BadInput, "eth0 exists already", Ask("test-vm") with { Output = new MirrorOutput.OwnDevice("eth0", null) });
    }

    [Fact]
    public void Device_of_a_smaller_mtu_would_lower_the_bridges()
    {
        var topology = ComputeNode.Topology(s => s with
        {
            Namespaces = [s.Namespaces[0] with
            {
                Links = [.. s.Namespaces[0].Links, s.Namespaces[0].Links[^1] with { IfIndex = 60, Name = "span0", Mtu = 1400 }],
            }, .. s.Namespaces.Skip(1)],
        });
        var request = Ask("test-vm") with { Output = new MirrorOutput.Existing("span0") };
        AssertRefused(ExitStatus.Refused, "MTU 1400 of span0 is less than 1500 of br-int", request, topology);
        Assert.Contains("span0 is down: nothing is sent before it is up (ip link set span0 up).", Plan(request with { Force = true }, topology).Notes);
    }

    [Fact]
    public void Tunnel_to_a_peer_of_the_tenants_tunnels_may_enter_a_network()
    {
        var peer = new MirrorOutput.Tunnel { Port = "plm0", Remote = IPAddress.Parse("192.168.122.220") };
        AssertRefused(ExitStatus.Refused, "may be taken for tenants' traffic", Ask("test-vm") with { Output = peer });
        Assert.NotNull(Plan(Ask("test-vm") with { Output = peer with { Key = 1, ErspanVersion = 1 } }));
        AssertRefused(ExitStatus.BadInput, "is this node itself",
            Ask("test-vm") with { Output = peer with { Remote = IPAddress.Parse("192.168.122.215") } });
    }

    [Fact]
    public void Copies_that_leave_by_what_is_copied_would_loop()
    {
        var request = Ask("br-ex") with { Output = new MirrorOutput.Tunnel { Port = "plm0", Remote = _analyser } };
        AssertRefused(ExitStatus.Refused, "without end", request, WithRoute(inBridge: true));
        AssertRefused(ExitStatus.Refused, "without end", request with { Targets = ["eth0"] }, WithRoute(inBridge: true));
        Assert.NotNull(Plan(request with { Targets = ["test-vm"] }, WithRoute(inBridge: true)));
    }

    [Fact]
    public void Copies_too_big_for_the_way_are_told_with_the_numbers()
    {
        var gre = new MirrorOutput.Tunnel { Port = "plm0", Remote = _analyser, Key = 7 };
        // 1500 less IPv4 20, GRE with a key 8, inner header 14, tag 4
        Assert.Contains(Plan(Ask("test-vm") with { Output = gre }, WithRoute()).Notes, n => n.StartsWith(
            "MTU 1500 of eth0 holds a copy of at most 1454 bytes of IP; 1500 are possible", StringComparison.Ordinal));
        Assert.Contains(Plan(Ask("test-vm") with { Output = gre with { ErspanVersion = 2 }, Untagged = true }, WithRoute()).Notes,
            n => n.Contains("at most 1446 bytes", StringComparison.Ordinal));
        Assert.DoesNotContain(Plan(Ask("test-vm") with { Output = gre, SnapLength = 128 }, WithRoute()).Notes,
            n => n.StartsWith("MTU", StringComparison.Ordinal));
        Assert.Contains("The node has no route to 192.168.122.9: nothing leaves before it has one.", Plan(Ask("test-vm") with { Output = gre }).Notes);
    }

    [Theory]
    [InlineData(1, 0u, null, null, "is no ERSPAN session")]
    [InlineData(1, 1024u, null, null, "is no ERSPAN session")]
    [InlineData(1, 5u, null, 1, "has an index, but no direction")]
    [InlineData(2, 5u, 7, null, "but no index")]
    [InlineData(1, 5u, 0x100000, null, "out of range")]
    [InlineData(null, 5u, 7, null, "belong to ERSPAN")]
    public void Erspan_members_that_do_not_fit_are_refused(int? version, uint key, int? index, int? direction, string why) =>
        AssertRefused(ExitStatus.BadInput, why, Ask("test-vm") with
        {
            Output = new MirrorOutput.Tunnel
            {
                Port = "plm0",
                Remote = _analyser,
                Key = key,
                ErspanVersion = version,
                ErspanIndex = index,
                ErspanDirection = direction,
            },
        });

    /// <summary>
    /// OVS strips a copy's tag where its output is an access port, and only there: a port that others made is not
    /// changed.
    /// </summary>
    [Fact]
    public void Copies_without_their_tag_are_had_from_a_port_of_ours_or_an_access_port()
    {
        var tagged = Plan(Ask("test-vm"));
        Assert.Contains(tagged.Notes, n => n.Contains("--untag leaves it out", StringComparison.Ordinal));
        Assert.False(tagged.Mirror.Untagged);
        var untagged = Plan(Ask("test-vm") with { Untagged = true });
        Assert.True(untagged.Mirror.Untagged);
        Assert.DoesNotContain(untagged.Notes, n => n.Contains("VLAN tag", StringComparison.Ordinal));
        Assert.DoesNotContain(untagged.Notes, n => n.StartsWith("VLAN ", StringComparison.Ordinal));

        var request = Ask("test-vm") with { Output = new MirrorOutput.Existing("span9") };
        AssertRefused(ExitStatus.Refused, "--untag would have to change it", request with { Untagged = true },
            WithSpan(null, null));
        AssertRefused(ExitStatus.Refused, "--untag would have to change it", request with { Untagged = true },
            WithSpan(7, "trunk"));
        Assert.True(Plan(request with { Untagged = true }, WithSpan(7, null)).Mirror.Untagged);
        Assert.True(Plan(request with { Untagged = true }, WithSpan(7, "access")).Mirror.Untagged);
        Assert.Contains(Plan(request, WithSpan(7, null)).Notes, n => n.StartsWith(
            "span9 is an access port of VLAN 7: OVS sends copies to it without their tag", StringComparison.Ordinal));
        Assert.NotNull(Plan(request, WithSpan(null, null)));

        static Topology WithSpan(int? tag, string? mode) => ComputeNode.WithOvs(o => o with
        {
            Bridges = [.. o.Bridges.Select(b => b.Name != "br-int" ? b : b with
            {
                Ports = [.. b.Ports, new()
                {
                    Uuid = ComputeNode.Id(99), Name = "span9", Tag = tag, VlanMode = mode,
                    Interfaces = [new() { Name = "span9", Type = "internal", OfPort = 99 }],
                }],
            })],
        });
    }

    [Fact]
    public void Hardware_offload_needs_force()
    {
        var topology = ComputeNode.WithOvs(o => o with { OtherConfig = new Dictionary<string, string> { ["hw-offload"] = "true" } });
        AssertRefused(ExitStatus.Refused, "hardware offload", Ask("test-vm"), topology);
        Assert.NotNull(Plan(Ask("test-vm") with { Force = true }, topology));
    }

    private static LastingRequest Ask(params string[] targets) => new()
    {
        Name = "ids",
        Session = "0123456789ab",
        Targets = targets,
        Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero),
    };

    private static LastingPlan Plan(LastingRequest request, Topology? topology = null) => LastingPlanner.Plan(topology ?? ComputeNode.Topology(), request);

    private static void AssertRefused(ExitStatus status, string what, LastingRequest request, Topology? topology = null)
    {
        var exception = Assert.Throws<DiagnosisException>(() => Plan(request, topology));
        Assert.Contains(what, exception.Problem.What, StringComparison.Ordinal);
        Assert.Equal(status, exception.Status);
        Assert.NotNull(exception.Problem.Fix);
    }

    /// <summary>A route to the analyser by eth0, or by br-ex that holds eth0.</summary>
    private static Topology WithRoute(bool inBridge = false) => ComputeNode.Topology(s => s with
    {
        Namespaces =
        [
            s.Namespaces[0] with
            {
                Links = inBridge
                    ? [.. s.Namespaces[0].Links, s.Namespaces[0].Links[0] with { IfIndex = 50, Name = "br-ex", Kind = "tun" }]
                    : s.Namespaces[0].Links,
                Routes = [new Route
                {
                    Destination = IPAddress.Parse("192.168.122.0"), PrefixLength = 24, IfIndex = inBridge ? 50 : 2, Table = 254, Type = 1,
                }],
            },
            .. s.Namespaces.Skip(1),
        ],
        Ovs = !inBridge ? s.Ovs : s.Ovs! with
        {
            Bridges = [.. s.Ovs.Bridges, new OvsBridge
            {
                Uuid = ComputeNode.Id(3),
                Name = "br-ex",
                Ports =
                [
                    new() { Uuid = ComputeNode.Id(31), Name = "br-ex", Interfaces = [new() { Name = "br-ex", Type = "internal", OfPort = 65534 }] },
                    new() { Uuid = ComputeNode.Id(32), Name = "eth0", Interfaces = [new() { Name = "eth0", OfPort = 1, Mtu = 1500 }] },
                ],
            }],
        },
    });
}
