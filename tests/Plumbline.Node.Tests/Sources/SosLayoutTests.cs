using System.Diagnostics;
using Plumbline.Iptables;
using Plumbline.Linux.Processes;
using Plumbline.Node.Facts;
using Plumbline.Node.Firewalls;
using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;
using Plumbline.Testing;

namespace Plumbline.Node.Tests.Sources;

/// <summary>Each layout of sos, made here from a recorded node, tells what the recorded node tells.</summary>
public sealed class SosLayoutTests : IDisposable
{
    private readonly string _scratch = Directory.CreateTempSubdirectory("plt-sos-").FullName;

    public void Dispose() => Directory.Delete(_scratch, recursive: true);

    public static TheoryData<SosLayout, string> Layouts
    {
        get
        {
            var data = new TheoryData<SosLayout, string>();
            foreach (var layout in Enum.GetValues<SosLayout>())
            {
                data.Add(layout, "cmp1");
                data.Add(layout, "ctl");
            }
            return data;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Layouts))]
    public void A_layout_tells_the_same_topology_rules_and_flows(SosLayout layout, string node)
    {
        var recorded = SharedFiles.Require($"cases/neutron-node/states/sg-rules/{node}");
        SosReportMaker.Make(recorded, Path.Combine(_scratch, "report"), layout);

        var straight = OfflineNode.Read(recorded);
        var told = OfflineNode.Read(Path.Combine(_scratch, "report"));

        Assert.Equal(node, told.Host!.Split('.')[0]);
        Assert.Equal(straight.Namespaces.Select(space => space.Name), told.Namespaces.Select(space => space.Name));
        Assert.Equal(Shape(straight), Shape(told));
        foreach (var bridge in straight.Switching!.Bridges)
        {
            var same = told.Switching!.Bridges.Single(other => other.Bridge == bridge.Bridge);
            Assert.Equal(bridge.Flows, same.Flows);
            Assert.Equal(bridge.Fdb, same.Fdb);
        }
        foreach (var space in straight.Namespaces)
        {
            var same = told.Namespaces.Single(other => other.Name == space.Name);
            Assert.Equal(Routes(space), Routes(same));
            Assert.Equal(space.Addresses.Select(Address).Order(), same.Addresses.Select(Address).Order());
        }
        var (before, after) = (NodeFirewall.Read(straight).Own, NodeFirewall.Read(told).Own);
        foreach (var table in (string[])["filter", "raw"])
        {
            Assert.Equal(Chains(before.IPv4!, table), Chains(after.IPv4!, table));
        }
        Assert.False(after.AreSetsKnown);
        Assert.True(node == "ctl" || told.Sources.Any(report => report is { Source: "ipset", Outcome: SourceOutcome.Absent }));
        Assert.Equal("1", told.Namespaces[0].Sysctls["net.bridge.bridge-nf-call-iptables"]);
    }

    [SkippableTheory]
    [InlineData("gzip", ".tar.gz")]
    [InlineData("xz", ".tar.xz")]
    [InlineData("bzip2", ".tar.bz2")]
    [InlineData("zstd", ".tar.zst")]
    public void Each_way_of_packing_tells_the_same(string program, string ending)
    {
        var recorded = SharedFiles.Require("cases/neutron-node/states/sg-rules/cmp1");
        Skip.If(Programs.Find(program) is null, $"needs the program {program}");
        SosReportMaker.Make(recorded, Path.Combine(_scratch, "in/sosreport-cmp1"), SosLayout.Sos4);
        Run("tar", "-C", Path.Combine(_scratch, "in"), "-cf", Path.Combine(_scratch, "x.tar"), "sosreport-cmp1");
        Run("sh", "-c", $"{program} -c {_scratch}/x.tar > {_scratch}/sosreport-cmp1{ending}");

        var packed = OfflineNode.Read(Path.Combine(_scratch, "sosreport-cmp1" + ending));

        var folder = OfflineNode.Read(Path.Combine(_scratch, "in"));
        Assert.Equal(SnapshotText.Of(folder with { Sources = [] }), SnapshotText.Of(packed with { Sources = [] }));
    }

    [SkippableFact]
    public void A_cleaned_report_has_the_same_shape_under_other_names()
    {
        var recorded = SharedFiles.Require("cases/neutron-node/states/sg-rules/cmp1");
        SosReportMaker.Make(recorded, Path.Combine(_scratch, "plain"), SosLayout.Sos4);
        SosReportMaker.Make(recorded, Path.Combine(_scratch, "clean"), SosLayout.Sos4, SosReportMaker.Cleaned());

        var (plain, clean) = (OfflineNode.Read(Path.Combine(_scratch, "plain")), OfflineNode.Read(Path.Combine(_scratch, "clean")));

        Assert.Equal("host0", clean.Host);
        Assert.Equal(Shape(plain), Shape(clean));
        Assert.All(clean.Ovs!.Bridges.SelectMany(bridge => bridge.Ports).SelectMany(port => port.Interfaces)
                .Where(row => row.ExternalIds.ContainsKey("attached-mac")),
            row => Assert.StartsWith("53:4f:53:", row.ExternalIds["attached-mac"], StringComparison.Ordinal));
        Assert.Equal(Topology.Build(plain).Vifs.Count(vif => vif.IPAddresses.Count > 0), Topology.Build(clean).Vifs.Count(vif => vif.IPAddresses.Count > 0));
    }

    [SkippableFact]
    public void Outputs_that_a_timeout_cut_tell_what_stands_before()
    {
        var recorded = SharedFiles.Require("cases/neutron-node/states/sg-rules/cmp1");
        SosReportMaker.Make(recorded, Path.Combine(_scratch, "report"), SosLayout.Sos4, text => text[..(text.Length * 2 / 3)]);

        var told = OfflineNode.Read(Path.Combine(_scratch, "report"));

        Assert.NotEmpty(told.Namespaces[0].Links);
        Assert.NotEmpty(told.Switching!.Bridges.Single(bridge => bridge.Bridge == "br-int").Flows!);
    }

    private static string Shape(NodeSnapshot snapshot) => string.Join('\n', Topology.Build(snapshot).Vifs
        .Select(vif => $"{vif.Device} {vif.Plug} {vif.Owner} {vif.LocalVlan}").Order(StringComparer.Ordinal));

    private static IEnumerable<string> Routes(NamespaceFacts space) => space.Routes.Where(route => route.Table == 254)
        .Select(route => $"{route.Destination}/{route.PrefixLength} {route.Gateway} {Name(space, route.IfIndex)}").Order(StringComparer.Ordinal);

    private static string Address(Plumbline.Linux.Netlink.LinkAddress address) => $"{address.Address}/{address.PrefixLength}";

    private static string? Name(NamespaceFacts space, int? index) => space.Links.FirstOrDefault(link => link.IfIndex == index)?.Name;

    private static string Chains(Ruleset rules, string table) => string.Join('\n', (rules.Find(table)?.Chains ?? [])
        .Where(chain => chain.Rules.Count > 0).Select(chain => $"{chain.Name} {chain.Rules.Count}").Order(StringComparer.Ordinal));

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
