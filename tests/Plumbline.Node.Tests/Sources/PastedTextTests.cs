using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources;
using Plumbline.Testing;

namespace Plumbline.Node.Tests.Sources;

public class PastedTextTests
{
    [SkippableFact]
    public void The_second_article_pasted_whole_gives_the_chain_of_its_vm()
    {
        var snapshot = OfflineNode.Read(SharedFiles.Require("seeds/004_80fcc15f90f8bbdf.txt"));

        var links = snapshot.Namespaces[0].Links;
        Link Device(string name) => links.Single(link => link.Name == name);
        var (bridge, qvo, qvb, tap) = (Device("qbr14c032e9-bc"), Device("qvo14c032e9-bc"), Device("qvb14c032e9-bc"), Device("tap14c032e9-bc"));
        Assert.Equal([21, 22, 23, 25], new[] { bridge, qvo, qvb, tap }.Select(link => link.IfIndex));
        Assert.Equal(("bridge", OperationalState.Up, 1450), (bridge.Kind, bridge.OperationalState, bridge.Mtu));
        Assert.Equal("8000.b21e7be143d6", Assert.IsType<LinkData.Bridge>(bridge.Data).BridgeId);
        Assert.Equal((23, 22), (qvo.LinkIndex, qvb.LinkIndex));
        Assert.Equal((21, 21), (qvb.MasterIndex, tap.MasterIndex));
        Assert.Equal(500, tap.TransmitQueueLength);
        Assert.Equal(OperationalState.Unknown, tap.OperationalState);
        Assert.True(qvo.Flags.HasFlag(LinkFlags.Promiscuous | LinkFlags.Up | LinkFlags.Running));

        // "master ovs-system" names a device that the text does not list
        var datapath = Device("ovs-system");
        Assert.Equal(datapath.IfIndex, qvo.MasterIndex);
        Assert.True(datapath.IfIndex < 0);
        Assert.Equal(5, links.Count);
        Assert.Contains(snapshot.Sources, report => report is { Source: "ovsdb", Outcome: SourceOutcome.Absent });
    }

    [SkippableTheory]
    [InlineData("ip-link.txt")]
    [InlineData("brctl-show.txt")]
    public void Its_parts_are_read_alone(string file) =>
        Assert.Contains(
            OfflineNode.Read(SharedFiles.Require($"cases/articles/{file}")).Namespaces[0].Links,
            link => link.Name == "tap14c032e9-bc");

    [Fact]
    public void Members_on_lines_of_their_own_belong_to_the_bridge_above()
    {
        var links = OfflineNode.ReadText(
            "bridge name\tbridge id\t\tSTP enabled\tinterfaces\n"
            + "qbr1\t\t8000.e63516397e0d\tno\t\tqvb1\n\t\t\t\t\t\t\ttap1\n"
            + "empty\t\t8000.000000000000\tyes\n", "x").Namespaces[0].Links;

        Link Device(string name) => links.Single(link => link.Name == name);
        Assert.Equal(4, links.Count);
        Assert.All(["qvb1", "tap1"], name => Assert.Equal(Device("qbr1").IfIndex, Device(name).MasterIndex));
        Assert.True(Assert.IsType<LinkData.Bridge>(Device("empty").Data).SpanningTree);
        Assert.Equal(links.Count, links.Select(link => link.IfIndex).Distinct().Count());
    }

    [Fact]
    public void Prompts_tell_whose_namespace_it_is()
    {
        var snapshot = OfflineNode.ReadText("""
            [root@net1 ~]# ip netns
            qrouter-1 (id: 0)
            blue
            [root@net1 ~]# ip netns exec qrouter-1 ip addr
            1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN
                inet 127.0.0.1/8 scope host lo
            12: qr-1@if7: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UP
                link/ether fa:16:3e:00:00:01 brd ff:ff:ff:ff:ff:ff link-netnsid 0
                inet 10.0.0.1/24 brd 10.0.0.255 scope global qr-1
                inet6 fe80::f816:3eff:fe00:1/64 scope link tentative
            [root@net1 ~]# ip addr
            2: eth0: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 qdisc fq_codel state DOWN qlen 1000
                inet 10.9.0.1 peer 10.9.0.2/32 scope global eth0
            """, "x");

        Assert.Equal("net1", snapshot.Host);
        Assert.Equal(["", "blue", "qrouter-1"], snapshot.Namespaces.Select(space => space.Name));
        var (own, router) = (snapshot.Namespaces[0], snapshot.Namespaces[2]);
        Assert.Equal(["eth0"], own.Links.Select(link => link.Name));
        Assert.Equal(LinkFlags.Up | LinkFlags.Broadcast | LinkFlags.Multicast, own.Links[0].Flags);
        Assert.Equal(("10.9.0.1", "10.9.0.2", 32),
            (own.Addresses[0].Address.ToString(), own.Addresses[0].Peer?.ToString(), own.Addresses[0].PrefixLength));
        Assert.Equal([new(0, 0, "qrouter-1")], own.Numbers);
        Assert.Equal([1, 12], router.Links.Select(link => link.IfIndex));
        Assert.Equal((7, 0), (router.Links[1].LinkIndex, router.Links[1].LinkNamespaceId));
        Assert.Equal([(1, 254), (12, 0), (12, 253)], router.Addresses.Select(address => (address.IfIndex, address.Scope)));
        Assert.True(router.Addresses[2].Tentative);
        Assert.Contains(snapshot.Sources,
            report => report is { Source: "links", Outcome: SourceOutcome.Absent } && report.Detail!.Contains("blue", StringComparison.Ordinal));
    }

    [Fact]
    public void Firewall_texts_are_kept_from_table_to_commit()
    {
        const string Rules = """
            # Generated by iptables-save v1.8.9 (nf_tables) on Sun Nov 22 00:01:22 2026
            *filter
            :INPUT ACCEPT [0:0]
            [5:300] -A INPUT -i lo -j ACCEPT
            COMMIT
            # Completed on Sun Nov 22 00:01:22 2026
            """;
        var snapshot = OfflineNode.ReadText("Here you are:\n" + Rules + "\nand\n*filter\n-A OUTPUT -p ipv6-icmp -j ACCEPT\nCOMMIT\n"
            + "create s hash:net family inet\nadd s 10.0.0.1\nadd some words about it\n*nat\n", "x");

        Assert.Equal(["ip6tables-save", "ipset save", "iptables-save"], snapshot.Firewall.Select(text => text.Tool).Order(StringComparer.Ordinal));
        Assert.Contains("[5:300] -A INPUT -i lo -j ACCEPT", snapshot.Firewall.Single(text => text.Tool == "iptables-save").Text);
        Assert.Equal("create s hash:net family inet\nadd s 10.0.0.1\n", snapshot.Firewall.Single(text => text.Tool == "ipset save").Text);
        Assert.Contains(snapshot.Sources, report => report is { Source: "iptables", Outcome: SourceOutcome.Partial });
    }

    [Fact]
    public void No_text_makes_it_throw_anything_else()
    {
        // made: the words that readers look for, in any order
        string[] words =
        [
            "Bridge br0", "Port p", "Interface p", "options: {a=\"b", "tag: x", "ovs_version: \"1\"", "...", "20eab69c-e759-41b0-a480-97688ec0b4b8",
            "1: lo: <UP> mtu 9", "    link/ether", "    inet", "    inet 1.2.3.4/999", "    bridge", "    vxlan id", "[{\"ifindex\":1,\"ifname\":\"a\"}]",
            "{\"data\":[[1]],\"headings\":[\"ofport\"]}", "{\"data\":[1,[[\"set\",1]]],\"headings\":[1,\"tag\"]}", "[[[[", "{\"a\":",
            "<domain type='x'>", "<domain><name>a</name></domain>", "</domain>", "<domstatus>", "*filter", "COMMIT", "create a hash:ip", "add a",
            "net.x = ", "[root@h ~]# ip netns exec", "# ip netns", "qbr1 8000.000000000000 no", "\t\t\t", "\u0000", "add a \ud800", "> ",
            "_uuid               : 58d35432-739c-4b70-8d50-60293c44a0da", "ports               : [a, b", "options             : {a=\"b, c=d}", "tag                 : []",
            "Port table", "_uuid name tag", "----- ---- ---", "a     \"b   [", "_uuid,name,tag", "\"a,b", "OVSDB JSON 9 0000000000000000000000000000000000000000",
            "OVSDB CLUSTER 2 0000000000000000000000000000000000000000", "{\"name\":\"x\",\"tables\":{\"Port\":{\"columns\":{\"tag\":{\"type\":1}}}}}",
            "{\"Port\":{\"x\":{\"tag\":1}}}", "{\"_is_diff\":true,\"Port\":{\"58d35432-739c-4b70-8d50-60293c44a0da\":{\"tag\":[\"map\",[[1,2]]]}}}",
            "NXST_FLOW reply (xid=0x4):", " cookie=0x0, table=0, n_packets=1, in_port=1 actions=NORMAL", "OFPT_FEATURES_REPLY (xid=0x2): dpid:1", " LOCAL(b):",
            " port  VLAN  MAC                Age", "    1     0  fa:16:3e:00:00:01   1", "# ovs-ofctl dump-flows br0", "OFPST_PORT reply (xid=0x2): 1 ports",
            "default via 10.0.0.1 dev eth0", "10.0.0.0/99 dev eth0", "local ::1 dev lo table local", "\tnexthop via 1.1.1.1 dev a weight x", "10.0.0.1 dev eth0 lladdr zz STALE",
            "0:\tfrom all lookup local", "9: from x fwmark 0x/0x lookup", "33:33:00:00:00:01 dev eth0 self permanent", "port\tvlan-id", "br0\t1-9999 PVID Egress Untagged",
            "port no\tmac addr\t\tis local?\tageing timer", "  1\tfa:16:3e:00:00:01\tyes\t\t   0.00", "netdev@ovs-netdev: hit:1 missed:2", "  br0:", "IP   MAC  Bridge",
            "tcp 6 9 X src=1 dst=2 sport=1 dport=1 src=2 dst=1", "UID PID CMD", "root 1 x dnsmasq", "tcp LISTEN 0 1 *:1 *:* users:((\"a\",pid=99999999999", "{\"ports\":[{\"id\":1}]}",
            " Id   Name   State", "-----------", " 1   a   running", "PRETTY_NAME=", "Linux h 6.1 #1", "[ovs]", "local_ip = x",
            "[{\"dst\":\"default\",\"gateway\":\"x\"}]", "[{\"priority\":-1,\"src\":\"1.1.1.1\",\"srclen\":77}]", "[{\"mac\":\"x\",\"ifname\":\"y\"}]",
            "[{\"ifname\":\"y\",\"vlans\":[{\"vlan\":1,\"vlanEnd\":4094},1]}]", "[root@other ~]# ovs-vsctl show",
        ];
        var random = new Random(7);
        for (var i = 0; i < 3000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ =>
                words[random.Next(words.Length)] + (random.Next(5) == 0 ? " " : "\n")));
            try
            {
                SnapshotText.Of(OfflineNode.ReadText(text, "x"));
            }
            catch (NodeException exception)
            {
                Assert.NotNull(exception.Problem.Fix);
            }
        }
    }

    [Fact]
    public void A_path_that_is_not_there_is_named()
    {
        var exception = Assert.Throws<NodeException>(() => OfflineNode.Read("/nonexistent/node.plumb"));

        Assert.Equal("cannot read \"/nonexistent/node.plumb\": No such file or directory", exception.Problem.What);
        Assert.Equal("check the path", exception.Problem.Fix);
    }
}
