using Plumbline.Linux.Netlink;
using Plumbline.Operations.Plugging;
using Plumbline.Primitives;

namespace Plumbline.Operations.Tests.Plugging;

public sealed class PlugPlanTests
{
    private const string PortId = "7f6c1c2e-4b1a-4c7e-9d53-0a1b2c3d4e5f";
    private const string Qbr = "qbr7f6c1c2e-4b";
    private const string Qvb = "qvb7f6c1c2e-4b";
    private const string Qvo = "qvo7f6c1c2e-4b";
    private const string Tap = "tap7f6c1c2e-4b";

    private static readonly PlugOptions _options = new() { PortId = PortId, Address = MacAddress.Parse("fa:16:3e:00:00:01") };

    [Fact]
    public void A_fresh_port_is_plugged_in_os_vifs_order() => Assert.Equal(
    [
        $"create bridge {Qbr} (no STP, forward delay 0, nothing learned, no multicast snooping)",
        $"set net/ipv6/conf/{Qbr}/disable_ipv6 = 1".Replace('/', '.'),
        $"set net/ipv4/conf/{Qbr}/arp_ignore = 1".Replace('/', '.'),
        $"set net/ipv4/conf/{Qbr}/arp_announce = 2".Replace('/', '.'),
        $"set {Qbr} up",
        $"create veth pair {Qvb} - {Qvo}, MTU 1500",
        $"set {Qvb} up",
        $"set {Qvo} up",
        $"put {Qvb} into {Qbr}",
        $"add port {Qvo} to br-int (attached-mac=fa:16:3e:00:00:01, iface-id={PortId}, iface-status=active)",
    ], Plug(Facts()));

    [Fact]
    public void Every_step_that_makes_or_changes_something_can_be_taken_back() => Assert.All(
        PlugPlan.Plug(Facts(Link(9, Tap, kind: "tun")), _options),
        s => Assert.True(s.Undo is not null || s is PlugStep.SetSysctl { Old: null } or PlugStep.SetState { WasUp: null }, s.ToString()));

    [Fact]
    public void A_whole_chain_needs_nothing() => Assert.Empty(Plug(Whole()));

    [Fact]
    public void A_tap_that_exists_is_put_into_the_qbr_with_the_chains_MTU() => Assert.Equal(
        [$"set MTU of {Tap} from 1500 to 1450", $"put {Tap} into {Qbr}", $"set {Tap} up"],
        Plug(Whole(1450) with { Links = [.. Whole(1450).Links, Link(9, Tap, kind: "tun", up: false)] }));

    [Fact]
    public void Without_an_MTU_a_new_port_takes_that_of_its_network()
    {
        var facts = Facts(Link(8, "qvo11111111-11", mtu: 1450)) with
        {
            Ports = [Port("qvo11111111-11") with { Tag = 3, OtherConfig = Network("net-a", 3) }],
        };
        Assert.Contains($"create veth pair {Qvb} - {Qvo}, MTU 1450", Plug(facts, _options with { NetworkId = "net-a" }));
    }

    [Fact]
    public void A_network_that_is_here_gives_its_local_VLAN_and_what_is_told_of_it()
    {
        var facts = Facts() with
        {
            Ports = [Port("qvo11111111-11") with { Tag = 3, OtherConfig = Network("net-a", 3) }],
        };
        var step = Assert.Single(PlugPlan.Plug(facts, _options with { NetworkId = "net-a" }).OfType<PlugStep.AddPortRow>());
        Assert.Equal((3, false), (step.Tag, step.TagMustBeFree));
        Assert.Equal(Network("net-a", 3), step.OtherConfig);
    }

    [Fact]
    public void A_network_that_is_new_here_gets_the_lowest_free_VLAN_which_must_still_be_free_when_written()
    {
        var facts = Facts() with
        {
            Ports = [Port("a") with { Tag = 1 }, Port("b") with { Tag = 3 }, Port("c") with { Tag = 4095 }],
        };
        var step = Assert.Single(PlugPlan.Plug(facts, _options with { NetworkId = "net-b" }).OfType<PlugStep.AddPortRow>());
        Assert.Equal((2, true), (step.Tag, step.TagMustBeFree));
        Assert.Equal("net-b", step.OtherConfig["net_uuid"]);
    }

    [Fact]
    public void Another_networks_VLAN_is_refused()
    {
        var facts = Facts() with { Ports = [Port("a") with { Tag = 3, OtherConfig = Network("net-a", 3) }] };
        Assert.Equal(ExitStatus.Refused, Refused(facts, _options with { NetworkId = "net-b", Tag = 3 }).Status);
        Assert.Equal(ExitStatus.Refused, Refused(facts, _options with { NetworkId = "net-a", Tag = 4 }).Status);
    }

    [Theory]
    [InlineData("wrong bridge")]
    [InlineData("another's port")]
    [InlineData("internal")]
    [InlineData("tap in br-int")]
    [InlineData("iface-id elsewhere")]
    public void What_is_plugged_another_way_is_refused(string how)
    {
        var port = how switch
        {
            "wrong bridge" => Port(Qvo) with { Bridge = "br-other" },
            "another's port" => Port(Qvo) with { ExternalIds = new Dictionary<string, string> { ["iface-id"] = PortId[..^1] + "0" } },
            "internal" => Port(Qvo) with { Type = "internal" },
            "tap in br-int" => Port(Tap),
            _ => Port("vhu") with { ExternalIds = new Dictionary<string, string> { ["iface-id"] = PortId } },
        };
        Assert.Equal(ExitStatus.Refused, Refused(Facts() with { Ports = [port] }, _options).Status);
    }

    [Fact]
    public void Devices_that_are_not_the_chains_are_refused()
    {
        Assert.Contains("is no bridge", Refused(Facts(Link(2, Qbr, kind: "dummy")), _options).Problem.What, StringComparison.Ordinal);
        Assert.Contains("is no veth", Refused(Facts(Link(2, Qvo, kind: "tun")), _options).Problem.What, StringComparison.Ordinal);
        Assert.Contains("is not its other end",
            Refused(Facts(Link(2, Qvo, peer: 7), Link(3, Qvb, peer: 8)), _options).Problem.What, StringComparison.Ordinal);
        Assert.Equal($"tap {Tap} is in bridge br9 already",
            Refused(Facts(Link(2, "br9", kind: "bridge"), Link(3, Tap, kind: "tun") with { MasterIndex = 2 }), _options).Problem.What);
    }

    [Fact]
    public void A_row_whose_device_is_gone_is_closed_before_the_new_pair_is_made_and_opened_after()
    {
        var whole = Whole();
        var steps = PlugPlan.Plug(whole with { Links = [.. whole.Links.Where(l => l.Name == Qbr)] }, _options);
        Assert.Equal(
        [
            typeof(PlugStep.CloseInterface), typeof(PlugStep.CreateVeth), typeof(PlugStep.SetState), typeof(PlugStep.SetState),
            typeof(PlugStep.SetMaster), typeof(PlugStep.OpenInterface),
        ], steps.Select(s => s.GetType()));
    }

    [Fact]
    public void A_row_that_a_killed_run_left_closed_is_opened()
    {
        var whole = Whole();
        Assert.Equal([$"let ovs-vswitchd open the new {Qvo}"],
            Plug(whole with { Ports = [whole.Ports[0] with { Type = "plumb-closed", OfPort = -1 }] }));
    }

    [Fact]
    public void Unplugging_takes_the_qbr_first_then_the_row_then_the_pair() => Assert.Equal(
        [$"delete {Qbr}", $"set {Qvb} down", $"remove port {Qvo} from br-int", $"delete {Qvo}"],
        PlugPlan.Unplug(Whole(), new() { PortId = PortId }).Select(s => s.ToString()));

    [Fact]
    public void Unplugging_what_is_not_there_takes_no_step() =>
        Assert.Empty(PlugPlan.Unplug(Facts(), new() { PortId = PortId }));

    [Fact]
    public void A_change_is_taken_back_key_by_key()
    {
        var port = Port(Qvo) with { Tag = 4095, ExternalIds = new Dictionary<string, string> { ["attached-mac"] = "old" } };
        var back = new PortRowChange
        {
            WritesTag = true,
            Tag = 1,
            ExternalIds = new Dictionary<string, string?> { ["attached-mac"] = "new", ["vm-uuid"] = "x" },
        }.Inverse(port);
        Assert.Equal((true, 4095), (back.WritesTag, back.Tag));
        Assert.Equal(new Dictionary<string, string?> { ["attached-mac"] = "old", ["vm-uuid"] = null }, back.ExternalIds);
    }

    private static IReadOnlyList<string> Plug(PlugFacts facts, PlugOptions? options = null) =>
        [.. PlugPlan.Plug(facts, options ?? _options).Select(s => s.ToString())];

    private static OperationsException Refused(PlugFacts facts, PlugOptions options) =>
        Assert.Throws<OperationsException>(() => PlugPlan.Plug(facts, options));

    private static PlugFacts Facts(params Link[] links) => new() { Links = links, Bridges = ["br-int", "br-other"], Ports = [] };

    private static PlugFacts Whole(int mtu = 1500) => new()
    {
        Links =
        [
            Link(2, Qbr, kind: "bridge", mtu: mtu) with { Data = PlugPlan.BridgeSettings },
            Link(3, Qvb, mtu: mtu, peer: 4) with { MasterIndex = 2 },
            Link(4, Qvo, mtu: mtu, peer: 3),
        ],
        Sysctls = PlugPlan.SysctlsOf(Qbr).ToDictionary(s => s.Key, s => s.Value),
        Bridges = ["br-int"],
        Ports =
        [
            Port(Qvo) with
            {
                OfPort = 1,
                ExternalIds = new Dictionary<string, string>
                {
                    ["iface-id"] = PortId,
                    ["iface-status"] = "active",
                    ["attached-mac"] = "FA:16:3E:00:00:01",
                    ["foreign"] = "kept",
                },
            },
        ],
    };

    private static Link Link(int index, string name, string kind = "veth", int mtu = 1500, int? peer = null, bool up = true) => new()
    {
        IfIndex = index,
        Name = name,
        Kind = kind,
        Mtu = mtu,
        LinkIndex = peer,
        Flags = up ? LinkFlags.Up | LinkFlags.LowerUp : 0,
    };

    private static PlugPort Port(string name) => new() { Name = name, Bridge = "br-int", Uuid = Guid.NewGuid(), InterfaceUuid = Guid.NewGuid() };

    private static Dictionary<string, string> Network(string id, int tag) => new()
    {
        ["net_uuid"] = id,
        ["network_type"] = "vxlan",
        ["physical_network"] = "None",
        ["segmentation_id"] = "77",
        ["tag"] = tag.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}
