using Plumbline.Linux.Netlink;
using Plumbline.Node;
using Plumbline.Node.Facts;
using Plumbline.Node.Tests.Topologies;
using Plumbline.Node.Topologies;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Tests;

public class TargetResolverTests
{
    private static readonly Lazy<Topology> _recorded = new(() => Topology.Build(RecordedNode.Read("cmp1")));

    [SkippableTheory]
    // VM web1 of the recorded rig by each of its handles
    [InlineData("6ef565e0-4a5f-411b-86cd-8737fd3f95ea")]
    [InlineData("6ef5")]
    [InlineData("b8a35b6d-c9c9-493c-8307-ebf2b4d5de95")]
    [InlineData("b8a3")]
    [InlineData("fa:16:3e:4c:21:be")]
    [InlineData("FA-16-3E-4C-21-BE")]
    [InlineData("fd01:b1e::f816:3eff:fe4c:21be")]
    [InlineData("FD01:0B1E:0::f816:3eff:fe4c:21be")]
    public void Port_is_found_by_any_handle_of_it(string text) =>
        Assert.Equal("6ef565e0-4a5f-411b-86cd-8737fd3f95ea",
            Assert.IsType<Target.OfVif>(TargetResolver.Resolve(_recorded.Value, text)).Vif.PortId);

    [SkippableTheory]
    [InlineData("br-int", "ovs-bridge:br-int")]
    [InlineData("patch-tun", "ovs-port:br-int/patch-tun")]
    [InlineData("br-int/patch-tun", "ovs-port:br-int/patch-tun")]
    [InlineData("tap6ef565e0-4a", "link:/tap6ef565e0-4a")]
    [InlineData("/eth0", "link:/eth0")]
    [InlineData("10.30.0.12", "remote:10.30.0.12")]
    [InlineData("16:11:84:c8:a0:9a", "link:/eth0")]
    // the MAC of a hybrid bridge is that of the qvb in it
    [InlineData("a2:8a:27:d6:b4:92", "link:/qvb92263e04-39")]
    public void Device_bridge_or_remote_end_is_found(string text, string id) =>
        Assert.Equal(id, Assert.IsType<Target.OfElement>(TargetResolver.Resolve(_recorded.Value, text)).Element.Id);

    [SkippableFact]
    public void Address_that_two_networks_share_names_both_with_what_tells_them_apart()
    {
        var problem = Assert.Throws<NodeException>(() => TargetResolver.Resolve(_recorded.Value, "10.1.0.11"));
        Assert.Equal(ExitStatus.BadInput, problem.Status);
        var lines = problem.Problem.What.Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Contains("(vxlan 19938)", problem.Problem.What, StringComparison.Ordinal);
        Assert.Contains("(vxlan 17412)", problem.Problem.What, StringComparison.Ordinal);
        Assert.Contains("fa:16:3e:1a:b2:fc", problem.Problem.What, StringComparison.Ordinal);
        Assert.Contains("port 6ef565e0-4a5f-411b-86cd-8737fd3f95ea", problem.Problem.What, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Device_of_several_namespaces_asks_for_the_namespace()
    {
        var topology = Topology.Build(RecordedNode.Read("ctl"));
        var problem = Assert.Throws<NodeException>(() => TargetResolver.Resolve(topology, "lo")).Problem;
        Assert.Contains("    /lo  Loopback", problem.What, StringComparison.Ordinal);
        Assert.Contains("    qrouter-45b06e84-d906-4321-9221-2915856ca80e/lo  Loopback", problem.What, StringComparison.Ordinal);
        Assert.Equal("name the namespace too: NAMESPACE/DEVICE, or /DEVICE for the node's own", problem.Fix);
        Assert.IsType<Target.OfElement>(TargetResolver.Resolve(topology, "qrouter-45b06e84-d906-4321-9221-2915856ca80e/lo"));
    }

    [SkippableFact]
    public void Shared_address_of_two_dhcp_servers_names_their_namespaces()
    {
        var topology = Topology.Build(RecordedNode.Read("ctl"));
        var problem = Assert.Throws<NodeException>(() => TargetResolver.Resolve(topology, "10.1.0.2")).Problem;
        Assert.Contains("in qdhcp-3b487391-2343-4f72-844c-351a25845527", problem.What, StringComparison.Ordinal);
        Assert.Contains("in qdhcp-c004c102-d314-4f47-9e05-22d969b2e3f2", problem.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Name_of_a_vm_wins_over_the_start_of_a_uuid()
    {
        var topology = Topology.Build(Node(Vm("beef", "11111111-1111-4111-8111-111111111111", "vnet0"),
            Vm("other", "beef1111-1111-4111-8111-111111111111", "vnet1")));
        Assert.Equal("beef", Assert.IsType<Target.OfVif>(TargetResolver.Resolve(topology, "beef")).Vif.InstanceName);
        Assert.Equal("other", Assert.IsType<Target.OfVif>(TargetResolver.Resolve(topology, "beef1")).Vif.InstanceName);
    }

    [Fact]
    public void Vm_with_several_ports_is_an_instance()
    {
        var topology = Topology.Build(Node(Vm("web1", "11111111-1111-4111-8111-111111111111", "vnet0", "vnet1")));
        var found = Assert.IsType<Target.OfInstance>(TargetResolver.Resolve(topology, "WEB1"));
        Assert.Equal("web1", found.Name);
        Assert.Equal(["link:/vnet0", "link:/vnet1"], found.Vifs.Select(v => v.Device));
        Assert.IsType<Target.OfInstance>(TargetResolver.Resolve(topology, "libvirt-web1"));
    }

    [Fact]
    public void Two_vms_of_one_name_are_told_apart_by_uuid()
    {
        var topology = Topology.Build(Node(Vm("web1", "11111111-1111-4111-8111-111111111111", "vnet0") with { Name = "instance-1" },
            Vm("web1", "22222222-1111-4111-8111-111111111111", "vnet1") with { Name = "instance-2" }));
        var problem = Assert.Throws<NodeException>(() => TargetResolver.Resolve(topology, "web1")).Problem;
        Assert.Contains("11111111-1111-4111-8111-111111111111", problem.What, StringComparison.Ordinal);
        Assert.Contains("22222222-1111-4111-8111-111111111111", problem.What, StringComparison.Ordinal);
        Assert.Equal("link:/vnet1", Assert.IsType<Target.OfVif>(TargetResolver.Resolve(topology, "2222")).Vif.Device);
    }

    [Fact]
    public void Vm_without_a_port_is_an_element()
    {
        var topology = Topology.Build(Node(Vm("lonely", "11111111-1111-4111-8111-111111111111")));
        Assert.Equal("instance:lonely", Assert.IsType<Target.OfElement>(TargetResolver.Resolve(topology, "lonely")).Element.Id);
        Assert.Equal("instance:lonely", Assert.IsType<Target.OfElement>(TargetResolver.Resolve(topology, "libvirt-lonely")).Element.Id);
    }

    [Fact]
    public void Nothing_found_tells_the_nearest_names_and_what_was_not_read()
    {
        var topology = Topology.Build(Node(Vm("web1", "11111111-1111-4111-8111-111111111111", "vnet0")) with
        {
            Host = "cmp9",
            Sources =
            [
                new() { Source = "ovsdb", Where = "unix:/x", Outcome = SourceOutcome.Forbidden, Detail = "Permission denied" },
            ],
        });
        var problem = Assert.Throws<NodeException>(() => TargetResolver.Resolve(topology, "wbe1")).Problem;
        Assert.Equal("nothing here is called \"wbe1\"", problem.What);
        Assert.Equal("1 VM, 1 port and 4 elements are known on cmp9; not or not wholly read: ovsdb (Permission denied)", problem.Where);
        Assert.Equal("perhaps web1; \"plumb ports\" lists all ports", problem.Fix);
    }

    [Fact]
    public void Too_short_start_of_a_uuid_says_so()
    {
        var problem = Assert.Throws<NodeException>(() => TargetResolver.Resolve(Topology.Build(Node()), "6ef")).Problem;
        Assert.StartsWith("the start of a UUID needs 4 characters", problem.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Control_characters_of_names_do_not_reach_the_terminal()
    {
        var problem = Assert.Throws<NodeException>(() => TargetResolver.Resolve(Topology.Build(Node()), "\u001b[2J")).Problem;
        Assert.DoesNotContain('\u001b', problem.What);
    }

    [Fact]
    public void Tap_that_nobody_told_of_stands_for_its_port()
    {
        var topology = Topology.Build(new()
        {
            Ovs = new()
            {
                Bridges = [new() { Name = "br-int", Ports = [new() { Name = "qvobee51cf7-fb", Tag = 1, Interfaces = [new() { Name = "qvobee51cf7-fb" }] }] }],
            },
        });
        Assert.Equal("bee51cf7-fb", Assert.IsType<Target.OfVif>(TargetResolver.Resolve(topology, "tapbee51cf7-fb")).Vif.PortId);
        Assert.Equal("bee51cf7-fb",
            Assert.IsType<Target.OfVif>(TargetResolver.Resolve(topology, "bee51cf7-fb00-4000-8000-000000000000")).Vif.PortId);
    }

    [Theory]
    [InlineData("web1", "web1", 0)]
    [InlineData("wbe1", "web1", 1)]
    [InlineData("web", "web12", 2)]
    [InlineData("", "abc", 3)]
    public void Edit_distance_counts_slips_of_the_hand(string a, string b, int distance) =>
        Assert.Equal(distance, TargetResolver.EditDistance(a, b));

    private static Domain Vm(string name, string uuid, params string[] taps) => new()
    {
        Name = "libvirt-" + name,
        DisplayName = name,
        Uuid = Guid.Parse(uuid),
        IsRunning = true,
        Interfaces = [.. taps.Select(t => new DomainInterface { Type = "bridge", Target = t, Source = "virbr0" })],
    };

    private static NodeSnapshot Node(params Domain[] domains) => new()
    {
        Namespaces =
        [
            new()
            {
                Name = "",
                Links =
                [
                    new() { IfIndex = 1, Name = "lo", HardwareType = 772, Flags = LinkFlags.Up | LinkFlags.Loopback },
                    new() { IfIndex = 2, Name = "virbr0", Kind = "bridge", Flags = LinkFlags.Up, OperationalState = OperationalState.Up },
                    .. domains.SelectMany(d => d.Interfaces).Select((n, i) => new Link
                    {
                        IfIndex = 10 + i,
                        Name = n.Target!,
                        Kind = "tun",
                        Flags = LinkFlags.Up | LinkFlags.LowerUp,
                        MasterIndex = 2,
                    }),
                ],
            },
        ],
        Domains = domains,
    };
}
