using System.Text.Json;
using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources;
using Plumbline.Testing;

namespace Plumbline.Node.Tests.Sources;

/// <summary>A folder of a recorded deployment, read as one node, against the JSON files in it and what its rig is known to be.</summary>
public class RecordedNodeTests
{
    private const string States = "cases/neutron-node/states/sg-rules";

    [SkippableTheory]
    [InlineData("cmp1")]
    [InlineData("cmp2")]
    [InlineData("ctl")]
    public void Counts_are_those_of_the_json_files(string node)
    {
        var folder = SharedFiles.Require($"{States}/{node}");
        var snapshot = OfflineNode.Read(folder);

        var ovs = snapshot.Ovs!;
        Assert.Equal(node, snapshot.Host);
        Assert.Equal(Rows(folder, "Bridge"), ovs.Bridges.Count);
        Assert.Equal(Rows(folder, "Port"), ovs.Bridges.Sum(bridge => bridge.Ports.Count));
        Assert.Equal(Rows(folder, "Interface"), ovs.Bridges.Sum(bridge => bridge.Ports.Sum(port => port.Interfaces.Count)));
        Assert.Equal(Rows(folder, "Manager"), ovs.Managers.Count);
        Assert.Equal("3.1.0", ovs.Version);
        Assert.Equal(["", .. Folders(folder)], snapshot.Namespaces.Select(space => space.Name));
        foreach (var space in snapshot.Namespaces)
        {
            var files = space.Name.Length == 0 ? folder : Path.Combine(folder, "netns", space.Name);
            var links = JsonDocument.Parse(File.ReadAllText(Path.Combine(files, "ip-d-j-link.json"))).RootElement;
            var addresses = JsonDocument.Parse(File.ReadAllText(Path.Combine(files, "ip-j-addr.json"))).RootElement;
            Assert.Equal(
                links.EnumerateArray().Select(link => (link.GetProperty("ifindex").GetInt32(), link.GetProperty("ifname").GetString())),
                space.Links.Select(link => (link.IfIndex, (string?)link.Name)));
            Assert.Equal(
                addresses.EnumerateArray().Sum(link => link.GetProperty("addr_info").GetArrayLength()), space.Addresses.Count);
            foreach (var tool in (string[])["iptables-save", "ip6tables-save"])
            {
                Assert.Equal(
                    string.Concat(File.ReadLines(Path.Combine(files, $"{tool}-c.txt"))
                        .Where(line => !line.StartsWith("# Completed", StringComparison.Ordinal)).Select(line => line + "\n")),
                    snapshot.Firewall.SingleOrDefault(text => text.Namespace == space.Name && text.Tool == tool)?.Text ?? "");
            }
        }
        Assert.Equal(
            File.ReadAllText(Path.Combine(folder, "ipset-save.txt")),
            snapshot.Firewall.SingleOrDefault(text => text is { Namespace: "", Tool: "ipset save" })?.Text ?? "");
        Assert.Equal("1", snapshot.Namespaces[0].Sysctls["net.bridge.bridge-nf-call-iptables"]);
        Assert.DoesNotContain(snapshot.Sources, report => report is { Outcome: SourceOutcome.Absent, Source: not "libvirt" });
    }

    [SkippableFact]
    public void A_guests_chain_has_every_value()
    {
        var snapshot = OfflineNode.Read(SharedFiles.Require($"{States}/cmp1"));
        Link Device(string name) => snapshot.Namespaces[0].Links.Single(link => link.Name == name);

        var tap = Device("tap92263e04-39");
        Assert.Equal(Device("qbr92263e04-39").IfIndex, tap.MasterIndex);
        Assert.Equal("fe:16:3e:92:00:b4", tap.Address.ToString());
        Assert.Equal(new LinkData.Tun { IsTap = true, Persistent = false, VnetHeader = true, MultiQueue = false }, tap.Data);
        Assert.Equal((1450, "bridge", BridgePortState.Forwarding), (tap.Mtu, tap.MemberKind, tap.BridgePort?.State));
        Assert.Equal(Device("qvb92263e04-39").IfIndex, Device("qvo92263e04-39").LinkIndex);
        Assert.Equal("8000.e63516397e0d", Assert.IsType<LinkData.Bridge>(Device("qbr539dc9af-f9").Data).BridgeId);
        Assert.Equal((10, 0), (Device("eth0").LinkIndex, Device("eth0").LinkNamespaceId));
        Assert.Equal("tun", Device("br-int").Kind);

        var port = snapshot.Ovs!.Bridges.Single(bridge => bridge.Name == "br-int").Ports.Single(p => p.Name == "qvo539dc9af-f9");
        Assert.Equal(4, port.Tag);
        Assert.Equal(("gre", "3609"), (port.OtherConfig["network_type"], port.OtherConfig["segmentation_id"]));
        Assert.Equal("539dc9af-f98a-4ce8-b6b4-23b0a8eaf7ae", port.Interfaces[0].ExternalIds["iface-id"]);
        Assert.True(port.Interfaces[0].OfPort > 0);
    }

    [SkippableFact]
    public void Namespaces_of_routers_and_dhcp_servers_may_share_a_range_of_addresses()
    {
        var snapshot = OfflineNode.Read(SharedFiles.Require($"{States}/ctl"));

        var dhcp = snapshot.Namespaces.Where(space => space.Name.StartsWith("qdhcp-", StringComparison.Ordinal)).ToArray();
        Assert.Equal(4, dhcp.Length);
        Assert.All(dhcp, space => Assert.Contains(space.Links, link => link.Name.StartsWith("tap", StringComparison.Ordinal)));
        Assert.Equal(
            [1, 2, 3, 4, 5, 6], snapshot.Namespaces[0].Numbers.Select(number => number.Id));
        Assert.Contains(snapshot.Namespaces[0].Numbers,
            number => number is { Id: 6, Name: "qrouter-9fa1a50a-ab7f-4962-9d4b-eb177ee4a2e3" });
        Assert.Contains(snapshot.Ovs!.Bridges, bridge => bridge.Name == "br-ex");
    }

    [SkippableTheory]
    [InlineData("cmp1")]
    [InlineData("cmp2")]
    [InlineData("ctl")]
    public void Texts_tell_what_the_json_tells(string node)
    {
        var folder = SharedFiles.Require($"{States}/{node}");
        NodeSnapshot Of(params string[] files) =>
            OfflineNode.ReadText(string.Join('\n', files.Select(file => File.ReadAllText(Path.Combine(folder, file)))), "x");

        Assert.Equal(
            SnapshotText.Of(Of("ip-d-j-link.json", "ip-j-addr.json").Namespaces[0]),
            SnapshotText.Of(Of("ip-d-link.txt", "ip-addr.txt").Namespaces[0]));
        var dumped = Of("ovsdb-client-dump.json").Ovs!;
        var listed = Of([.. new[] { "Open_vSwitch", "Bridge", "Port", "Interface", "Mirror", "Controller", "Manager" }
            .Select(table => $"ovs-vsctl-list-{table}.json")]).Ovs!;
        Assert.Equal(SnapshotText.Of(dumped), SnapshotText.Of(listed));
        var shown = Of("ovs-vsctl-show.txt").Ovs!;
        Assert.Equal(dumped.Bridges.SelectMany(bridge => bridge.Ports).Select(Shown), shown.Bridges.SelectMany(bridge => bridge.Ports).Select(Shown));
        Assert.Equal(
            dumped.Bridges.Select(bridge => (bridge.Name, bridge.FailMode, bridge.DatapathType, bridge.Controllers.Count)),
            shown.Bridges.Select(bridge => (bridge.Name, bridge.FailMode, bridge.DatapathType, bridge.Controllers.Count)));
    }

    [SkippableFact]
    public void Listed_rows_add_to_what_show_told()
    {
        var folder = SharedFiles.Require($"{States}/cmp1");
        string Text(string file) => File.ReadAllText(Path.Combine(folder, file));

        var ovs = OfflineNode.ReadText(Text("ovs-vsctl-show.txt") + Text("ovs-vsctl-list-Interface.json"), "x").Ovs!;

        var port = ovs.Bridges.Single(bridge => bridge.Name == "br-int").Ports.Single(p => p.Name == "qvo539dc9af-f9");
        Assert.Equal(4, port.Tag);
        Assert.Equal("539dc9af-f98a-4ce8-b6b4-23b0a8eaf7ae", port.Interfaces[0].ExternalIds["iface-id"]);
    }

    [SkippableFact]
    public void A_folder_of_several_nodes_is_refused_by_their_names()
    {
        var exception = Assert.Throws<NodeException>(() => OfflineNode.Read(SharedFiles.Require(States)));

        Assert.EndsWith("tells of several nodes: cmp1, cmp2, ctl", exception.Problem.What);
        Assert.Equal(["cmp1", "cmp2", "ctl"], OfflineNode.ReadNodes(SharedFiles.Require(States)).Nodes.Select(node => node.Host));
    }

    private static string Shown(OvsPort port) =>
        $"{port.Name} {port.Tag} {string.Join(' ', port.Interfaces.Select(i => $"{i.Name} {i.Type} {string.Join(' ', i.Options)}"))}";

    private static int Rows(string folder, string table) => JsonDocument
        .Parse(File.ReadAllText(Path.Combine(folder, $"ovs-vsctl-list-{table}.json"))).RootElement.GetProperty("data").GetArrayLength();

    private static IEnumerable<string> Folders(string folder) => Directory.Exists(Path.Combine(folder, "netns"))
        ? Directory.GetDirectories(Path.Combine(folder, "netns")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)
        : [];
}
