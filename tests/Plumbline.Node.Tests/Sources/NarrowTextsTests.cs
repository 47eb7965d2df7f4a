using Plumbline.Node.Facts;
using Plumbline.Node.Sources;

namespace Plumbline.Node.Tests.Sources;

/// <summary>What a narrow reading takes out of whole listings.</summary>
public sealed class NarrowTextsTests
{
    private const string Listing =
        " 1(patch-tun): addr:aa:00:00:00:00:01\n     config:     0\n     state:      0\n     speed: 0 Mbps now, 0 Mbps max\n"
        + " 5(qvo11111111-11): addr:aa:00:00:00:00:05\n     config:     0\n     state:      0\n"
        + " 7(qvo22222222-22): addr:aa:00:00:00:00:07\n     config:     PORT_DOWN\n     state:      LINK_DOWN\n"
        + " LOCAL(br-int): addr:aa:00:00:00:00:00\n     config:     PORT_DOWN\n";

    private const string Sets =
        "create NIPv4a hash:net family inet\nadd NIPv4a 10.0.0.1\ncreate NIPv4b hash:net family inet\nadd NIPv4b 10.0.0.2\nadd NIPv4a 10.0.0.3\n";

    [Fact]
    public void Ports_of_other_VMs_are_told_with_their_numbers_and_what_is_no_VMs_is_kept()
    {
        var ports = new SwitchPorts(Listing);

        var others = ports.Others("br-int", new HashSet<string> { "qvo11111111-11" }, new Dictionary<string, int> { ["qvo22222222-22"] = 3 });

        Assert.Equal([new OmittedPort("br-int", "qvo22222222-22", 7, 3)], others);
        Assert.Equal(["patch-tun", "qvo11111111-11", "qvo22222222-22", "br-int"], ports.Names);
        Assert.Equal("qvo11111111-11", ports.NameOf(5));
        Assert.Null(ports.NameOf(6));
    }

    [Fact]
    public void A_port_is_left_out_with_all_lines_that_tell_of_it()
    {
        var kept = new SwitchPorts(Listing).Without(new HashSet<string> { "qvo22222222-22" });

        Assert.Equal(Listing.Replace(" 7(qvo22222222-22): addr:aa:00:00:00:00:07\n     config:     PORT_DOWN\n     state:      LINK_DOWN\n", "", StringComparison.Ordinal), kept);
    }

    [Fact]
    public void Who_may_send_ARP_from_an_address_is_found_by_number_and_by_name_and_a_subnet_is_no_address()
    {
        var switching = new SwitchingFacts
        {
            Bridges =
            [
                new()
                {
                    Bridge = "br-int",
                    Flows = " cookie=0x1, table=24, priority=2,arp,in_port=5,arp_spa=10.0.0.1 actions=resubmit(,25)\n"
                        + " cookie=0x1, table=24, priority=2,arp,in_port=\"qvo22222222-22\",arp_spa=10.0.0.1 actions=resubmit(,25)\n"
                        + " cookie=0x1, table=24, priority=2,arp,in_port=9,arp_spa=10.0.0.10 actions=resubmit(,25)\n"
                        + " cookie=0x1, table=24, priority=2,arp,in_port=7,arp_spa=10.0.0.0/24 actions=resubmit(,25)\n"
                        + " cookie=0x1, table=24, priority=1,arp,arp_spa=10.0.0.77 actions=drop\n",
                },
            ],
        };

        var spoof = new SpoofFlows(switching, new Dictionary<string, SwitchPorts> { ["br-int"] = new(Listing) });

        Assert.True(spoof.AreTold);
        Assert.Equal(["qvo11111111-11", "qvo22222222-22"], spoof.PortsOf("10.0.0.1"));
        Assert.Equal([null], spoof.PortsOf("10.0.0.10"));
        Assert.Empty(spoof.PortsOf("10.0.0.77"));
        Assert.Equal(["10.0.0.1", "10.0.0.0/24"], spoof.AddressesOf("qvo22222222-22"));
    }

    [Theory]
    [InlineData("-A a -m set --match-set NIPv4b src -j RETURN\n", "create NIPv4b hash:net family inet\nadd NIPv4b 10.0.0.2\n")]
    [InlineData("-A a -j DROP\n", "")]
    public void Only_sets_that_the_rules_name_are_kept(string rules, string expected)
    {
        var text = UsedSets.Of(new("", "ipset save", Sets), [new("", "iptables-save", rules) { Devices = ["tap1"] }]);

        Assert.Equal(expected, text.Text);
    }

    [Fact]
    public void All_sets_are_kept_where_all_rules_are_or_where_sets_have_sets()
    {
        var sets = new FirewallText("", "ipset save", Sets);
        var nested = sets with { Text = Sets + "create both list:set size 8\nadd both NIPv4a\n" };

        Assert.Same(sets, UsedSets.Of(sets, [new("", "iptables-save", "-A a -j DROP\n")]));
        Assert.Same(nested, UsedSets.Of(nested, [new("", "iptables-save", "--match-set both src") { Devices = [] }]));
    }
}
