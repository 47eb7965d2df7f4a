using Plumbline.Diagnosis.Mirrors;
using Plumbline.Linux;
using Plumbline.Linux.Netlink;
using Plumbline.Node;
using Plumbline.Node.Facts;

namespace Plumbline.Diagnosis.Tests.Mirrors;

public class MirrorAssessmentTests
{
    private static readonly DateTimeOffset _now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
    private static readonly ProcessIdentity _owner = new(42, 1234, "0b0b0b0b-0000-4000-8000-000000000001");

    private static readonly OwnershipMark _mark = new()
    {
        Session = "11111111-2222-4333-8444-555555555555",
        Owner = _owner,
        Lease = _now.AddMinutes(5),
        Reason = "alice: plumb capture web1",
    };

    private static readonly Guid _qvoA = Id(1);
    private static readonly Guid _qvoB = Id(2);
    private static readonly Guid _patch = Id(3);
    private static readonly Guid _monitor = Id(4);
    private static readonly Guid _nic = Id(5);

    [Fact]
    public void Mirror_of_two_ports_into_a_monitor_works()
    {
        var report = Judge(new() { Name = "m", SelectSourcePorts = [_qvoA, _qvoB], SelectDestinationPorts = [_qvoA], OutputPort = _monitor });
        Assert.True(report.Works);
        Assert.Empty(report.Warnings);
        Assert.Equal("qvoA, both ways; from qvoB", report.Selects);
        Assert.Equal("mon0 (up)", report.Output);
        Assert.Equal([new("qvoA", true, true), new("qvoB", true, false)], report.Sources);
        Assert.Equal("owner not told", report.OwnerText);
    }

    [Fact]
    public void Mirror_without_output_is_ignored() =>
        AssertFault(new() { Name = "m", SelectAll = true },
            "no output: Open vSwitch ignores it (its output port was deleted, or none was ever named)");

    [Fact]
    public void Mirror_whose_source_ports_are_gone_selects_nothing() =>
        AssertFault(new() { Name = "m", SelectVlans = [5], OutputPort = _monitor },
            "it selects nothing: its source ports are gone, or none was ever named");

    [Fact]
    public void Patch_ports_are_never_mirrored() =>
        AssertFault(new() { Name = "m", SelectSourcePorts = [_patch], OutputPort = _monitor }, "patch ports are never mirrored: patch-tun");

    [Fact]
    public void Output_on_another_bridge_makes_the_mirror_invalid() =>
        AssertFault(new() { Name = "m", SelectSourcePorts = [_qvoA], OutputPort = _nic },
            "its output eth1 is a port of br-ex: Open vSwitch ignores the mirror");

    [Fact]
    public void Output_row_that_is_gone_is_named_by_its_uuid() =>
        AssertFault(new() { Name = "m", SelectSourcePorts = [_qvoA], OutputPort = Id(99) }, $"its output port is gone ({Id(99)})");

    [Fact]
    public void Vlan_that_no_selected_port_is_in_selects_nothing() =>
        AssertFault(new() { Name = "m", SelectSourcePorts = [_qvoA], SelectVlans = [5, 7], OutputPort = _monitor },
            "it selects only VLANs 5, 7, but qvoA is in VLAN 1");

    [Fact]
    public void Output_device_that_is_gone_or_down_is_a_fault()
    {
        var mirror = new OvsMirror { Name = "m", SelectSourcePorts = [_qvoA], OutputPort = _monitor };
        Assert.Equal(["the device of its output port mon0 does not exist"], Assess(Node([mirror], monitor: null)).Mirrors[0].Faults);
        Assert.Equal(["its output port mon0 is down, or nobody reads it: nothing is sent"],
            Assess(Node([mirror], monitor: 0)).Mirrors[0].Faults);
    }

    [Fact]
    public void All_ports_selected_means_that_lists_are_ignored_and_patches_left_out()
    {
        var report = Judge(new() { Name = "m", SelectAll = true, SelectSourcePorts = [_qvoA], OutputPort = _monitor });
        Assert.True(report.Works);
        Assert.Equal(
        [
            "it selects all ports: Open vSwitch ignores its lists of ports",
            "patch ports are never mirrored, though all are selected: patch-tun",
        ], report.Warnings);
        Assert.Equal("all ports of br-int, both ways", report.Selects);
    }

    [Fact]
    public void Output_to_a_vlan_floods()
    {
        var report = Judge(new() { Name = "m", SelectSourcePorts = [_qvoA], OutputVlan = 77 });
        Assert.True(report.Works);
        Assert.Equal("VLAN 77", report.Output);
        Assert.StartsWith("copies flood every port that carries VLAN 77", Assert.Single(report.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Output_into_a_tenants_port_is_warned_of()
    {
        var report = Judge(new() { Name = "m", SelectSourcePorts = [_qvoA], OutputPort = _qvoB });
        Assert.Equal(["its output qvoB is a tenant's or router's port: as a mirror's output it takes part in nothing else"], report.Warnings);
    }

    [Fact]
    public void Output_among_the_sources_and_shared_outputs_are_warned_of()
    {
        var one = new OvsMirror { Uuid = Id(21), Name = "one", SelectSourcePorts = [_qvoA, _monitor], OutputPort = _monitor };
        var two = new OvsMirror { Uuid = Id(22), Name = "two", SelectSourcePorts = [_qvoA], OutputPort = _monitor };
        var reports = Assess(Node([one, two])).Mirrors;
        Assert.Equal(
        [
            "its output port mon0 is among the ports that it selects",
            "mirror two has the same output: a frame that both select comes once",
        ], reports[0].Warnings);
    }

    [Fact]
    public void Output_too_narrow_for_its_sources_loses_copies()
    {
        var report = Assess(Node([new() { Name = "m", SelectSourcePorts = [_qvoA], OutputPort = _monitor }], monitorMtu: 1400)).Mirrors[0];
        Assert.Equal(["MTU 1400 of its output mon0 is less than 1450 of qvoA: bigger copies are lost"], report.Warnings);
    }

    [Fact]
    public void More_than_32_mirrors_leave_some_out()
    {
        var mirrors = Enumerable.Range(0, 33)
            .Select(i => new OvsMirror { Uuid = Id(100 + i), Name = $"m{i:00}", SelectSourcePorts = [_qvoA], OutputVlan = 7, SentPackets = i });
        var reports = Assess(Node([.. mirrors])).Mirrors;
        Assert.Equal("br-int has 33 mirrors, Open vSwitch takes 32: this may be one of those left out", Assert.Single(reports[0].Faults));
        Assert.True(reports[1].Works);
    }

    [Fact]
    public void Our_mirror_is_dead_when_its_process_is_gone_or_its_lease_ran_out()
    {
        var mirror = new OvsMirror
        {
            Name = "plumb",
            SelectSourcePorts = [_qvoA],
            OutputPort = _monitor,
            ExternalIds = _mark.ToExternalIds(),
        };
        var alive = Assess(Node([mirror]), _ => true).Mirrors[0];
        Assert.Equal(MirrorOwner.Ours, alive.Owner);
        Assert.False(alive.IsDead);
        Assert.Equal("plumb, process 42 runs; alice: plumb capture web1; lease until 2026-03-04 05:11:07 UTC", alive.OwnerText);
        Assert.True(Assess(Node([mirror])).Mirrors[0].IsDead);
        Assert.True(MirrorAssessment.Assess(Node([mirror]), _ => true, _now.AddHours(1)).Mirrors[0].IsDead);
    }

    [Fact]
    public void Mirror_of_ovs_tcpdump_is_known_by_its_names()
    {
        var snapshot = Node([new() { Name = "m_qvoA", SelectSourcePorts = [_qvoA], OutputPort = _monitor }], monitorName: "ovsmi123456");
        var report = Assess(snapshot).Mirrors[0];
        Assert.Equal(MirrorOwner.OvsTcpdump, report.Owner);
        Assert.Equal("ovs-tcpdump on qvoA, by its name", report.OwnerText);
        Assert.False(report.IsDead);
        Assert.Equal(MirrorOwner.Unknown, Judge(new() { Name = "m_qvoA", OutputPort = _monitor }).Owner);
    }

    [Fact]
    public void Port_of_ours_without_its_mirror_is_a_leftover()
    {
        var leftover = Assert.Single(Assess(Node([], monitorIds: _mark.ToExternalIds())).Leftovers);
        Assert.Equal("mon0", leftover.Name);
        Assert.Equal("br-int", leftover.Bridge);
        Assert.Equal(_monitor, leftover.PortUuid);
        Assert.True(leftover.IsDead);
        Assert.Equal("port mon0 of br-int without a mirror: plumb, process 42 is gone; alice: plumb capture web1; "
            + "lease until 2026-03-04 05:11:07 UTC", leftover.Text);
        Assert.False(Assert.Single(Assess(Node([], monitorIds: _mark.ToExternalIds()), _ => true).Leftovers).IsDead);
    }

    [Fact]
    public void Device_of_ours_is_a_leftover_only_without_a_mirror_of_its_session()
    {
        var far = new Link { IfIndex = 60, Name = "pl-far", Kind = "veth", Alias = _mark.ToAlias() };
        Assert.Equal("pl-far", Assert.Single(Assess(Node([], more: far)).Leftovers).Name);
        var mirror = new OvsMirror { Name = "plumb", SelectSourcePorts = [_qvoA], OutputPort = _monitor, ExternalIds = _mark.ToExternalIds() };
        Assert.Empty(Assess(Node([mirror], more: far)).Leftovers);
    }

    [Fact]
    public void Remains_of_ovs_tcpdump_are_told_but_are_not_ours()
    {
        var leftovers = Assess(Node([], monitorName: "miqvoA", more: new Link { IfIndex = 61, Name = "ovsmi654321", Kind = "dummy" })).Leftovers;
        Assert.Equal(["ovsmi654321", "miqvoA"], leftovers.Select(l => l.Name));
        Assert.All(leftovers, l =>
        {
            Assert.Equal(MirrorOwner.OvsTcpdump, l.Owner);
            Assert.False(l.IsDead);
        });
    }

    [Fact]
    public void Node_without_open_vswitch_has_no_mirrors()
    {
        var assessment = Assess(new NodeSnapshot());
        Assert.Empty(assessment.Mirrors);
        Assert.Empty(assessment.Leftovers);
    }

    private static void AssertFault(OvsMirror mirror, string fault)
    {
        var report = Judge(mirror);
        Assert.False(report.Works);
        Assert.Equal([fault], report.Faults);
    }

    private static MirrorReport Judge(OvsMirror mirror) => Assert.Single(Assess(Node([mirror])).Mirrors);

    private static MirrorAssessment Assess(NodeSnapshot snapshot, Func<ProcessIdentity, bool>? isAlive = null) =>
        MirrorAssessment.Assess(snapshot, isAlive ?? (_ => false), _now);

    private static Guid Id(int number) => new(number, 0, 0, new byte[8]);

    /// <summary>br-int with two tenant ports, a patch and mon0; br-ex with eth1. <paramref name="monitor"/>: flags, null: no such device.</summary>
    private static NodeSnapshot Node(
        OvsMirror[] mirrors, LinkFlags? monitor = LinkFlags.Up | LinkFlags.LowerUp, int monitorMtu = 1500, string monitorName = "mon0",
        IReadOnlyDictionary<string, string>? monitorIds = null, Link? more = null)
    {
        var links = new List<Link>
        {
            new() { IfIndex = 1, Name = "lo", HardwareType = 772, Flags = LinkFlags.Up },
            Veth(10, "qvoA", 1450, LinkFlags.Up | LinkFlags.LowerUp),
            Veth(11, "qvoB", 1450, LinkFlags.Up | LinkFlags.LowerUp),
            new() { IfIndex = 12, Name = "eth1", HardwareType = 1, Flags = LinkFlags.Up, OperationalState = OperationalState.Up, Mtu = 1500 },
        };
        if (monitor is { } flags)
        {
            links.Add(new()
            {
                IfIndex = 13,
                Name = monitorName,
                Kind = "dummy",
                Flags = flags,
                OperationalState = OperationalState.Unknown,
                Mtu = monitorMtu,
            });
        }
        if (more is not null)
        {
            links.Add(more);
        }
        return new()
        {
            Namespaces = [new() { Name = "", Links = links }],
            Ovs = new()
            {
                Bridges =
                [
                    new()
                    {
                        Name = "br-int",
                        Ports =
                        [
                            Port(_qvoA, "qvoA", 1, "aaaaaaaa-0000-4000-8000-000000000001"),
                            Port(_qvoB, "qvoB", 1, "bbbbbbbb-0000-4000-8000-000000000001"),
                            new() { Uuid = _patch, Name = "patch-tun", Interfaces = [new() { Name = "patch-tun", Type = "patch", OfPort = 1 }] },
                            new()
                            {
                                Uuid = _monitor,
                                Name = monitorName,
                                ExternalIds = monitorIds ?? new Dictionary<string, string>(),
                                Interfaces = [new() { Name = monitorName, OfPort = 9 }],
                            },
                        ],
                        Mirrors = mirrors,
                    },
                    new()
                    {
                        Name = "br-ex",
                        Ports = [new() { Uuid = _nic, Name = "eth1", Interfaces = [new() { Name = "eth1", OfPort = 1 }] }],
                    },
                ],
            },
        };
    }

    private static Link Veth(int index, string name, int mtu, LinkFlags flags) => new()
    {
        IfIndex = index,
        Name = name,
        Kind = "veth",
        LinkIndex = index + 100,
        Flags = flags,
        OperationalState = OperationalState.Up,
        Mtu = mtu,
    };

    private static OvsPort Port(Guid uuid, string name, int tag, string ifaceId) => new()
    {
        Uuid = uuid,
        Name = name,
        Tag = tag,
        Interfaces =
        [
            new()
            {
                Name = name,
                OfPort = 5,
                ExternalIds = new Dictionary<string, string>
                {
                    ["iface-id"] = ifaceId,
                    ["attached-mac"] = "fa:16:3e:00:00:01",
                    ["vm-uuid"] = "cccccccc-0000-4000-8000-000000000001",
                },
            },
        ],
    };
}
