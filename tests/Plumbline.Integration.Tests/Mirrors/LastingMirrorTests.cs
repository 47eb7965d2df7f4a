using Plumbline.Integration.Tests.Capturing;
using static System.StringComparison;

namespace Plumbline.Integration.Tests.Mirrors;

public sealed class LastingMirrorTests
{
    private const string Echoes = "icmp or (vlan and icmp)";

    [SkippableFact]
    public async Task Copies_of_both_ways_arrive_and_removal_leaves_the_node_as_it_was()
    {
        await using var node = await LastingNode.StartAsync();
        var before = node.Node.Dump();
        var said = node.Plumb(0, "add", "ids", "test-vm");
        Assert.Contains("copies qvobee51cf7-fb, both ways, on br-int, to mir-ids", said, Ordinal);
        Assert.Contains("proved: a packet that comes in by qvobee51cf7-fb is copied", said, Ordinal);
        var seen = node.Tcpdump("mir-ids", Echoes, () => node.Node.Ping(CaptureNode.OtherAddress, 5));
        Assert.Equal(5, Count(seen, "echo request"));
        Assert.Equal(5, Count(seen, "echo reply"));
        Assert.Contains("vlan 1,", seen, Ordinal);
        Assert.Contains("working", node.Plumb(1, "list"), Ordinal); // foreign ones of the node are broken, which is a finding
        node.Plumb(0, "remove", "ids");
        Assert.Equal(before, node.Node.Dump());
    }

    [SkippableTheory]
    [InlineData("in", 0, 5)]
    [InlineData("out", 5, 0)]
    public async Task One_direction_is_copied_alone_and_without_the_tag_where_asked(string direction, int requests, int replies)
    {
        await using var node = await LastingNode.StartAsync();
        node.Plumb(0, "add", "one", "test-vm", "--direction", direction, "--untag", "--to", "veth:mon-one");
        var seen = node.Tcpdump("mon-one", Echoes, () => node.Node.Ping(CaptureNode.OtherAddress, 5));
        Assert.Equal((requests, replies), (Count(seen, "echo request"), Count(seen, "echo reply")));
        Assert.DoesNotContain("vlan", seen, Ordinal);
        node.Plumb(0, "remove", "one");
    }

    [SkippableFact]
    public async Task Bridge_and_patch_port_are_copied_by_their_real_ports()
    {
        await using var node = await LastingNode.StartAsync(withRouter: true);
        var before = node.Node.Dump();
        node.Plumb(0, "add", "whole", "br-int", "--to", "internal:mon-whole");
        var seen = node.Tcpdump("mon-whole", Echoes, () => node.Node.Ping(CaptureNode.RouterAddress, 3));
        Assert.Equal(3, Count(seen, "echo request"));
        var said = node.Plumb(0, "add", "tun", "patch-tun");
        Assert.Contains("on br-tun", said, Ordinal);
        Assert.Contains("Patch ports are never mirrored", said, Ordinal);
        Assert.Equal("gre-0a000002", node.Node.Vsctl("get", "Port", node.Row("tun")!.SelectSourcePorts.Single().ToString(), "name").Trim('"'));
        node.Plumb(0, "remove", "whole", "tun");
        Assert.Equal(before, node.Node.Dump());
    }

    [SkippableFact]
    public async Task Copies_go_to_a_device_that_is_there_which_stays_afterwards()
    {
        await using var node = await LastingNode.StartAsync();
        node.Node.Namespace.Run("ip", "link", "add", "span0", "type", "veth", "peer", "name", "span1");
        node.Node.Namespace.Run("ip", "link", "set", "span0", "up");
        node.Node.Namespace.Run("ip", "link", "set", "span1", "up");
        CaptureNode.Until(() => !node.Node.Dump().Contains("NO-CARRIER", Ordinal), "the pair is up");
        var before = node.Node.Dump();
        node.Plumb(0, "add", "ids", "fa:16:3e:00:00:10", "--to", "port:span0");
        var seen = node.Tcpdump("span1", Echoes, () => node.Node.Ping(CaptureNode.OtherAddress, 3));
        Assert.Equal(6, Count(seen, "echo"));
        node.Plumb(0, "remove", "ids");
        Assert.Equal(before, node.Node.Dump());
        Assert.Contains("serves a VM", node.Plumb(3, "add", "ids", "test-vm", "--to", $"port:{CaptureNode.OtherTap}"), Ordinal);
        Assert.Contains("already", node.Plumb(3, "add", "ids", "test-vm", "--to", "port:mon0"), Ordinal);
        Assert.Equal(before, node.Node.Dump());
    }

    [SkippableFact]
    public async Task Port_that_is_made_anew_is_copied_again_under_any_name_and_meanwhile_the_mirror_waits()
    {
        await using var node = await LastingNode.StartAsync();
        node.Plumb(0, "add", "ids", CaptureNode.OtherTap);
        var before = node.Row("ids")!;
        node.Node.Vsctl("del-port", CaptureNode.OtherTap);
        CaptureNode.Until(() => node.Row("ids")!.SelectSourcePorts.Count == 0, "OVS lets the port go");
        Assert.Contains("waiting", node.Plumb(1, "list"), Ordinal);
        node.Node.Namespace.Run("ip", "link", "set", CaptureNode.OtherTap, "down");
        node.Node.Namespace.Run("ip", "link", "set", CaptureNode.OtherTap, "name", "tapnew");
        node.Node.Namespace.Run("ip", "link", "set", "tapnew", "up");
        node.Node.Vsctl("add-port", "br-int", "tapnew", "tag=1", "--", "set", "Interface", "tapnew",
            "external_ids:iface-id=0the0000-0112-4c5e-9a77-0123456789ab");
        CaptureNode.Until(() => node.Row("ids")!.SelectSourcePorts.Count == 1, "the new port is selected");
        Assert.Equal(before.Uuid, node.Row("ids")!.Uuid);
        var seen = node.Tcpdump("mir-ids", Echoes, () => node.Node.Ping(CaptureNode.OtherAddress, 5));
        Assert.InRange(Count(seen, "echo request"), 1, 5);
    }

    [SkippableFact]
    public async Task Bridge_made_anew_and_a_removed_device_are_put_right()
    {
        await using var node = await LastingNode.StartAsync();
        node.Plumb(0, "add", "ids", "gre-0a000002");
        node.Node.Vsctl("del-br", "br-tun");
        CaptureNode.Until(() => node.Row("ids") is null, "the mirror went with its bridge");
        Assert.Contains("waits for bridge br-tun", node.Plumb(1, "list"), Ordinal);
        node.Node.Vsctl("add-br", "br-tun", "--", "set", "Bridge", "br-tun", "datapath_type=netdev", "--", "add-port", "br-tun", "gre-0a000002",
            "--", "set", "Interface", "gre-0a000002", "type=gre", "options:remote_ip=10.0.0.2", "options:key=flow");
        CaptureNode.Until(() => node.Row("ids") is { SelectSourcePorts.Count: 1, OutputPort: not null }, "the mirror is back");
        node.Node.Namespace.Run("ip", "link", "del", "mir-ids");
        CaptureNode.Until(() => node.Node.Namespace.Run("ip", "-o", "link").Contains("mir-ids", Ordinal), "the device is back");
        CaptureNode.Until(() => node.Node.Namespace.Run("ip", "-o", "link", "show", "up").Contains("mir-ids", Ordinal), "and up");
        node.Plumb(0, "remove", "ids");
        Assert.DoesNotContain("mir-ids", node.Node.Dump(), Ordinal);
    }

    [SkippableFact]
    public async Task Restarted_vswitchd_goes_on_copying()
    {
        await using var node = await LastingNode.StartAsync();
        node.Plumb(0, "add", "ids", "test-vm");
        node.Node.KillVswitchd();
        node.Node.StartVswitchd();
        // ovs-vsctl returns when ovs-vswitchd has taken its configuration; before that br-int's socket is the old one's
        node.Node.Vsctl("set", "Open_vSwitch", ".", "external_ids:restarted=true");
        node.Node.Namespace.Run("ovs-ofctl", "add-flow", $"unix:{node.Node.Server.Directory}/br-int.mgmt", "actions=NORMAL");
        CaptureNode.Until(() => node.Node.Ping(CaptureNode.OtherAddress, 1).Contains(" 1 received", Ordinal), "the switch forwards");
        var seen = node.Tcpdump("mir-ids", Echoes, () => node.Node.Ping(CaptureNode.OtherAddress, 5));
        Assert.Equal(5, Count(seen, "echo request"));
        node.Plumb(0, "remove", "ids");
    }

    internal static int Count(string text, string what) => text.Split('\n').Count(l => l.Contains(what, Ordinal));
}
