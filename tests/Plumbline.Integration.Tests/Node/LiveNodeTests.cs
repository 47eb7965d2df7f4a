using System.Globalization;
using System.Text.Json;
using Plumbline.Linux;
using Plumbline.Linux.Netlink;
using Plumbline.Linux.Processes;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Node;

public sealed class LiveNodeTests
{
    [SkippableFact]
    public async Task Links_and_addresses_are_what_ip_prints()
    {
        Root.SkipUnlessInstalled("ip");
        await using var node = TestNode.Create();
        var other = node.AddNamespace("qrouter-1");
        var ns = node.Own;
        ns.Run("ip", "link", "add", "qbr1", "type", "bridge", "forward_delay", "0", "ageing_time", "0", "mcast_snooping", "0");
        ns.Run("ip", "link", "add", "qvo1", "mtu", "1450", "type", "veth", "peer", "name", "qvb1");
        ns.Run("ip", "link", "set", "qvb1", "master", "qbr1", "up");
        ns.Run("ip", "link", "set", "qvo1", "up", "promisc", "on", "alias", "somebody's \"port\"");
        ns.Run("ip", "link", "set", "qbr1", "up");
        ns.Run("ip", "tuntap", "add", "tap1", "mode", "tap", "user", "1234", "vnet_hdr");
        ns.Run("ip", "link", "set", "tap1", "master", "qbr1", "up");
        ns.Run("ip", "tuntap", "add", "tun1", "mode", "tun", "multi_queue");
        ns.Run("ip", "addr", "add", "10.1.0.1/24", "dev", "qvo1");
        ns.Run("ip", "addr", "add", "10.2.0.1", "peer", "10.2.0.2/32", "dev", "qbr1");
        ns.Run("ip", "addr", "add", "fd00::1/64", "dev", "qbr1", "nodad");
        ns.Run("ip", "link", "add", "rfp1", "type", "veth", "peer", "name", "fpr1");
        Move(ns.Namespace, "fpr1", other);

        var live = await LiveNode.ReadAsync(node.Access, SnapshotScope.Topology, default);
        var told = OfflineNode.ReadText(ns.Run("ip", "-d", "-j", "link") + ns.Run("ip", "-j", "addr"), "ip").Namespaces[0];

        Assert.Equal(Lines(told.Links), Lines(live.Namespaces[0].Links));
        Assert.Equal(Lines(told.Addresses), Lines(live.Namespaces[0].Addresses));
        var toldThere = OfflineNode.ReadText(TestNode.RunIn(other, "ip", "-d", "-j", "link"), "ip").Namespaces[0];
        Assert.Equal(Lines(toldThere.Links), Lines(live.Namespaces[1].Links));
        Assert.Equal(["", "qrouter-1"], live.Namespaces.Select(space => space.Name));
        AssertPeers(live.Namespaces[0], "rfp1", live.Namespaces[1], "fpr1");
        AssertPeers(live.Namespaces[1], "fpr1", live.Namespaces[0], "rfp1");
        Assert.Equal("test-node", live.Host);
        Assert.Equal(File.ReadAllText("/proc/sys/kernel/osrelease").Trim(), live.Kernel);
        Assert.Equal(SourceOutcome.Absent, Outcome(live, "ovsdb"));
        Assert.Equal(SourceOutcome.Read, Outcome(live, "links"));
        Assert.Equal(SourceOutcome.Read, Outcome(live, "namespaces"));
    }

    [SkippableFact]
    public async Task Text_and_json_of_ip_tell_the_same()
    {
        Root.SkipUnlessInstalled("ip");
        await using var node = TestNode.Create();
        var ns = node.Own;
        ns.Run("ip", "link", "add", "qbr1", "type", "bridge");
        ns.Run("ip", "link", "add", "qvo1", "type", "veth", "peer", "name", "qvb1");
        ns.Run("ip", "link", "set", "qvb1", "master", "qbr1", "up");
        ns.Run("ip", "tuntap", "add", "tap1", "mode", "tap");
        ns.Run("ip", "link", "set", "tap1", "master", "qbr1");
        ns.Run("ip", "addr", "add", "10.1.0.1/24", "brd", "+", "dev", "qbr1");

        var json = OfflineNode.ReadText(ns.Run("ip", "-d", "-j", "link"), "json").Namespaces[0];
        Assert.Equal(Lines(json.Links), Lines(OfflineNode.ReadText(ns.Run("ip", "-d", "link"), "text").Namespaces[0].Links));
        Assert.Equal(Lines(json.Links), Lines(OfflineNode.ReadText(ns.Run("ip", "-d", "-o", "link"), "text").Namespaces[0].Links));
        var addresses = OfflineNode.ReadText(ns.Run("ip", "-j", "addr"), "json").Namespaces[0];
        Assert.Equal(
            Lines(addresses.Addresses), Lines(OfflineNode.ReadText(ns.Run("ip", "addr"), "text").Namespaces[0].Addresses));
    }

    [SkippableFact]
    public async Task Ovs_facts_are_what_ovs_vsctl_lists()
    {
        await using var node = TestNode.Create();
        await node.StartSwitchAsync();
        node.Own.Run("ip", "link", "add", "qvo1", "type", "veth", "peer", "name", "qvb1");
        node.VsCtl(
            "add-br", "br-int", "--", "set", "bridge", "br-int", "datapath_type=netdev", "fail_mode=secure",
            "protocols=OpenFlow10,OpenFlow13", "other_config:mac-table-size=50000");
        node.VsCtl(
            "add-br", "br-tun", "--", "set", "bridge", "br-tun", "datapath_type=netdev",
            "--", "add-port", "br-tun", "patch-int", "--", "set", "interface", "patch-int", "type=patch", "options:peer=patch-tun",
            "--", "add-port", "br-int", "patch-tun", "--", "set", "interface", "patch-tun", "type=patch", "options:peer=patch-int",
            "--", "add-port", "br-tun", "gre-c0a87adc", "--", "set", "interface", "gre-c0a87adc", "type=gre",
            "options:remote_ip=192.168.122.220", "options:in_key=flow", "options:out_key=flow");
        node.VsCtl(
            "add-port", "br-int", "qvo1", "tag=1", "other_config:net_uuid=\"x y\"",
            "--", "set", "interface", "qvo1", "external_ids:iface-id=port-1", "external_ids:attached-mac=fa:16:3e:00:00:01");
        node.VsCtl("add-port", "br-int", "nosuchdev");
        node.VsCtl(
            "add-port", "br-int", "mon0", "--", "set", "interface", "mon0", "type=internal",
            "--", "--id=@s", "get", "port", "qvo1", "--", "--id=@o", "get", "port", "mon0",
            "--", "--id=@m", "create", "mirror", "name=m1", "select_src_port=@s", "select_dst_port=@s", "output_port=@o",
            "external_ids:owner=me", "--", "add", "bridge", "br-int", "mirrors", "@m");
        node.VsCtl("set-controller", "br-int", "tcp:127.0.0.1:9");
        node.VsCtl("--", "set-manager", "ptcp:0:127.0.0.1");

        var live = await LiveNode.ReadAsync(node.Access, SnapshotScope.Topology, default);
        string[] tables = ["Open_vSwitch", "Bridge", "Port", "Interface", "Mirror", "Controller", "Manager"];
        var told = OfflineNode.ReadText(string.Concat(tables.Select(table => node.VsCtl("--format=json", "list", table))), "list").Ovs!;
        var shown = OfflineNode.ReadText(node.VsCtl("show"), "show").Ovs!;

        Assert.Equal(SourceOutcome.Read, Outcome(live, "ovsdb"));
        Assert.Equal(JsonSerializer.Serialize(told), JsonSerializer.Serialize(live.Ovs));
        Assert.Equal(["br-int", "br-tun"], live.Ovs!.Bridges.Select(bridge => bridge.Name));
        Assert.Equal(
            ["br-int", "mon0", "nosuchdev", "patch-tun", "qvo1"], live.Ovs.Bridges[0].Ports.Select(port => port.Name));
        var mirror = Assert.Single(live.Ovs.Bridges[0].Mirrors);
        Assert.Equal(("m1", "me"), (mirror.Name, mirror.ExternalIds["owner"]));
        Assert.Equal(live.Ovs.Bridges[0].Ports[4].Uuid, Assert.Single(mirror.SelectSourcePorts));
        Assert.Contains("No such device", live.Ovs.Bridges[0].Ports[2].Interfaces[0].Error);
        Assert.Equal(-1, live.Ovs.Bridges[0].Ports[2].Interfaces[0].OfPort);

        // what "show" prints is the same facts, only fewer
        Assert.Equal(
            live.Ovs.Bridges.SelectMany(bridge => bridge.Ports).Select(Shown),
            shown.Bridges.SelectMany(bridge => bridge.Ports).Select(Shown));
        Assert.Equal((live.Ovs.Uuid, live.Ovs.Version), (shown.Uuid, shown.Version));
        Assert.Equal(live.Ovs.Bridges[0].Controllers, shown.Bridges[0].Controllers);

        await node.KillSwitchAsync();
        var after = await LiveNode.ReadAsync(node.Access, SnapshotScope.Topology, default);
        var report = after.Sources.Single(source => source.Source == "ovsdb");
        Assert.Equal((SourceOutcome.Partial, "ovs-vswitchd does not run"), (report.Outcome, report.Detail));
    }

    [SkippableFact]
    public async Task Firewalls_are_kept_as_printed_per_namespace()
    {
        Root.SkipUnlessInstalled("iptables-save");
        Root.SkipUnlessInstalled("ipset");
        await using var node = TestNode.Create();
        var router = node.AddNamespace("qrouter-1");
        node.Own.Run("iptables", "-A", "FORWARD", "-m", "comment", "--comment", "the node", "-j", "ACCEPT");
        node.Own.Run("ipset", "create", "NIPv4x", "hash:net", "family", "inet");
        node.Own.Run("ipset", "add", "NIPv4x", "10.0.0.1");
        TestNode.RunIn(router, "iptables", "-t", "nat", "-A", "POSTROUTING", "-j", "MASQUERADE");

        var live = await LiveNode.ReadAsync(node.Access, SnapshotScope.Everything, default);

        string Text(string space, string tool) =>
            live.Firewall.Single(text => text.Namespace == space && text.Tool == tool).Text;
        Assert.Contains("[0:0] -A FORWARD -m comment --comment \"the node\" -j ACCEPT", Text("", "iptables-save"));
        Assert.Contains("add NIPv4x 10.0.0.1", Text("", "ipset save"));
        Assert.Contains("-j MASQUERADE", Text("qrouter-1", "iptables-save"));
        Assert.DoesNotContain("the node", Text("qrouter-1", "iptables-save"));
        Assert.Empty(Text("qrouter-1", "ipset save"));
        Assert.Equal(SourceOutcome.Read, Outcome(live, "iptables"));
        Assert.Equal(SourceOutcome.Read, Outcome(live, "ip6tables"));
        Assert.Equal(SourceOutcome.Read, Outcome(live, "ipset"));
    }

    [SkippableFact]
    public async Task Routes_neighbours_and_forwarding_entries_come_when_asked_for()
    {
        await using var node = TestNode.Create();
        node.Own.Run("ip", "link", "add", "qbr1", "type", "bridge");
        node.Own.Run("ip", "link", "add", "qvb1", "type", "veth", "peer", "name", "qvo1");
        node.Own.Run("ip", "link", "set", "qvb1", "master", "qbr1", "up");
        node.Own.Run("ip", "link", "set", "qbr1", "up");
        node.Own.Run("ip", "addr", "add", "10.1.0.1/24", "dev", "qbr1");
        node.Own.Run("ip", "route", "add", "default", "via", "10.1.0.254");
        node.Own.Run("ip", "neigh", "add", "10.1.0.7", "lladdr", "fa:16:3e:00:00:07", "dev", "qbr1");

        var topology = (await LiveNode.ReadAsync(node.Access, SnapshotScope.Topology, default)).Namespaces[0];
        var all = (await LiveNode.ReadAsync(node.Access, SnapshotScope.Topology | SnapshotScope.Forwarding, default)).Namespaces[0];

        Assert.Empty(topology.Routes);
        Assert.Contains(all.Routes, route => route is { PrefixLength: 0, Table: 254 } && route.Gateway?.ToString() == "10.1.0.254");
        Assert.Contains(all.Neighbours, neighbour => neighbour.Address.ToString() == "10.1.0.7");
        var member = all.Links.Single(link => link.Name == "qvb1");
        Assert.Contains(all.Fdb, entry => entry.IfIndex == member.IfIndex && entry.Address == member.Address);
    }

    [SkippableFact]
    public async Task Entries_that_are_no_namespaces_are_told_and_the_own_one_is_not_read_twice()
    {
        await using var node = TestNode.Create();
        node.AddNamespace("real");
        File.WriteAllText(Path.Combine(node.NamespaceFolder, "leftover"), "");
        File.CreateSymbolicLink(Path.Combine(node.NamespaceFolder, "self"), node.Own.Path);
        File.CreateSymbolicLink(Path.Combine(node.NamespaceFolder, "same"), Path.Combine(node.NamespaceFolder, "real"));

        var live = await LiveNode.ReadAsync(node.Access, SnapshotScope.Topology, default);

        Assert.Equal(["", "real"], live.Namespaces.Select(space => space.Name));
        var report = live.Sources.Single(source => source.Source == "namespaces");
        Assert.Equal(SourceOutcome.Partial, report.Outcome);
        Assert.Contains("same is another name of real", report.Detail);
        Assert.Contains("leftover", report.Detail);
    }

    [SkippableFact]
    public async Task A_plain_user_sees_links_and_is_told_what_is_forbidden()
    {
        Root.SkipUnlessInstalled("setpriv");
        await using var node = TestNode.Create();
        await node.StartSwitchAsync();
        node.AddNamespace("qrouter-1");
        File.WriteAllText(Path.Combine(node.LibvirtFolder, "secret.xml"), "<domain/>");
        File.SetUnixFileMode(node.LibvirtFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Open(Path.GetDirectoryName(node.NamespaceFolder)!);
        Open(node.NamespaceFolder);
        Open(node.Access.OvsRunDirectory);
        var folder = Directory.CreateTempSubdirectory("plt-out-").FullName;
        try
        {
            Open(folder);
            File.SetUnixFileMode(folder, (UnixFileMode)0x1FF);
            var output = Path.Combine(folder, "node.plumb");

            var run = await CommandRunner.RunAsync(
                null,
                "setpriv",
                ["--reuid=65534", "--regid=65534", "--clear-groups", HelperProgram.Command.File, HelperProgram.Command.Assembly,
                    "read-node", node.NamespaceFolder, node.Access.OvsRunDirectory, node.LibvirtFolder, output],
                null,
                new Dictionary<string, string> { ["HOME"] = folder, ["DOTNET_CLI_HOME"] = folder },
                default);
            Skip.If(run.Errors.Contains("Permission denied", StringComparison.Ordinal) && !File.Exists(output),
                "a plain user cannot run the test's program where it was built");
            Assert.True(run.ExitCode == 0, run.Errors + run.Output);
            var seen = OfflineNode.Read(output);

            Assert.Contains(seen.Namespaces[0].Links, link => link.Name == "lo");
            Assert.Equal("qrouter-1", seen.Namespaces[1].Name);
            Assert.NotNull(seen.Namespaces[1].Inode);
            Assert.Empty(seen.Namespaces[1].Links);
            Assert.Equal(SourceOutcome.Read, Outcome(seen, "links"));
            Assert.Equal(SourceOutcome.Forbidden, Outcome(seen, "namespaces"));
            Assert.Equal(SourceOutcome.Forbidden, Outcome(seen, "libvirt"));
            Assert.Equal(SourceOutcome.Forbidden, Outcome(seen, "ovsdb"));
            Assert.Equal(SourceOutcome.Forbidden, Outcome(seen, "iptables"));
            Assert.Equal(
                "no VLAN tags, no OVS bridges: run as root",
                seen.Sources.Single(source => source.Source == "ovsdb").Consequence);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Open(string folder) => File.SetUnixFileMode(folder, (UnixFileMode)Convert.ToInt32("755", 8));

    private static void Move(NetworkNamespace from, string device, string to)
    {
        using var target = NetworkNamespace.Open(to);
        using var netlink = RouteNetlink.Open(from);
        netlink.ChangeLink(netlink.FindLink(device)!.IfIndex, new() { Namespace = target });
    }

    private static void AssertPeers(NamespaceFacts here, string device, NamespaceFacts there, string peer)
    {
        var link = here.Links.Single(l => l.Name == device);
        var number = Assert.Single(here.Numbers, n => n.Id == link.LinkNamespaceId);
        Assert.Equal(there.Inode, number.Inode);
        Assert.Equal(there.Links.Single(l => l.Name == peer).IfIndex, link.LinkIndex);
    }

    private static SourceOutcome Outcome(NodeSnapshot snapshot, string source) =>
        snapshot.Sources.Single(report => report.Source == source).Outcome;

    private static string Shown(OvsPort port) => string.Create(
        CultureInfo.InvariantCulture,
        $"{port.Name} {port.Tag} {string.Join(' ', port.Interfaces.Select(i => $"{i.Name} {i.Type} {i.Error} {string.Join(' ', i.Options)}"))}");

    /// <summary>What both a text and the kernel tell, a line a link, for a message that shows the difference.</summary>
    private static string Lines(IEnumerable<Link> links) =>
        string.Join('\n', links.Select(link => link with { Unknown = [], Statistics = null }));

    private static string Lines(IEnumerable<LinkAddress> addresses) =>
        string.Join('\n', addresses.OrderBy(a => a.IfIndex).ThenBy(a => a.Address.ToString()));
}
