using Plumbline.Linux.Processes;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Node;

/// <summary>What a live node tells of its forwarding, and the same node in a sosreport's shape.</summary>
public class LiveSwitchingTests
{
    [SkippableFact]
    public async Task A_sosreport_of_a_node_gives_the_topology_and_the_flows_that_the_node_itself_gives()
    {
        Root.SkipUnlessRoot();
        Root.SkipUnlessInstalled("ovs-vswitchd");
        await using var node = TestNode.Create();
        await node.StartSwitchAsync();
        node.VsCtl("add-br", "br-int", "--", "set", "bridge", "br-int", "datapath_type=netdev", "fail_mode=secure");
        node.VsCtl("add-br", "br-tun", "--", "set", "bridge", "br-tun", "datapath_type=netdev", "protocols=OpenFlow13",
            "--", "add-port", "br-tun", "patch-int", "--", "set", "interface", "patch-int", "type=patch", "options:peer=patch-tun",
            "--", "add-port", "br-int", "patch-tun", "--", "set", "interface", "patch-tun", "type=patch", "options:peer=patch-int");
        node.Own.Run("ip", "link", "add", "qvo1", "type", "veth", "peer", "name", "qvb1");
        node.Own.Run("ip", "addr", "add", "10.9.0.1/24", "dev", "qvb1");
        node.Own.Run("ip", "link", "set", "qvb1", "up");
        node.VsCtl("add-port", "br-int", "qvo1", "tag=7");
        string Flows(string bridge, params string[] more) =>
            node.Own.Run("ovs-ofctl", [.. more, "dump-flows", $"unix:{node.Access.OvsRunDirectory}/{bridge}.mgmt"]);
        node.Own.Run("ovs-ofctl", "add-flow", $"unix:{node.Access.OvsRunDirectory}/br-int.mgmt", "table=60,priority=3,in_port=1,actions=NORMAL");

        var live = await LiveNode.ReadAsync(node.Access, SnapshotScope.Everything, default);
        var folder = Directory.CreateTempSubdirectory("plt-sos-").FullName;
        try
        {
            void Put(string path, string text)
            {
                var file = Path.Combine(folder, "sosreport-node-1", path);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllText(file, text);
            }

            Put("sos_commands/networking/ip_-s_-d_link", node.Own.Run("ip", "-s", "-d", "link"));
            Put("sos_commands/networking/ip_-d_address", node.Own.Run("ip", "-d", "address"));
            Put("sos_commands/networking/ip_route_show_table_all", node.Own.Run("ip", "route", "show", "table", "all"));
            Put("sos_commands/openvswitch/ovs-vsctl_-t_5_show", node.VsCtl("show"));
            foreach (var table in (string[])["open_vswitch", "bridge", "port", "interface"])
            {
                Put($"sos_commands/openvswitch/ovs-vsctl_-t_5_list_{table}", node.VsCtl("list", table));
            }
            Put("sos_commands/openvswitch/ovs-ofctl_dump-flows_br-int", Flows("br-int"));
            Put("sos_commands/openvswitch/ovs-ofctl_-O_OpenFlow13_dump-flows_br-tun", Flows("br-tun", "-O", "OpenFlow13"));
            var packed = Path.Combine(folder, "report.tar.xz");
            var tar = await CommandRunner.RunAsync(null, "tar", ["-C", folder, "-cJf", packed, "sosreport-node-1"], null, null, default);
            Skip.If(tar.ExitCode != 0, "tar or xz is not installed");

            var report = OfflineNode.Read(packed);

            // names and moments differ; what exists and what joins it does not
            string[] Drawn(NodeSnapshot snapshot)
            {
                var topology = Topology.Build(snapshot);
                return [.. topology.Elements.Select(element => $"{element.Id} {element.Kind} {element.State} {element.Vlan} {element.Mtu}"),
                    .. topology.Connections.Select(connection => connection.ToString())];
            }

            Assert.Equal(Drawn(live), Drawn(report));
            Assert.Equal(["br-int", "br-tun"], live.Switching!.Bridges.Select(bridge => bridge.Bridge));
            Assert.Equal(["br-int", "br-tun"], report.Switching!.Bridges.Select(bridge => bridge.Bridge));
            Assert.Contains("table=60", live.Switching.Bridges[0].Flows, StringComparison.Ordinal);
            Assert.Contains("actions=NORMAL", live.Switching.Bridges[1].Flows, StringComparison.Ordinal);
            Assert.Contains("table=60", report.Switching.Bridges[0].Flows, StringComparison.Ordinal);
            Assert.NotNull(live.Switching.Bridges[0].Fdb);
            Assert.Contains("patch-tun", live.Switching.DatapathInterfaces, StringComparison.Ordinal);
            Assert.Equal(
                live.Namespaces[0].Routes.Where(route => route.Table == 254).Select(route => $"{route.Destination}/{route.PrefixLength} {route.IfIndex}").Order(),
                report.Namespaces[0].Routes.Where(route => route.Table == 254).Select(route => $"{route.Destination}/{route.PrefixLength} {route.IfIndex}").Order());
            var topology = await LiveNode.ReadAsync(node.Access, SnapshotScope.Topology, default);
            Assert.Null(topology.Switching);
            Assert.Null(topology.Processes);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
