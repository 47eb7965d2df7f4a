using System.Text.Json;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources;
using Plumbline.Testing;

namespace Plumbline.Node.Tests.Sources;

/// <summary>What a recorded deployment's folders tell of forwarding, against the files they came from.</summary>
public class RecordedForwardingTests
{
    private const string States = "cases/neutron-node/states/sg-rules";

    [SkippableTheory]
    [InlineData("cmp1")]
    [InlineData("cmp2")]
    [InlineData("ctl")]
    public void Every_listing_has_its_bridge(string node)
    {
        var folder = SharedFiles.Require($"{States}/{node}");
        var snapshot = OfflineNode.Read(folder);
        var switching = snapshot.Switching!;

        Assert.Equal(snapshot.Ovs!.Bridges.Select(bridge => bridge.Name), switching.Bridges.Select(bridge => bridge.Bridge));
        foreach (var bridge in switching.Bridges)
        {
            string Text(string name) => File.ReadAllText(Path.Combine(folder, $"{name}-{bridge.Bridge}.txt"));
            var flows = Text("ovs-ofctl-dump-flows");
            Assert.Equal(flows[(flows.IndexOf('\n', StringComparison.Ordinal) + 1)..], bridge.Flows);
            Assert.Equal(Text("ovs-appctl-fdb-show").Split('\n').Length - 2, bridge.Fdb!.Count);
            Assert.Contains($"LOCAL({bridge.Bridge})", bridge.Ports, StringComparison.Ordinal);
            Assert.Equal(Text("ovs-ofctl-dump-ports").Split('\n').Length - 2, bridge.PortCounters!.Split('\n').Length - 1);
        }
        Assert.Equal(File.ReadAllText(Path.Combine(folder, "ovs-appctl-dpif-show.txt")), switching.DatapathInterfaces);
        Assert.Equal(File.ReadAllText(Path.Combine(folder, "ovs-appctl-tnl-neigh-show.txt")), switching.TunnelNeighbours);
        Assert.Equal(File.ReadAllText(Path.Combine(folder, "ovs-appctl-ovs-route-show.txt")), switching.TunnelRoutes);
        foreach (var space in snapshot.Namespaces)
        {
            var files = space.Name.Length == 0 ? folder : Path.Combine(folder, "netns", space.Name);
            int Lines(string file) => File.ReadLines(Path.Combine(files, file)).Count(line => line.Length > 0);
            Assert.Equal(File.ReadLines(Path.Combine(files, "ip-route.txt")).Distinct().Count(), space.Routes.Count);
            Assert.Equal(Lines("ip-neigh.txt"), space.Neighbours.Count);
            Assert.Equal(
                Lines("conntrack-L.txt"), (space.Conntrack?.Entries ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        }
        Assert.True(snapshot.Namespaces[0].Fdb.Count >= File.ReadLines(Path.Combine(folder, "bridge-fdb.txt")).Distinct().Count());
        Assert.DoesNotContain(snapshot.Sources, report => report.Outcome == SourceOutcome.Partial);
    }

    [SkippableTheory]
    [InlineData("cmp1")]
    [InlineData("ctl")]
    public void Files_without_their_names_tell_the_same(string node)
    {
        var folder = SharedFiles.Require($"{States}/{node}");
        var scratch = Directory.CreateTempSubdirectory("plt-names-").FullName;
        try
        {
            var number = 0;
            foreach (var file in Directory.GetFiles(folder).Order(StringComparer.Ordinal))
            {
                if (!file.EndsWith("MANIFEST.json", StringComparison.Ordinal) && !file.EndsWith("hostname.txt", StringComparison.Ordinal))
                {
                    File.Copy(file, Path.Combine(scratch, $"{number++:000}"));
                }
            }
            var named = OfflineNode.Read(folder);
            var nameless = OfflineNode.Read(scratch);
            Assert.Equal(SnapshotText.Of(named.Ovs!), SnapshotText.Of(nameless.Ovs!));
            // small bridges have the same port numbers: what cannot be told is left out and named, never guessed
            foreach (var bridge in nameless.Switching!.Bridges)
            {
                var right = named.Switching!.Bridges.Single(known => known.Bridge == bridge.Bridge);
                Assert.True(bridge.Flows is null || bridge.Flows == right.Flows, $"flows of {bridge.Bridge}");
                Assert.True(bridge.PortCounters is null || bridge.PortCounters == right.PortCounters, $"counters of {bridge.Bridge}");
                Assert.Equal(right.Ports, bridge.Ports);
            }
            Assert.True(node == "ctl" || nameless.Switching.Bridges.Single(bridge => bridge.Bridge == "br-int").Flows is not null);
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    [SkippableTheory]
    [InlineData("cmp1")]
    [InlineData("ctl")]
    public void Listed_and_dumped_text_tells_what_json_tells(string node)
    {
        var folder = SharedFiles.Require($"{States}/{node}");
        string Text(string file) => File.ReadAllText(Path.Combine(folder, file));
        var json = SnapshotText.Of(OfflineNode.ReadText(Text("ovsdb-client-dump.json"), "x").Ovs!);

        Assert.Equal(json, SnapshotText.Of(OfflineNode.ReadText(Text("ovsdb-client-dump.txt"), "x").Ovs!));
        string[] tables = ["Open_vSwitch", "Bridge", "Port", "Interface", "Mirror", "Controller", "Manager"];
        Assert.Equal(json, SnapshotText.Of(OfflineNode.ReadText(
            string.Join('\n', tables.Select(table => Text($"ovs-vsctl-list-{table}.txt"))), "x").Ovs!));
    }

    [SkippableFact]
    public void Routes_neighbours_and_sockets_have_every_value()
    {
        var snapshot = OfflineNode.Read(SharedFiles.Require($"{States}/ctl"));
        var router = snapshot.Namespaces.Single(space => space.Name == "qrouter-45b06e84-d906-4321-9221-2915856ca80e");
        int Index(string name) => router.Links.Single(link => link.Name == name).IfIndex;

        var way = Assert.Single(router.Routes, route => route is { PrefixLength: 0, Table: 254 } && route.Destination.ToString() == "0.0.0.0");
        Assert.Equal(("203.0.113.1", Index("qg-ec655983-36"), 4, 1), (way.Gateway!.ToString(), way.IfIndex, way.Protocol, way.Type));
        var local = Assert.Single(router.Routes, route => route is { Table: 255, Type: 2 } && route.Destination.ToString() == "10.1.0.1");
        Assert.Equal((254, 32, "10.1.0.1"), (local.Scope, local.PrefixLength, local.Source!.ToString()));
        var neighbour = Assert.Single(router.Neighbours, entry => entry.Address.ToString() == "10.1.0.11");
        Assert.Equal(("fa:16:3e:4c:21:be", 0x02, Index("qr-548ea9c5-e3")),
            (neighbour.LinkAddress!.Value.ToString(), neighbour.State, neighbour.IfIndex));
        Assert.Contains(new SocketFacts("tcp", "*:9697", "haproxy", 832), router.Sockets!);
        var hop = snapshot.Switching!.Bridges.Single(bridge => bridge.Bridge == "br-int").Fdb![0];
        Assert.True(hop.AgeSeconds >= 0 && hop.Vlan is > 0 and < 4095);
        Assert.Contains(snapshot.Files!, file => file.Path.EndsWith("openvswitch_agent.ini", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void Answers_of_the_api_are_kept()
    {
        var text = string.Join('\n', Directory.GetFiles(SharedFiles.Require($"{States}/api"), "*.json").Order(StringComparer.Ordinal).Select(File.ReadAllText));
        var listing = File.ReadAllText(SharedFiles.Require($"{States}/cmp1/ovs-vsctl-show.txt"));

        var api = OfflineNode.ReadText(listing + "\n" + text, "x").Api!;

        Assert.Superset(
            new HashSet<string>(["agents", "floatingips", "networks", "ports", "routers", "security_groups", "subnets"]),
            api.Select(document => document.Collection).ToHashSet());
        using var ports = JsonDocument.Parse(api.Single(document => document.Collection == "ports").Json);
        Assert.True(ports.RootElement.GetProperty("ports").GetArrayLength() > 12);
    }
}
