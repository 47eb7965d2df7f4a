using Plumbline.Diagnosis.Timings;
using Plumbline.Packets.Pcapng;
using Plumbline.Packets.Timing;

namespace Plumbline.Diagnosis.Tests.Timings;

public sealed class LossCausesTests
{
    private const string Port = "bee51cf7-fb5e-4c2b-9d0a-6f1e3c8a7b01";

    private static HopNote Hop(string kind, string? device = null, string? space = null, string? bridge = null) => new()
    {
        Number = 1,
        Kind = kind,
        Device = device,
        Namespace = space,
        Bridge = bridge,
        Port = kind is "tap" or "qvb" or "qvo" ? Port : null,
    };

    [Theory]
    [InlineData("neutron-openvswi-obee51cf7-f", "tap", "qvb", true)]
    [InlineData("neutron-openvswi-obee51cf7-f", "qvb", "tap", false)] // egress rules, ingress packets
    [InlineData("neutron-openvswi-ibee51cf7-f", "qvb", "tap", true)]
    [InlineData("neutron-openvswi-o11111111-1", "tap", "qvb", false)] // another port's
    [InlineData("neutron-openvswi-sg-fallback", "tap", "qvb", true)]
    [InlineData("FORWARD", "tap", "qvb", true)]
    [InlineData("FORWARD", "qvb", "qvo", false)]
    [InlineData("INPUT", "tap", "qvb", false)]
    [InlineData("OUTPUT", "tunnel", "nic", true)]
    public void A_rule_stands_where_its_chain_is_asked(string chain, string from, string to, bool between) =>
        Assert.Equal(between, LossCauses.IsBetween(new() { Chain = chain }, Hop(from), Hop(to)));

    [Theory]
    [InlineData("br-int", "qvo", "tunnel", true)]
    [InlineData("br-tun", "qvo", "tunnel", true)]
    [InlineData("br-tun", "qvo", "qvo", false)]
    [InlineData("br-int", "qvo", "qvo", true)]
    [InlineData("br-int", "tap", "qvb", false)]
    [InlineData("br-int", "qvb", "qvo", false)]
    [InlineData("br-phy", "tunnel", "nic", true)]
    [InlineData("br-phy", "qvo", "tunnel", false)]
    public void A_flow_stands_where_its_bridge_is_passed(string bridge, string from, string to, bool between) =>
        Assert.Equal(between, LossCauses.IsBetween(new() { Bridge = bridge }, Hop(from), from == to ? Hop(to) with { Port = "other" } : Hop(to)));

    [Fact]
    public void A_router_s_rules_and_a_device_s_drops_stand_beside_it()
    {
        var (inside, outside) = (Hop("router", "qr-1", "qrouter-a"), Hop("router", "qg-1", "qrouter-a"));
        Assert.True(LossCauses.IsBetween(new() { Namespace = "qrouter-a", Chain = "FORWARD" }, inside, outside));
        Assert.False(LossCauses.IsBetween(new() { Namespace = "qrouter-b", Chain = "FORWARD" }, inside, outside));
        Assert.True(LossCauses.IsBetween(new() { Namespace = "qrouter-a", Device = "qg-1" }, inside, outside));
        Assert.False(LossCauses.IsBetween(new() { Device = "qvo2" }, Hop("qvb", "qvb1"), Hop("qvo", "qvo1")));
        Assert.True(LossCauses.IsBetween(new() { Bridge = "br-int", Device = "qvo1" }, Hop("qvb", "qvb1"), Hop("qvo", "qvo1")));
    }

    [Fact]
    public void Of_the_counters_between_two_hops_the_nearest_number_comes_first_and_what_only_passes_is_left_out()
    {
        var report = new LatencyReport
        {
            Hops =
            [
                new() { Index = 0, Name = "tap", Packets = 100, Note = Hop("tap") },
                new() { Index = 1, Name = "qvb", Packets = 75, Note = Hop("qvb") },
            ],
            Ways =
            [
                new()
                {
                    Hops = [0, 1],
                    Flows = 1,
                    Packets = 100,
                    Example = default,
                    ExampleAtEnd = default,
                    Legs = [new() { From = 0, To = 1, Left = 100, Lost = 25 }],
                    Whole = new() { From = 0, To = 1, Left = 100, Lost = 25 },
                },
            ],
            Vanished = [],
            Doubts = [],
            Packets = 175,
            Recognised = 75,
        };
        var site = new CounterSite { Chain = "neutron-openvswi-obee51cf7-f" };
        var loss = Assert.Single(LossCauses.Of(report,
        [
            new("iptables filter", "far", 900, true) { Site = site },
            new("iptables filter", "passes", 25, false) { Site = site },
            new("iptables filter", "near", 25, true) { Site = site },
            new("br-int table 0", "elsewhere", 25, true) { Site = new() { Bridge = "br-int" } },
        ]));
        Assert.Equal((0, 1, 25L), (loss.From, loss.To, loss.Lost));
        Assert.Equal(["near", "far"], loss.Causes.Select(c => c.What));
    }
}
