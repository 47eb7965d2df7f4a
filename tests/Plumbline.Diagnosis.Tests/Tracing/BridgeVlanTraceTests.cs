using System.Net;
using Plumbline.Diagnosis.Tracing;
using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Tests.Tracing;

/// <summary>A Linux bridge that filters VLANs, with three hosts in namespaces: what bridge(8) says of PVID, members and tags.</summary>
public sealed class BridgeVlanTraceTests
{
    private const LinkFlags Up = LinkFlags.Up | LinkFlags.LowerUp;

    [Fact]
    public void Hosts_of_one_VLAN_reach_each_other() => Assert.Equal(TraceVerdict.Delivered, Ask(new("p0", 10, true, true), new("p1", 10, true, true)).Verdict);

    [Fact]
    public void Hosts_of_two_VLANs_do_not()
    {
        var answer = Ask(new("p0", 10, true, true), new("p1", 20, true, true));
        Assert.Equal(TraceVerdict.Dropped, answer.Verdict);
        Assert.Equal(TraceCause.Vlan, answer.Drop!.Cause);
        Assert.Contains("is not in VLAN 10 of br0", answer.Drop.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_without_PVID_takes_nothing_untagged() =>
        Assert.Contains("p0 has no VLAN for untagged frames in br0 (no PVID)", Ask(new("p0", 10, false, true), new("p1", 10, true, true)).Drop!.What, StringComparison.Ordinal);

    [Fact]
    public void A_host_behind_a_port_that_keeps_the_tag_does_not_get_it() =>
        Assert.Equal(TraceVerdict.Dropped, Ask(new("p0", 10, true, true), new("p1", 10, true, false)).Verdict);

    [Fact]
    public void A_bridge_that_does_not_filter_does_not_look_at_VLANs() => Assert.Equal(TraceVerdict.Delivered, AskOf(false, new BridgeVlan("p0", 10, true, true)).Verdict);

    private static TraceResult Ask(params BridgeVlan[] vlans) => AskOf(true, vlans);

    private static TraceResult AskOf(bool isFiltering, params BridgeVlan[] vlans)
    {
        var links = new List<Link> { new() { IfIndex = 1, Name = "br0", Kind = "bridge", Flags = Up, Address = new(0x020000000099), Data = new LinkData.Bridge { VlanFiltering = isFiltering } } };
        var spaces = new List<NamespaceFacts>();
        for (var i = 0; i < 2; i++)
        {
            links.Add(new()
            {
                IfIndex = 10 + i,
                Name = $"p{i}",
                Kind = "veth",
                Flags = Up,
                MasterIndex = 1,
                LinkIndex = 2,
                LinkNamespaceId = i,
                BridgePort = new() { State = BridgePortState.Forwarding },
            });
            spaces.Add(new()
            {
                Name = $"host{i}",
                Inode = (ulong)(100 + i),
                Links = [new() { IfIndex = 2, Name = "eth0", Kind = "veth", Flags = Up, Address = new(0x020000000001UL + (ulong)i), LinkIndex = 10 + i, LinkNamespaceId = 5 }],
                Addresses = [new() { IfIndex = 2, Address = new IPAddress([10, 9, 0, (byte)(1 + i)]), PrefixLength = 24 }],
                Routes = [new() { Destination = new IPAddress([10, 9, 0, 0]), PrefixLength = 24, IfIndex = 2, Table = 254, Type = 1 }],
                Numbers = [new(5, 99)],
            });
        }
        var snapshot = new NodeSnapshot
        {
            Host = "node",
            Namespaces = [new() { Name = "", Inode = 99, Links = links, Numbers = [new(0, 100), new(1, 101)], BridgeVlans = vlans }, .. spaces],
            Firewall = [.. new[] { "", "host0", "host1" }.Select(n => new FirewallText(n, "iptables-save", "*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n"))],
        };
        return new Tracer([Topology.Build(snapshot)], null).Ask(new() { From = "host0", To = "10.9.0.2" });
    }
}
