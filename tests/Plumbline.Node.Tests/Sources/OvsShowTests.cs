using Plumbline.Node.Facts;
using Plumbline.Node.Sources;
using Plumbline.Testing;

namespace Plumbline.Node.Tests.Sources;

public class OvsShowTests
{
    [SkippableFact]
    public void The_first_article_pasted_whole_gives_its_bridges_ports_and_tunnels()
    {
        var snapshot = OfflineNode.Read(SharedFiles.Require("seeds/000_5c6bec16d42878ab.txt"));

        var ovs = snapshot.Ovs!;
        Assert.Equal("compute-opt", snapshot.Host);
        Assert.Equal("2.4.0", ovs.Version);
        Assert.Equal(Guid.Parse("20eab69c-e759-41b0-a480-97688ec0b4b8"), ovs.Uuid);
        Assert.Equal(["br-int", "br-tun"], ovs.Bridges.Select(bridge => bridge.Name));
        Assert.All(ovs.Bridges, bridge => Assert.Equal("secure", bridge.FailMode));
        Assert.Equal(["br-int", "br-int-tcpdump", "patch-tun", "qvobee51cf7-fb"], Names(ovs.Bridges[0]));
        Assert.Equal(1, Port(ovs, "qvobee51cf7-fb").Tag);
        Assert.Equal("patch-int", Interface(ovs, "patch-tun").Options["peer"]);
        Assert.Equal("patch-tun", Interface(ovs, "patch-int").Options["peer"]);
        Assert.Equal("internal", Interface(ovs, "br-int").Type);
        Assert.Equal(["br-tun", "gre-c0a87ad2", "gre-c0a87adc", "patch-int"], Names(ovs.Bridges[1]));
        Assert.Equal("gre", Interface(ovs, "gre-c0a87adc").Type);
        Assert.Equal(
            [("df_default", "true"), ("in_key", "flow"), ("local_ip", "192.168.122.215"), ("out_key", "flow"),
                ("remote_ip", "192.168.122.220")],
            Interface(ovs, "gre-c0a87adc").Options.Select(pair => (pair.Key, pair.Value)));
        Assert.Equal("192.168.122.210", Interface(ovs, "gre-c0a87ad2").Options["remote_ip"]);
        Assert.Contains(snapshot.Sources, report => report is { Source: "links", Outcome: SourceOutcome.Absent });
    }

    [SkippableTheory]
    [InlineData("ovs-vsctl-show.txt", 3, 4)]
    [InlineData("ovs-vsctl-show-with-monitor-port.txt", 4, 0)]
    public void Both_listings_are_read_alone(string file, int integrationPorts, int tunnelPorts)
    {
        var ovs = OfflineNode.Read(SharedFiles.Require($"cases/articles/{file}")).Ovs!;

        Assert.Equal(integrationPorts, ovs.Bridges[0].Ports.Count);
        Assert.Equal(tunnelPorts, ovs.Bridges.Skip(1).Sum(bridge => bridge.Ports.Count));
    }

    [SkippableFact]
    public void Lost_indentation_changes_nothing()
    {
        var text = File.ReadAllText(SharedFiles.Require("cases/neutron-node/states/sg-rules/ctl/ovs-vsctl-show.txt"));
        var flat = string.Join('\n', text.Split('\n').Select(line => line.TrimStart()));

        AssertSame(OfflineNode.ReadText(text, "x").Ovs!, OfflineNode.ReadText(flat, "x").Ovs!);
    }

    [SkippableTheory]
    [InlineData("\n\n", "")]
    [InlineData("\r\n", "")]
    [InlineData("\n", "> ")]
    [InlineData("\n", "\u00a0\u00a0")]
    public void Other_damage_of_pasting_changes_nothing(string lineEnd, string prefix)
    {
        var text = File.ReadAllText(SharedFiles.Require("cases/neutron-node/states/sg-rules/ctl/ovs-vsctl-show.txt")).TrimEnd();
        var damaged = string.Join(lineEnd, text.Split('\n').Select(line => prefix + line));

        AssertSame(OfflineNode.ReadText(text, "x").Ovs!, OfflineNode.ReadText(damaged, "x").Ovs!);
    }

    [Fact]
    public void Every_kind_of_line_is_read()
    {
        // made by hand after ovs-vsctl(8) and lib/db-ctl-base.c (cmd_show)
        var ovs = OfflineNode.ReadText("""
            2afeb93f-6779-457d-8239-6a6fb8e622f4
                Manager "ptcp:6640:127.0.0.1"
                    is_connected: true
                Bridge "br0"
                    Controller "tcp:127.0.0.1:6633"
                        is_connected: true
                    Controller "tcp:10.0.0.9:6653"
                    fail_mode: standalone
                    datapath_type: netdev
                    Port "bond0"
                        tag: 0
                        trunks: [1, 2, 4095]
                        vlan_mode: native-untagged
                        Interface "eth1"
                        Interface eth0
                            error: "could not open network device eth0 (No such device)"
                    Port "vhu{odd}, name"
                        Interface "vhu{odd}, name"
                            type: dpdkvhostuserclient
                            options: {"odd, key"="a=b, \"c\" \\ d", vhost-server-path="/run/vhu/sock"}
                    Port br0
                        new_column: whatever
                        Interface br0
                            type: internal
                ovs_version: "3.1.0"
            """, "x").Ovs!;

        Assert.Equal(["ptcp:6640:127.0.0.1"], ovs.Managers);
        Assert.Equal("3.1.0", ovs.Version);
        var bridge = Assert.Single(ovs.Bridges);
        Assert.Equal(("standalone", "netdev"), (bridge.FailMode, bridge.DatapathType));
        Assert.Equal([new("tcp:127.0.0.1:6633", true), new("tcp:10.0.0.9:6653", false)], bridge.Controllers);
        var bond = Port(ovs, "bond0");
        Assert.Equal((0, "native-untagged"), (bond.Tag, bond.VlanMode));
        Assert.Equal([1, 2, 4095], bond.Trunks);
        Assert.Equal(["eth0", "eth1"], bond.Interfaces.Select(i => i.Name));
        Assert.Equal("could not open network device eth0 (No such device)", bond.Interfaces[0].Error);
        var user = Interface(ovs, "vhu{odd}, name");
        Assert.Equal("a=b, \"c\" \\ d", user.Options["odd, key"]);
        Assert.Equal("/run/vhu/sock", user.Options["vhost-server-path"]);
        Assert.Equal("internal", Interface(ovs, "br0").Type);
    }

    [Fact]
    public void Options_broken_over_two_lines_are_joined()
    {
        var ovs = OfflineNode.ReadText("""
            Bridge br-tun
                Port "gre-1"
                    Interface "gre-1"
                        type: gre
                        options: {df_default="true", in_key=flow, local_ip="192.168.122.215",
            out_key=flow, remote_ip="192.168.122.220"}
                Port br-tun
                    Interface br-tun
                        type: internal
            """, "x").Ovs!;

        Assert.Equal("192.168.122.220", Interface(ovs, "gre-1").Options["remote_ip"]);
        Assert.Equal(["br-tun", "gre-1"], Names(ovs.Bridges[0]));
    }

    [Fact]
    public void A_later_whole_listing_replaces_the_bridge_and_a_cut_one_adds_to_it()
    {
        const string Before = """
            Bridge br-int
                Port old
                    Interface old
                Port br-int
                    Interface br-int
            ovs_version: "2.4.0"

            """;
        const string After = """
            Bridge br-int
                Port new
                    Interface new

            """;

        Assert.Equal(["new"], Names(OfflineNode.ReadText(Before + After + "ovs_version: \"2.4.0\"\n", "x").Ovs!.Bridges[0]));
        Assert.Equal(["br-int", "new", "old"], Names(OfflineNode.ReadText(Before + After + "...\n", "x").Ovs!.Bridges[0]));
    }

    [Fact]
    public void Words_of_prose_are_no_bridges()
    {
        var ovs = OfflineNode.ReadText("""
            Bridge networks
            are explained elsewhere.
            Port mirroring
            is what we want. Look:
            Bridge br0
                Port br0
                    Interface br0
                        type: internal
            Port security
            is another thing.
            """, "x").Ovs!;

        Assert.Equal(["br0"], Names(Assert.Single(ovs.Bridges)));
    }

    [Fact]
    public void Listings_of_two_hosts_are_refused()
    {
        const string Listing = "Bridge br0\n Port br0\n  Interface br0\n";

        var exception = Assert.Throws<NodeException>(() => OfflineNode.ReadText(
            "[root@a ~]# ovs-vsctl show\n" + Listing + "root@b:~# ovs-vsctl show\n" + Listing, "two.txt"));

        Assert.Equal("\"two.txt\" tells of several nodes: a, b", exception.Problem.What);
    }

    [Fact]
    public void Text_without_anything_known_is_refused_with_a_list_of_what_is()
    {
        var exception = Assert.Throws<NodeException>(() => OfflineNode.ReadText("Dear all,\nit does not work.\n", "mail.txt"));

        Assert.Equal("nothing in \"mail.txt\" is understood", exception.Problem.What);
        Assert.Contains("ovs-vsctl show", exception.Problem.Fix);
        Assert.Contains("ip -d link", exception.Problem.Fix);
    }

    private static IEnumerable<string> Names(OvsBridge bridge) => bridge.Ports.Select(port => port.Name);

    private static OvsPort Port(OvsFacts ovs, string name) =>
        ovs.Bridges.SelectMany(bridge => bridge.Ports).Single(port => port.Name == name);

    private static OvsInterface Interface(OvsFacts ovs, string name) =>
        ovs.Bridges.SelectMany(bridge => bridge.Ports).SelectMany(port => port.Interfaces).Single(i => i.Name == name);

    private static void AssertSame(OvsFacts expected, OvsFacts actual) => Assert.Equal(
        SnapshotText.Of(new NodeSnapshot { Ovs = expected }), SnapshotText.Of(new NodeSnapshot { Ovs = actual }));
}
