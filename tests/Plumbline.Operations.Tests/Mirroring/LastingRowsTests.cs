using System.Net;
using Plumbline.Diagnosis.Mirrors.Lasting;
using Plumbline.Node;
using Plumbline.Node.Facts;
using Plumbline.Operations.Mirroring.Lasting;
using Plumbline.Ovsdb;
using Plumbline.Primitives;

namespace Plumbline.Operations.Tests.Mirroring;

public sealed class LastingRowsTests
{
    private static readonly DateTimeOffset _now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan _lease = TimeSpan.FromMinutes(2);
    private static readonly Guid _qvo = Id(11);
    private static readonly Guid _gre = Id(12);
    private static readonly LastingMirror _mirror = LastingFileTests.Mirror;

    [Fact]
    public void First_transaction_adds_our_rows_to_the_bridge_and_touches_no_other()
    {
        var operations = Plan(_mirror, Facts());
        Assert.Equal(5, operations.Count);
        var mirror = Assert.IsType<Operation.Insert>(operations[2]);
        Assert.Equal("Mirror", mirror.Table);
        Assert.Equal([_qvo, _gre], new Row(mirror.Row).GetUuids("select_src_port"));
        Assert.Equal([_qvo, _gre], new Row(mirror.Row).GetUuids("select_dst_port"));
        var mark = OwnershipMark.Read(new Row(mirror.Row).GetStringMap("external_ids"))!;
        Assert.Equal(("ids", "0123456789ab", _now + _lease), (mark.Mirror, mark.Session, mark.Lease!.Value));
        Assert.Null(mark.Owner);
        var bridge = Assert.IsType<Operation.Mutate>(operations[3]);
        Assert.All(bridge.Mutations, m => Assert.Equal("insert", m.Mutator));
        Assert.Equal(["ports", "mirrors"], bridge.Mutations.Select(m => m.Column));
    }

    [Theory]
    [InlineData(MirrorDirection.In, 0, 2)]
    [InlineData(MirrorDirection.Out, 2, 0)]
    public void Direction_to_the_vm_is_the_destination_out_is_the_source(MirrorDirection direction, int from, int to)
    {
        var row = new Row(Assert.IsType<Operation.Insert>(Plan(_mirror with { Direction = direction }, Facts())[2]).Row);
        Assert.Equal((from, to), (row.GetUuids("select_src_port").Count, row.GetUuids("select_dst_port").Count));
    }

    [Fact]
    public void Mirror_that_stands_as_wanted_needs_nothing() => Assert.Empty(Plan(_mirror, Made(_mirror, _now + _lease)));

    [Fact]
    public void Lease_is_renewed_in_time_by_its_own_key_alone()
    {
        Assert.Empty(Plan(_mirror, Made(_mirror, _now + _lease * 0.9)));
        var renewal = Assert.IsType<Operation.Mutate>(Plan(_mirror, Made(_mirror, _now + _lease * 0.5))[0]);
        Assert.Equal(("Mirror", "external_ids", "delete"), (renewal.Table, renewal.Mutations[0].Column, renewal.Mutations[0].Mutator));
        Assert.Equal("2026-11-22T10:02:00Z", new Row(new Dictionary<string, OvsdbValue> { ["x"] = renewal.Mutations[1].Value })
            .GetStringMap("x")[OwnershipMark.LeaseKey]);
    }

    [Fact]
    public void Lease_never_goes_beyond_the_end()
    {
        var ending = _mirror with { Until = _now.AddSeconds(30) };
        Assert.Equal(_now.AddSeconds(30), ending.MarkAt(_now, _lease).Lease);
        Assert.Empty(Plan(ending, Made(ending, _now.AddSeconds(30))));
    }

    [Fact]
    public void Port_made_anew_is_selected_by_its_iface_id_whatever_its_name()
    {
        var facts = Made(_mirror, _now + _lease, selected: [_gre]);
        var bridge = facts.Bridges[0];
        facts = facts with
        {
            Bridges = [bridge with { Ports = [.. bridge.Ports.Select(p => p.Uuid == _qvo ? p with { Name = "qvonew", Uuid = Id(99) } : p)] }],
        };
        var update = Assert.IsType<Operation.Update>(Plan(_mirror, facts)[0]);
        Assert.Equal(["select_dst_port", "select_src_port"], update.Row.Keys.Order());
        Assert.Equal([Id(99), _gre], new Row(update.Row).GetUuids("select_src_port"));
    }

    [Fact]
    public void Port_of_the_old_name_with_another_iface_id_is_not_taken()
    {
        var facts = Facts();
        var bridge = facts.Bridges[0];
        facts = facts with
        {
            Bridges = [bridge with { Ports = [.. bridge.Ports.Select(p => p.Uuid == _qvo ? Port(11, p.Name, ("iface-id", "other")) : p)] }],
        };
        var match = LastingMatch.Of(_mirror with { Sources = [_mirror.Sources[0]] }, facts);
        Assert.Empty(match.Ports);
        Assert.Contains("the VM is off, or is elsewhere", match.Waits, StringComparison.Ordinal);
    }

    [Fact]
    public void What_somebody_changed_is_put_right()
    {
        var facts = Made(_mirror, _now + _lease);
        var bridge = facts.Bridges[0];
        facts = facts with
        {
            Bridges = [bridge with { Mirrors = [bridge.Mirrors[0] with { SelectAll = true, OutputPort = null, SelectVlans = [7], SnapLength = 64 }] }],
        };
        var update = Assert.IsType<Operation.Update>(Plan(_mirror, facts)[0]);
        Assert.Equal(["output_port", "select_all", "select_vlan", "snaplen"], update.Row.Keys.Order());
        Assert.Equal(Id(20), new Row(update.Row).GetUuid("output_port"));
    }

    [Fact]
    public void Output_port_that_was_taken_away_is_made_anew_and_named_in_the_row()
    {
        var facts = Made(_mirror, _now + _lease);
        var bridge = facts.Bridges[0];
        facts = facts with
        {
            Bridges = [bridge with { Ports = [.. bridge.Ports.Where(p => p.Uuid != Id(20))], Mirrors = [bridge.Mirrors[0] with { OutputPort = null }] }],
        };
        var operations = Plan(_mirror, facts);
        Assert.Equal(["Interface", "Port"], operations.OfType<Operation.Insert>().Select(i => i.Table));
        Assert.Equal(new OvsdbValue.NamedUuid("port"), Assert.Single(operations.OfType<Operation.Update>()).Row["output_port"]);
        Assert.Equal("ports", Assert.Single(operations.OfType<Operation.Mutate>().Single(m => m.Table == "Bridge").Mutations).Column);
    }

    [Fact]
    public void Erspan_options_are_spelt_as_ovs_reads_them()
    {
        var tunnel = new MirrorOutput.Tunnel { Port = "t", Remote = IPAddress.Parse("10.0.0.9"), Key = 102, ErspanVersion = 1, ErspanIndex = 258 };
        Assert.Equal("df_default=false erspan_idx=102 erspan_ver=1 key=102 remote_ip=10.0.0.9", Options(tunnel));
        Assert.Equal("df_default=false erspan_dir=1 erspan_hwid=1f erspan_ver=2 key=102 local_ip=10.0.0.1 remote_ip=10.0.0.9", Options(tunnel with
        {
            ErspanVersion = 2,
            ErspanIndex = null,
            ErspanDirection = 1,
            ErspanHardwareId = 31,
            Local = IPAddress.Parse("10.0.0.1"),
        }));
        Assert.Equal("df_default=false remote_ip=10.0.0.9", Options(tunnel with { ErspanVersion = null, ErspanIndex = null, Key = null }));

        static string Options(MirrorOutput.Tunnel tunnel)
        {
            var insert = Plan(_mirror with { Output = tunnel }, Facts()).OfType<Operation.Insert>().First(i => i.Table == "Interface");
            Assert.Equal(tunnel.Type, new Row(insert.Row).GetString("type"));
            return string.Join(' ', new Row(insert.Row).GetStringMap("options").Select(p => $"{p.Key}={p.Value}"));
        }
    }

    /// <summary>
    /// Which tag does not matter to OVS: it strips all from the copies, and the reserved port joins no VLAN by it.
    /// </summary>
    [Fact]
    public void Copies_without_their_tag_have_an_access_port_with_the_tag_of_what_is_copied()
    {
        Assert.Null(TagOf(_mirror, Facts()));
        Assert.Equal(1, TagOf(_mirror with { Untagged = true }, Facts()));
        Assert.Equal(7, TagOf(_mirror with { Untagged = true }, Facts() with
        {
            Bridges = [.. Facts().Bridges.Select(b => b with
            {
                Ports = [.. b.Ports.Select(p => p.Name == "qvobee51cf7-fb" ? p with { Tag = 7 } : p)],
            })],
        }));

        static long? TagOf(LastingMirror mirror, OvsFacts facts) =>
            new Row(Plan(mirror, facts).OfType<Operation.Insert>().First(i => i.Table == "Port").Row).GetInteger("tag");
    }

    [Fact]
    public void Bridge_that_is_not_there_is_waited_for()
    {
        Assert.Equal("for bridge br-int", LastingMatch.Of(_mirror, Facts() with { Bridges = [] }).Waits);
    }

    [Fact]
    public void All_ports_means_real_ones_of_now_and_none_of_ours()
    {
        var all = _mirror with { AllPorts = true, Sources = [] };
        Assert.Equal(["gre-1", "qvobee51cf7-fb"], LastingMatch.Of(all, Made(all, _now)).Ports.Select(p => p.Name));
        Assert.Equal(["br-int", "gre-1", "qvobee51cf7-fb"],
            LastingMatch.Of(all with { WithLocalPort = true }, Made(all, _now)).Ports.Select(p => p.Name));
    }

    private static IReadOnlyList<Operation> Plan(LastingMirror mirror, OvsFacts facts) =>
        LastingRows.Plan(mirror, LastingMatch.Of(mirror, facts), "", new MacAddress(0x02_00_00_00_00_01), _now, _lease);

    private static OvsFacts Made(LastingMirror mirror, DateTimeOffset lease, Guid[]? selected = null)
    {
        var facts = Facts();
        var ids = (mirror.MarkAt(_now, _lease) with { Lease = lease }).ToExternalIds();
        return facts with
        {
            Bridges = [facts.Bridges[0] with
            {
                Ports = [.. facts.Bridges[0].Ports, new OvsPort
                {
                    Uuid = Id(20), Name = "mir-ids", ExternalIds = ids, Interfaces = [new() { Name = "mir-ids", OfPort = 9 }],
                }],
                Mirrors = [new OvsMirror
                {
                    Uuid = Id(30), Name = mirror.Name, SelectSourcePorts = selected ?? [_gre, _qvo], SelectDestinationPorts = selected ?? [_qvo, _gre],
                    OutputPort = Id(20), ExternalIds = ids,
                }],
            }],
        };
    }

    private static OvsFacts Facts() => new()
    {
        Bridges = [new OvsBridge
        {
            Uuid = Id(1),
            Name = "br-int",
            Ports =
            [
                Port(10, "br-int") with { Interfaces = [new() { Name = "br-int", Type = "internal", OfPort = 65534 }] },
                Port(12, "gre-1"),
                Port(13, "patch-tun") with { Interfaces = [new() { Name = "patch-tun", Type = "patch", OfPort = 3 }] },
                Port(11, "qvobee51cf7-fb", ("iface-id", "bee51cf7-fb12-4c5e-9a77-0123456789ab")),
            ],
        }],
    };

    private static OvsPort Port(int id, string name, params (string Key, string Value)[] ids) => new()
    {
        Uuid = Id(id),
        Name = name,
        Interfaces = [new() { Name = name, OfPort = id, ExternalIds = ids.ToDictionary(p => p.Key, p => p.Value) }],
    };

    private static Guid Id(int number) => new(number, 0, 0, new byte[8]);
}
