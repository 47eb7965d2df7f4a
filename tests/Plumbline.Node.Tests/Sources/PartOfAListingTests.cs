using System.Globalization;
using System.Text;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;

namespace Plumbline.Node.Tests.Sources;

/// <summary>What people leave out of what they paste is not missing on the node. Texts made by hand after the shape of real ones.</summary>
public class PartOfAListingTests
{
    private const string TunnelBridge = """
            Bridge br-tun
                fail_mode: secure
                Port "vxlan-0a00020c"
                    Interface "vxlan-0a00020c"
                        type: vxlan
                        options: {df_default="true", in_key=flow, local_ip="10.0.2.11", out_key=flow, remote_ip="10.0.2.12"}
                Port patch-int
                    Interface patch-int
                        type: patch
                        options: {peer=patch-tun}
        """;

    private const string Devices = """
        1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
            link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
        2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default qlen 1000
            link/ether 52:54:00:12:34:01 brd ff:ff:ff:ff:ff:ff
        """;

    private const string Switch = """
        7a1c2a52-4d0e-4c84-93f1-6c2f8c3f0a11
            Bridge br-int
                fail_mode: secure
                Port "qvo5a6b7c8d-90"
                    tag: 3
                    Interface "qvo5a6b7c8d-90"
                Port br-int
                    Interface br-int
                        type: internal
            ovs_version: "2.17.9"
        """;

    [Theory]
    [InlineData("One bridge of it:\n\n```\n" + TunnelBridge + "\n```\nand so on\n")]
    [InlineData("$ sudo ovs-vsctl show | grep -A 20 br-tun\n" + TunnelBridge + "\n    ovs_version: \"2.5.0\"\n")]
    [InlineData("# ovs-vsctl show\n7a1c2a52-4d0e-4c84-93f1-6c2f8c3f0a11\n    [output omitted]\n" + TunnelBridge + "\n    ovs_version: \"2.5.0\"\n")]
    [InlineData("# ovs-vsctl show\n7a1c2a52-4d0e-4c84-93f1-6c2f8c3f0a11\n" + TunnelBridge)]
    public void A_patch_port_of_a_part_has_its_peer_elsewhere(string text)
    {
        var topology = Topology.Build(OfflineNode.ReadText(text, "mail"));

        Assert.Empty(topology.Elements.SelectMany(e => e.Troubles));
        Assert.True(topology.Snapshot.Ovs!.IsCut);
        Assert.Contains(topology.Snapshot.Sources, s => s is { Source: "ovsdb", Outcome: SourceOutcome.Partial });
    }

    [Fact]
    public void A_patch_port_of_the_whole_without_its_peer_is_a_trouble()
    {
        var topology = Topology.Build(OfflineNode.ReadText("7a1c2a52-4d0e-4c84-93f1-6c2f8c3f0a11\n" + TunnelBridge + "\n    ovs_version: \"2.5.0\"\n", "mail"));

        Assert.Contains(topology.Elements.SelectMany(e => e.Troubles), t => t.Kind == TroubleKind.PatchPeer);
    }

    [Theory]
    [InlineData("$ ip a | grep -A1 state\n" + Devices)]
    [InlineData("$ ip a\n" + Devices + "\n...\n")]
    [InlineData("$ ip link\n" + Devices + "\n<snip>\n$ uptime\n")]
    [InlineData("$ ip link\n" + Devices + "\n[output truncated]\n")]
    public void A_device_that_a_cut_list_does_not_show_is_not_missing(string devices)
    {
        var topology = Topology.Build(OfflineNode.ReadText(devices + "\n$ ovs-vsctl show\n" + Switch, "mail"));

        Assert.Empty(topology.Elements.SelectMany(e => e.Troubles));
        Assert.Contains(topology.Snapshot.Sources, s => s is { Source: "links", Outcome: SourceOutcome.Partial });
    }

    [Theory]
    [InlineData("$ ip a\n" + Devices)]
    [InlineData("$ ip a | grep eth0\n2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP qlen 1000\n$ ip link\n" + Devices)]
    [InlineData("$ ip a\n" + Devices + "\n...\n$ ip -d link\n" + Devices)]
    public void A_device_that_a_whole_list_does_not_show_is_missing(string devices)
    {
        var topology = Topology.Build(OfflineNode.ReadText(devices + "\n$ ovs-vsctl show\n" + Switch, "mail"));

        Assert.Contains(topology.Elements.SelectMany(e => e.Troubles), t => t.Kind == TroubleKind.DeviceMissing);
    }

    [Fact]
    public void A_veth_end_is_not_out_of_a_switch_of_which_a_part_is_shown()
    {
        const string veth = "$ ip link\n1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN\n"
            + "4: qvo5a6b7c8d-90@qvb5a6b7c8d-90: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master ovs-system state UP\n"
            + "5: qvb5a6b7c8d-90@qvo5a6b7c8d-90: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master qbr5a6b7c8d-90 state UP\n"
            + "6: qbr5a6b7c8d-90: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP\n"
            + "7: tap5a6b7c8d-90: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq master qbr5a6b7c8d-90 state UNKNOWN\n";

        var topology = Topology.Build(OfflineNode.ReadText(veth + "and the tunnels:\n" + TunnelBridge, "mail"));

        Assert.DoesNotContain(topology.Elements.SelectMany(e => e.Troubles), t => t.Kind == TroubleKind.NotInSwitch);
    }

    [Fact]
    public void Notes_behind_the_lines_are_no_part_of_them()
    {
        const string noted = """
            # ovs-vsctl show
            7a1c2a52-4d0e-4c84-93f1-6c2f8c3f0a11
                Bridge br-int   # the integration bridge
                    fail_mode: secure
                    Port "tap5a6b7c8d-90"   <--- the VM
                        tag: 3              // local VLAN
                        Interface "tap5a6b7c8d-90"   <== its tap
                    Port patch-tun
                        Interface patch-tun
                            type: patch
                            options: {peer=patch-int}     <=== to br-tun
                Bridge br-tun
                    Port patch-int  ← from br-int
                        Interface patch-int
                            type: patch
                            options: {peer=patch-tun}
                ovs_version: "2.17.9"
            """;

        var topology = Topology.Build(OfflineNode.ReadText("Bridge `br-int`\n\n" + noted, "notes.md"));

        Assert.Equal(["br-int", "br-tun"], topology.Snapshot.Ovs!.Bridges.Select(b => b.Name));
        Assert.Equal(3, topology.Snapshot.Ovs.Bridges[0].Ports.Single(p => p.Name == "tap5a6b7c8d-90").Tag);
        Assert.Empty(topology.Elements.SelectMany(e => e.Troubles));
    }

    [Theory]
    [InlineData("#ovs-ofctl dump-flows br-int")]
    [InlineData("$ovs-ofctl dump-flows br-int")]
    [InlineData("#sudo ovs-ofctl -O OpenFlow13 dump-flows br-int")]
    public void A_command_close_behind_its_prompt_tells_the_bridge(string command)
    {
        var snapshot = OfflineNode.ReadText(
            command + "\n cookie=0x0, duration=100.795s, table=0, n_packets=6, n_bytes=468, idle_age=90, priority=2,in_port=3 actions=drop\n", "mail");

        Assert.Equal("br-int", Assert.Single(snapshot.Switching!.Bridges).Bridge);
    }

    [Fact]
    public void Listings_without_a_bridge_are_told_in_one_line()
    {
        const string flow = " cookie=0x0, duration=100.795s, table=0, n_packets=6, n_bytes=468, priority=2,in_port=3 actions=drop\n";

        var snapshot = OfflineNode.ReadText($"one\n{flow}\nother\n{flow}\nthird\n{flow}", "mail");

        var told = Assert.Single(snapshot.Sources, s => s is { Source: "flows", Outcome: SourceOutcome.Partial });
        Assert.Equal("3 listings (ovs-ofctl dump-flows) do not say of which bridge they are", told.Detail);
    }

    [Fact]
    public void What_ssh_printed_is_the_other_hosts_and_what_comes_after_is_not()
    {
        var text = "```\n$ ssh -i key root@10.0.0.21 ip a\n```\n```\n" + Devices + "```\n\n```\n$ ssh -i key root@10.0.0.22 ip a\n```\n```\n" + Devices
            + "```\n\nand here:\n```\n$ ovs-vsctl show\n" + Switch + "\n```\n";

        var nodes = OfflineNode.ReadNodes(Write(text)).Nodes;

        Assert.Equal([null, "10.0.0.21", "10.0.0.22"], nodes.Select(n => n.Host));
        Assert.Equal([true, false, false], nodes.Select(n => n.Ovs is not null));
        Assert.Equal([0, 2, 2], nodes.Select(n => n.Namespaces[0].Links.Count));
    }

    [Fact]
    public void An_element_named_domain_in_a_comment_is_no_damaged_vm()
    {
        var snapshot = OfflineNode.ReadText("# <domain>        <type>  <item>  <value>\n#*    soft    core    0\n$ ip a\n" + Devices, "limits");

        Assert.DoesNotContain(snapshot.Sources, s => s is { Source: "libvirt", Outcome: SourceOutcome.Partial });
    }

    [Theory]
    [InlineData("{1}\t{0}", 1)]
    [InlineData("{1,6}\t{0}", 1)]
    [InlineData("{1}: {0}", 41)]
    [InlineData("{1,4} | {0}", 1)]
    [InlineData("# {0}", 1)]
    public void What_stands_before_each_line_is_no_part_of_it(string form, int first)
    {
        var lines = ("$ ovs-vsctl show\n" + Switch).Split('\n').Select((line, i) => string.Format(CultureInfo.InvariantCulture, form, line, first + i));

        var bridge = Assert.Single(OfflineNode.ReadText(string.Join('\n', lines) + "\n", "mail").Ovs!.Bridges);

        Assert.Equal(("br-int", "secure", 3), (bridge.Name, bridge.FailMode, bridge.Ports.Single(p => p.Name == "qvo5a6b7c8d-90").Tag));
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-8")]
    public void A_text_with_a_mark_of_its_encoding_is_read(string encoding)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("plumb-paste-").FullName, "text");
        File.WriteAllText(path, "C:\\> plink cmp1 ip a\r\n" + Devices.ReplaceLineEndings("\r\n"), Encoding.GetEncoding(encoding));

        Assert.Equal(2, OfflineNode.Read(path).Namespaces[0].Links.Count);
        Assert.Equal(2, OfflineNode.Read(Path.GetDirectoryName(path)!).Namespaces[0].Links.Count);
    }

    [Fact]
    public void What_ansible_printed_is_each_hosts()
    {
        var text = "cmp1 | CHANGED | rc=0 >>\n" + Switch + "\ncmp2 | SUCCESS | rc=0 >>\n" + Switch.Replace("7a1c2a52", "8b2d3b63", StringComparison.Ordinal) + "\n";

        Assert.Equal(["cmp1", "cmp2"], OfflineNode.ReadNodes(Write(text)).Nodes.Select(n => n.Host));
    }

    [Fact]
    public void Two_switches_without_a_name_of_their_hosts_are_told()
    {
        var text = Switch + "\nand the other node:\n" + Switch.Replace("7a1c2a52", "8b2d3b63", StringComparison.Ordinal) + "\n";

        Assert.Contains(OfflineNode.ReadText(text, "mail").Sources, s => s.Detail?.StartsWith("it tells of two switches", StringComparison.Ordinal) == true);
    }

    [Theory]
    [InlineData("inet adr:10.0.0.5  Bcast:10.0.0.255  Masque:255.255.255.0", "adr inet6: fe80::5054:ff:feaa:bb01/64 Scope:Lien")]
    [InlineData("inet Adresse:10.0.0.5  Bcast:10.0.0.255  Maske:255.255.255.0", "inet6-Adresse: fe80::5054:ff:feaa:bb01/64 Gültigkeitsbereich:Verbindung")]
    [InlineData("inet addr:10.0.0.5  Bcast:10.0.0.255  Mask:255.255.255.0", "inet6 addr: fe80::5054:ff:feaa:bb01/64 Scope:Link")]
    public void An_address_is_read_in_the_language_of_the_shell(string inet, string inet6)
    {
        var network = OfflineNode.ReadText(
            $"eth0      Link encap:Ethernet  Hardware Adresse 52:54:00:aa:bb:01  \n          {inet}\n          {inet6}\n"
            + "          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metrik:1\n", "mail").Namespaces[0];

        Assert.Equal(["10.0.0.5/24", "fe80::5054:ff:feaa:bb01/64"], network.Addresses.Select(a => $"{a.Address}/{a.PrefixLength}").Order(StringComparer.Ordinal));
        Assert.Equal(1500, Assert.Single(network.Links).Mtu);
    }

    [Fact]
    public void The_interfaces_of_a_vm_alone_are_the_vms()
    {
        const string text = "[root@cmp1 ~]# virsh dumpxml instance-0000000b | grep -A5 '<interface'\n    <interface type='bridge'>\n      <mac address='fa:16:3e:cf:00:3c'/>\n"
            + "      <source bridge='qbr5a6b7c8d-90'/>\n      <target dev='tap5a6b7c8d-90'/>\n    </interface>\n";

        var domain = Assert.Single(OfflineNode.ReadText(text, "mail").Domains);

        Assert.Equal(("instance-0000000b", "tap5a6b7c8d-90"), (domain.Name, Assert.Single(domain.Interfaces).Target));
    }

    [Fact]
    public void Saved_rules_in_a_reports_etc_are_not_those_in_force()
    {
        var report = Directory.CreateTempSubdirectory("plumb-paste-").FullName;
        void Put(string path, string text)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(report, path))!);
            File.WriteAllText(Path.Combine(report, path), text);
        }
        Put("sos_commands/networking/ip_-d_address", Devices);
        Put("sos_commands/firewall_tables/iptables_-t_filter_-nvL",
            "Chain INPUT (policy ACCEPT 5 packets, 300 bytes)\n pkts bytes target     prot opt in     out     source               destination\n");
        Put("etc/ufw/before.rules", "*filter\n:ufw-before-input - [0:0]\n-A ufw-before-input -i lo -j ACCEPT\nCOMMIT\n");
        Put("etc/hostname", "cmp7\n");

        var snapshot = OfflineNode.Read(report);

        Assert.Equal("cmp7", snapshot.Host);
        Assert.DoesNotContain(snapshot.Firewall, text => text.Text.Contains("ufw", StringComparison.Ordinal));
        Assert.Single(snapshot.Firewall);
    }

    [Fact]
    public void A_node_told_twice_is_named_with_both_texts()
    {
        var (first, second) = (Write("[root@cmp1 ~]# ovs-vsctl show\n" + Switch), Write("[root@cmp1 ~]# ip a\n" + Devices));

        var problem = Assert.Throws<NodeException>(() => OfflineNode.ReadNodes([first, second])).Problem;

        Assert.Equal($"node cmp1 is told twice: by \"{first}\" and by \"{second}\"", problem.What);
    }

    [Fact]
    public void Two_nodes_that_only_their_switch_tells_apart_are_two()
    {
        var first = Write("[root@node ~]# ovs-vsctl show\n" + Switch);
        var second = Write("[root@node ~]# ovs-vsctl show\n" + Switch.Replace("7a1c2a52", "8b2d3b63", StringComparison.Ordinal));

        Assert.Equal(2, OfflineNode.ReadNodes([first, second]).Nodes.Count);
    }

    private static string Write(string text)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("plumb-paste-").FullName, "text");
        File.WriteAllText(path, text);
        return path;
    }
}
