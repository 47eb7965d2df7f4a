using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;

namespace Plumbline.Node.Tests.Topologies;

/// <summary>A compute node with distributed and highly available routers, as <c>ip addr</c> of its namespaces shows them. Texts made by hand.</summary>
public class DistributedRouterTests
{
    private const string Router = "qrouter-6d1f0c2e-1111-4a5b-8c3d-0123456789ab";
    private const string Floating = "fip-7e2a1b3c-2222-4a5b-8c3d-0123456789ab";
    private const string Source = "snat-6d1f0c2e-1111-4a5b-8c3d-0123456789ab";

    private static readonly string _text = $"""
        [root@cmp4 ~]# ip netns exec {Router} ip addr
        1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN
        2: rfp-6d1f0c2e-1@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP
            link/ether be:18:38:f7:00:01 brd ff:ff:ff:ff:ff:ff link-netns {Floating}
            inet 169.254.88.134/31 scope global rfp-6d1f0c2e-1
        [root@cmp4 ~]# ip netns exec {Floating} ip addr
        1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN
        2: fpr-6d1f0c2e-1@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP
            link/ether 12:0e:b9:fe:00:02 brd ff:ff:ff:ff:ff:ff link-netns {Router}
            inet 169.254.88.135/31 scope global fpr-6d1f0c2e-1
        [root@cmp4 ~]# ip netns exec {Source} ip addr
        1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN
        30: ha-550dc175-c0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UNKNOWN
            link/ether fa:16:3e:ad:00:03 brd ff:ff:ff:ff:ff:ff
            inet 169.254.194.79/18 brd 169.254.255.255 scope global ha-550dc175-c0
        33: qg-14f81a43-69: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN
            link/ether fa:16:3e:e8:00:04 brd ff:ff:ff:ff:ff:ff

        """;

    [Fact]
    public void Ends_that_name_each_others_namespace_are_a_pair()
    {
        var topology = Topology.Build(OfflineNode.ReadText(_text, "mail"));

        var pair = Assert.Single(topology.Connections, c => c.Kind == ConnectionKind.VethPair);
        Assert.Equal(new[] { $"link:{Floating}/fpr-6d1f0c2e-1", $"link:{Router}/rfp-6d1f0c2e-1" }, new[] { pair.From, pair.To }.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_gateway_that_keepalived_holds_in_reserve_is_no_trouble()
    {
        var topology = Topology.Build(OfflineNode.ReadText(_text, "mail"));

        Assert.Empty(topology.Elements.SelectMany(e => e.Troubles));
        Assert.Equal(ElementState.Down, topology.Find($"link:{Source}/qg-14f81a43-69")!.State);
    }

    [Fact]
    public void A_vlan_device_is_known_by_its_name_where_no_kind_is_told()
    {
        const string text = "2: bond1: <BROADCAST,MULTICAST,MASTER,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP\n"
            + "3: bond1.57@bond1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP\n";

        var topology = Topology.Build(OfflineNode.ReadText(text, "mail"));

        Assert.Equal(ElementKind.Stacked, topology.Find("link:/bond1.57")!.Kind);
    }
}
