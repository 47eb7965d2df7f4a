using System.Text.Json;
using Plumbline.Diagnosis.Checking;
using Plumbline.Linux.Netlink;
using Plumbline.Neutron.Api;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;
using Plumbline.Testing;

namespace Plumbline.Diagnosis.Tests.Checking;

/// <summary>
/// The recorded deployment: silent as it was, one finding for each fault that was planted in it, and one for each that is planted here
/// into its facts.
/// </summary>
public sealed class RecordedCheckTests
{
    private const string Healthy = "states/sg-rules";
    private const string Web1 = "qvo6ef565e0-4a";

    [SkippableFact]
    public void Healthy_deployment_has_none()
    {
        var report = NodeChecker.Run(Nodes(Healthy, "cmp1", "cmp2", "ctl"), CloudOf(Healthy));
        Assert.Empty(report.Findings.Select(Told));
        Assert.Equal(["cmp1", "cmp2", "ctl"], report.Nodes);
    }

    [SkippableTheory]
    [InlineData("mtu-underlay", "mtu-underlay eth1")]
    [InlineData("sg-rule-missing", "missing-rule neutron-openvswi-i6ef565e0-4")]
    [InlineData("wrong-vlan-tag", "vlan-wrong qvo6ef565e0-4a")]
    public void A_fault_that_was_planted_is_the_only_finding(string fault, string expected)
    {
        var report = NodeChecker.Run(Nodes($"faults/{fault}", "cmp1"), CloudOf($"faults/{fault}"));
        Assert.Equal([expected], report.Findings.Select(Told));
    }

    [SkippableTheory]
    [InlineData("link-down tap6ef565e0-4a", "cmp1", nameof(TapDown))]
    [InlineData("vlan-missing qvo6ef565e0-4a", "cmp1", nameof(TagGone))]
    [InlineData("vlan-dead qvo6ef565e0-4a", "cmp1", nameof(DeadTag))]
    [InlineData("vlan-wrong qvo6ef565e0-4a", "cmp1", nameof(TagOfGreenEverywhere))]
    [InlineData("iface-id-wrong qvo6ef565e0-4a", "cmp1", nameof(OtherId))]
    [InlineData("mac-mismatch qvo6ef565e0-4a", "cmp1", nameof(OtherMac))]
    [InlineData("ovs-interface-error qvo6ef565e0-4a", "cmp1", nameof(InterfaceError))]
    [InlineData("patch-peer patch-tun", "cmp1", nameof(PatchAstray))]
    [InlineData("tunnel-remote vxlan-0a1e000c", "cmp1", nameof(TunnelAstray))]
    [InlineData("tunnel-key vxlan-0a1e000c", "cmp1", nameof(TunnelKeyFixed))]
    [InlineData("tunnel-missing vxlan-0a1e000c", "cmp1", nameof(TunnelGone))]
    [InlineData("mtu-narrow qvo6ef565e0-4a", "cmp1", nameof(NarrowQvo))]
    [InlineData("not-in-bridge tap6ef565e0-4a", "cmp1", nameof(TapOutOfBridge))]
    [InlineData("dhcp-namespace-missing qdhcp-3b487391-2343-4f72-844c-351a25845527", "ctl", nameof(DhcpNamespaceGone))]
    [InlineData("router-namespace-missing qrouter-45b06e84-d906-4321-9221-2915856ca80e", "ctl", nameof(RouterGone))]
    [InlineData("router-default-route qrouter-45b06e84-d906-4321-9221-2915856ca80e", "ctl", nameof(DefaultRouteGone))]
    public void A_fault_planted_into_the_facts_is_the_only_finding(string expected, string node, string plant)
    {
        string[] names = ["cmp1", "cmp2", "ctl"];
        var nodes = names.Select(n => Read(Healthy, n)).Select(s => s.Host == node ? Plant(s, plant) : s).Select(Topology.Build).ToList();
        var report = NodeChecker.Run(nodes, CloudOf(Healthy));
        // a tunnel is missed from the far side, a router by each of its ports: one cause all the same
        Assert.Equal([expected], report.Findings.Where(f => f.Id != "tunnel-one-sided").Select(Told).Distinct());
        Assert.All(report.Findings, f => Assert.NotEmpty(f.Fix));
    }

    [SkippableFact]
    public void A_veth_end_without_carrier_is_folded_below_the_end_that_is_down()
    {
        var snapshot = Links(Read(Healthy, "cmp1"), l => l.Name switch
        {
            "qvb6ef565e0-4a" => l with { Flags = 0, OperationalState = OperationalState.Down },
            Web1 => l with { Flags = LinkFlags.Up, OperationalState = OperationalState.LowerLayerDown },
            _ => l,
        });
        var report = NodeChecker.Run([Topology.Build(snapshot)], CloudOf(Healthy));
        var finding = Assert.Single(report.Findings);
        Assert.Equal("link-down qvb6ef565e0-4a", Told(finding));
        Assert.Equal($"link-no-carrier {Web1}", Told(Assert.Single(finding.Consequences)));
    }

    [SkippableFact]
    public void Without_neutron_what_contradicts_itself_is_found_and_what_is_not_checked_is_told()
    {
        var report = NodeChecker.Run([Topology.Build(Plant(Read(Healthy, "cmp1"), nameof(DeadTag)))], null);
        Assert.Equal([$"vlan-dead {Web1}"], report.Findings.Select(Told));
        Assert.Contains(report.NotChecked, n => n.Contains("--api", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void Where_no_bridge_answered_ovs_vswitchd_does_not_run()
    {
        var folder = Directory.CreateTempSubdirectory("plumb-test-").FullName;
        try
        {
            foreach (var file in Directory.GetFiles(SharedFiles.Require($"cases/neutron-node/{Healthy}/cmp1")))
            {
                var name = Path.GetFileName(file);
                var isSilent = name.StartsWith("ovs-ofctl", StringComparison.Ordinal) || name.StartsWith("ovs-appctl", StringComparison.Ordinal);
                File.WriteAllText(Path.Combine(folder, name), isSilent ? "" : File.ReadAllText(file));
            }
            var report = NodeChecker.Run([Topology.Build(OfflineNode.Read(folder))], CloudOf(Healthy));
            Assert.Equal(["vswitchd-stopped ovs-vswitchd"], report.Findings.Select(Told));
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private static string Told(Finding finding) => $"{finding.Id} {finding.Object}";

    private static List<Topology> Nodes(string state, params string[] nodes) => [.. nodes.Select(n => Topology.Build(Read(state, n)))];

    private static NodeSnapshot Read(string state, string node) =>
        OfflineNode.Read(SharedFiles.Require($"cases/neutron-node/{state}/{node}"));

    private static Cloud CloudOf(string state)
    {
        var documents = Directory.GetFiles(SharedFiles.Require($"cases/neutron-node/{state}/api"), "*.json")
            .Select(f => JsonDocument.Parse(File.ReadAllText(f))).ToList();
        return Cloud.Read([.. documents.Select(d => d.RootElement)]);
    }

    private static NodeSnapshot Plant(NodeSnapshot s, string plant) => plant switch
    {
        nameof(TapDown) => TapDown(s),
        nameof(TagGone) => TagGone(s),
        nameof(DeadTag) => DeadTag(s),
        nameof(TagOfGreenEverywhere) => TagOfGreenEverywhere(s),
        nameof(OtherId) => OtherId(s),
        nameof(OtherMac) => OtherMac(s),
        nameof(InterfaceError) => InterfaceError(s),
        nameof(PatchAstray) => PatchAstray(s),
        nameof(TunnelAstray) => TunnelAstray(s),
        nameof(TunnelKeyFixed) => TunnelKeyFixed(s),
        nameof(TunnelGone) => TunnelGone(s),
        nameof(NarrowQvo) => NarrowQvo(s),
        nameof(TapOutOfBridge) => TapOutOfBridge(s),
        nameof(DhcpNamespaceGone) => DhcpNamespaceGone(s),
        nameof(RouterGone) => RouterGone(s),
        nameof(DefaultRouteGone) => DefaultRouteGone(s),
        _ => throw new ArgumentOutOfRangeException(nameof(plant)),
    };

    private static NodeSnapshot TapDown(NodeSnapshot s) => Links(s, l => l.Name == "tap6ef565e0-4a"
        ? l with { Flags = 0, OperationalState = OperationalState.Down } : l);

    private static NodeSnapshot TagGone(NodeSnapshot s) => Port(s, Web1, p => p with { Tag = null, OtherConfig = new Dictionary<string, string>() });

    private static NodeSnapshot DeadTag(NodeSnapshot s) => Port(s, Web1, p => p with { Tag = 4095 });

    /// <summary>Somebody changed the agent's note beside the tag.</summary>
    private static NodeSnapshot TagOfGreenEverywhere(NodeSnapshot s) => Port(s, Web1, p => p with
    {
        Tag = 4,
        OtherConfig = new Dictionary<string, string>(p.OtherConfig) { ["tag"] = "4" },
    });

    private static NodeSnapshot OtherId(NodeSnapshot s) => Row(s, Web1, r => r with
    {
        ExternalIds = new Dictionary<string, string>(r.ExternalIds) { ["iface-id"] = "6ef565e0-4a5f-411b-86cd-000000000000" },
    });

    private static NodeSnapshot OtherMac(NodeSnapshot s) => Row(s, Web1, r => r with
    {
        ExternalIds = new Dictionary<string, string>(r.ExternalIds) { ["attached-mac"] = "fa:16:3e:00:00:01" },
    });

    private static NodeSnapshot InterfaceError(NodeSnapshot s) =>
        Row(s, Web1, r => r with { Error = "could not open network device qvo6ef565e0-4a (No such device)", OfPort = -1 });

    private static NodeSnapshot PatchAstray(NodeSnapshot s) =>
        Row(s, "patch-tun", r => r with { Options = new Dictionary<string, string> { ["peer"] = "patch-xyz" } });

    private static NodeSnapshot TunnelAstray(NodeSnapshot s) => Row(s, "vxlan-0a1e000c", r => r with
    {
        Options = new Dictionary<string, string>(r.Options) { ["remote_ip"] = "10.30.0.99" },
    });

    private static NodeSnapshot TunnelKeyFixed(NodeSnapshot s) => Row(s, "vxlan-0a1e000c", r => r with
    {
        Options = new Dictionary<string, string>(r.Options) { ["out_key"] = "77" },
    });

    private static NodeSnapshot TunnelGone(NodeSnapshot s) => s with
    {
        Ovs = s.Ovs! with
        {
            Bridges = [.. s.Ovs.Bridges.Select(b => b with { Ports = [.. b.Ports.Where(p => p.Name != "vxlan-0a1e000c")] })],
        },
    };

    private static NodeSnapshot NarrowQvo(NodeSnapshot s) => Links(s, l => l.Name == Web1 ? l with { Mtu = 1400 } : l);

    private static NodeSnapshot TapOutOfBridge(NodeSnapshot s) =>
        Links(s, l => l.Name == "tap6ef565e0-4a" ? l with { MasterIndex = null } : l);

    private static NodeSnapshot DhcpNamespaceGone(NodeSnapshot s) => s with
    {
        Namespaces = [.. s.Namespaces.Where(n => n.Name != "qdhcp-3b487391-2343-4f72-844c-351a25845527")],
    };

    private static NodeSnapshot RouterGone(NodeSnapshot s) => s with
    {
        Namespaces = [.. s.Namespaces.Where(n => n.Name != "qrouter-45b06e84-d906-4321-9221-2915856ca80e")],
    };

    private static NodeSnapshot DefaultRouteGone(NodeSnapshot s) => s with
    {
        Namespaces =
        [
            .. s.Namespaces.Select(n => n.Name == "qrouter-45b06e84-d906-4321-9221-2915856ca80e"
                ? n with { Routes = [.. n.Routes.Where(r => r.PrefixLength != 0)] } : n),
        ],
    };

    private static NodeSnapshot Links(NodeSnapshot s, Func<Link, Link> change) => s with
    {
        Namespaces = [.. s.Namespaces.Select(n => n.Name.Length == 0 ? n with { Links = [.. n.Links.Select(change)] } : n)],
    };

    private static NodeSnapshot Port(NodeSnapshot s, string name, Func<OvsPort, OvsPort> change) => s with
    {
        Ovs = s.Ovs! with
        {
            Bridges = [.. s.Ovs.Bridges.Select(b => b with { Ports = [.. b.Ports.Select(p => p.Name == name ? change(p) : p)] })],
        },
    };

    private static NodeSnapshot Row(NodeSnapshot s, string name, Func<OvsInterface, OvsInterface> change) =>
        Port(s, name, p => p with { Interfaces = [.. p.Interfaces.Select(change)] });
}
