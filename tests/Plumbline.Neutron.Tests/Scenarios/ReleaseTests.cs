using System.Text;
using Plumbline.Neutron.Scenarios;
using Plumbline.Neutron.SecurityGroups;

namespace Plumbline.Neutron.Tests.Scenarios;

/// <summary>What is known of releases other than Zed, sentence by sentence: there is no code of theirs to be compared with.</summary>
public sealed class ReleaseTests
{
    private const string Scenario = """
        {"ports": [
          {"device": "e4d90f15-0c3b-49f8-b6aa-1234567890ab", "mac_address": "fa:16:3e:00:00:05", "fixed_ips": ["10.0.0.15", "2001:db8::15"],
           "security_groups": ["5d2a3c61-9be4-4d0e-8f7a-61c5b0a9d8e7"], "network_id": "n", "dhcp_servers": ["10.0.0.2", "2001:db8::2"],
           "routers": ["fe80::1"], "allowed_address_pairs": [{"ip_address": "10.0.0.100"}]},
          {"device": "7f6c1c2e-4b1a-4c7e-9d53-0a1b2c3d4e5f", "mac_address": "fa:16:3e:00:00:01", "fixed_ips": ["10.0.0.11"],
           "security_groups": ["5d2a3c61-9be4-4d0e-8f7a-61c5b0a9d8e7"], "network_id": "n"},
          {"device": "1be2a9d0-77c3-4f02-8e11-5c6d7e8f9a0b", "mac_address": "fa:16:3e:00:00:02", "fixed_ips": ["10.0.0.12"],
           "security_groups": [], "network_id": "n", "device_owner": "network:dhcp"}],
         "security_groups": {"5d2a3c61-9be4-4d0e-8f7a-61c5b0a9d8e7": {"stateful": false, "rules": [
          {"direction": "ingress", "protocol": "ipip"},
          {"direction": "ingress", "remote_group_id": "3e7d5b91-aaaa-4bbb-8ccc-ddddeeeeffff"},
          {"direction": "ingress", "remote_group_id": "91c0d3e7-1111-4222-8333-444455556666"},
          {"direction": "ingress", "protocol": "udp", "remote_address_group_id": "0f1e2d3c-4b5a-4978-8697-a6b5c4d3e2f1"},
          {"direction": "egress"}, {"direction": "egress", "ethertype": "IPv6"}]}},
         "sg_members": {"3e7d5b91-aaaa-4bbb-8ccc-ddddeeeeffff": {"IPv4": ["10.0.0.21"], "IPv6": []},
          "91c0d3e7-1111-4222-8333-444455556666": {"IPv4": [], "IPv6": []},
          "0f1e2d3c-4b5a-4978-8697-a6b5c4d3e2f1": {"IPv4": ["198.51.100.0/24"], "IPv6": []}},
         "steps": [{"op": "set_rules", "security_group": "5d2a3c61-9be4-4d0e-8f7a-61c5b0a9d8e7", "rules": [{"direction": "egress"}]}]}
        """;

    private const string Ingress = "neutron-openvswi-ie4d90f15-0 ";
    private const string Egress = "neutron-openvswi-oe4d90f15-0 ";
    private const string Known = "RELATED,ESTABLISHED";
    private const string Invalid = "INVALID";

    [Theory]
    [InlineData("juno", "IPv43e7d5b91-aaaa-4bbb-8ccc-d src", "-m comment --comment \"Drop packets that are not associated with a state.\" -j DROP")]
    [InlineData("kilo", "NETIPv43e7d5b91-aaaa-4bbb-8 src", "-s 10.0.0.2/32 -p udp -m udp --sport 67 --dport 68 -j RETURN")]
    [InlineData("liberty", "NIPv43e7d5b91-aaaa-4bbb-8ccc- src", "-m physdev --physdev-in tape4d90f15-0c -j CT --zone 1")]
    [InlineData("mitaka", "-m udp --sport 68 -m udp --dport 67")]
    [InlineData("newton", "-s 0.0.0.0/32 -d 255.255.255.255/32 -p udp -m udp --sport 68 --dport 67", "*mangle")]
    [InlineData("pike", "-d 10.0.0.15/32 -p udp -m udp --sport 67 --dport 68 -j RETURN", "-i qvbe4d90f15-0c -m comment --comment \"Set zone for e4d90f15-")]
    [InlineData("queens", "-j CT --zone 4097")]
    [InlineData("rocky", "--physdev-out tap1be2a9d0-77 --physdev-is-bridged -m comment --comment \"Accept all packets when port is trusted.\" -j ACCEPT")]
    [InlineData("ussuri", "stateless\" -j CT --notrack")]
    [InlineData("2024.1", "*nat", "-m physdev --physdev-in tap1be2a9d0-77 -m comment --comment \"Accept all packets when port is trusted.\" -j ACCEPT",
        "-p udp -m set --match-set NIPv40f1e2d3c-4b5a-4978-8697- src -j RETURN")]
    public void A_release_writes_what_it_began(string release, params string[] lines)
    {
        var restored = Play(release)["00-restore.v4"];
        Assert.All(lines, line => Assert.Contains(line, restored, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("kilo", "*raw")]                                                 // no zones
    [InlineData("kilo", "NETIPv491c0d3e7")]                                      // an empty group has no set, and so no rule
    [InlineData("liberty", "Set zone for")]
    [InlineData("ocata", "*nat", "*mangle")]
    [InlineData("ocata", "-i qvbe4d90f15-0c")]                                   // two raw rules a port, without comments
    [InlineData("pike", "-s 10.0.0.2/32 -p udp")]                                // by destination, no more by server
    [InlineData("pike", "--zone 4097")]
    [InlineData("queens", "tap1be2a9d0-77")]                                     // trusted ports come with Rocky
    [InlineData("train", "--notrack")]
    [InlineData("zed", "NIPv40f1e2d3c", "*nat")]                                 // the group of addresses is passed over: it admits all
    public void A_release_does_not_write_what_a_later_one_began_or_it_left_off(string release, params string[] lines)
    {
        var restored = Play(release)["00-restore.v4"];
        Assert.All(lines, line => Assert.DoesNotContain(line, restored, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("juno", "130 131 132 135 136")]
    [InlineData("kilo", "130 131 132 135 136")]
    [InlineData("mitaka", "130 131 132 135 136")]
    [InlineData("newton", "130 134 135 136")]
    [InlineData("ocata", "130 134 135 136")]
    [InlineData("pike", "130 135 136")]
    [InlineData("zed", "130 135 136")]
    public void ICMPv6_to_the_instance_is_what_the_release_admits(string release, string types)
    {
        var before = Rules(release, "v6", Ingress).TakeWhile(r => !r.Contains("-m state", StringComparison.Ordinal));
        Assert.Equal(types.Split(' '), before.Select(r => r.Split("--icmpv6-type ")[1].Split(' ')[0]));
    }

    [Theory]
    [InlineData("kilo", true)]
    [InlineData("liberty", false)]
    [InlineData("zed", false)]
    public void Invalid_packets_are_dropped_before_known_ones_return_until_Kilo_and_behind_the_groups_rules_since(string release, bool first)
    {
        foreach (var chain in new[] { Ingress, Egress })
        {
            var rules = Rules(release, "v4", chain);
            var (invalid, known) = (rules.FindIndex(r => r.Contains(Invalid, StringComparison.Ordinal)), rules.FindIndex(r => r.Contains(Known, StringComparison.Ordinal)));
            Assert.Equal(first ? known - 1 : rules.Count - 2, invalid);
        }
    }

    [Fact]
    public void Router_advertisements_of_the_VM_are_dropped_since_Liberty_and_spoofed_ones_before_it_since_Newton()
    {
        Assert.DoesNotContain(Rules("kilo", "v6", Egress), r => r.Contains("--icmpv6-type 134", StringComparison.Ordinal));
        Assert.Contains("--icmpv6-type 134", Rules("liberty", "v6", Egress)[0], StringComparison.Ordinal);
        Assert.True(Place("mitaka") > 2, "ICMPv6 and DHCP stand before the spoof filter");
        Assert.Equal(3, Place("newton"));
        Assert.Contains(Rules("newton", "v6", "neutron-openvswi-se4d90f15-0 "), r => r.Contains("-s fe80::f816:3eff:fe00:5/128", StringComparison.Ordinal));
        Assert.DoesNotContain(Rules("mitaka", "v6", "neutron-openvswi-se4d90f15-0 "), r => r.Contains("fe80::", StringComparison.Ordinal));
        Assert.Contains(Rules("ocata", "v6", Ingress), r => r.StartsWith("-s fe80::1/128 -p ipv6-icmp -m icmp6 --icmpv6-type 134 ", StringComparison.Ordinal));

        static int Place(string release) =>
            Rules(release, "v6", Egress).FindIndex(r => r.EndsWith("-j neutron-openvswi-se4d90f15-0", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("juno", 0)]
    [InlineData("kilo", 0)]
    [InlineData("liberty", 2)]
    [InlineData("zed", 2)]
    public void Connections_of_a_withdrawn_rule_are_forgotten_since_Liberty(string release, int least)
    {
        var deletions = Play(release)["commands.json"].Split("\"conntrack\"").Length - 1;
        Assert.True(least == 0 ? deletions == 0 : deletions >= least, $"{deletions}");
    }

    [Fact]
    public void Connections_of_allowed_addresses_are_forgotten_since_2026_1()
    {
        Assert.DoesNotContain("10.0.0.100", Play("2024.1")["commands.json"], StringComparison.Ordinal);
        Assert.Contains("10.0.0.100", Play("2026.1")["commands.json"], StringComparison.Ordinal);
    }

    [Fact]
    public void Ports_are_sorted_and_differences_restored_since_Mitaka()
    {
        Assert.Contains("-A neutron-openvswi-sg-chain -m physdev --physdev-out tape4d90f15-0c", FirstOfGroups("liberty"), StringComparison.Ordinal);
        Assert.Contains("-I neutron-openvswi-sg-chain 1 -m physdev --physdev-out tap7f6c1c2e-4b", FirstOfGroups("mitaka"), StringComparison.Ordinal);

        static string FirstOfGroups(string release) => Play(release)["00-restore.v4"].Split('\n')
            .First(l => l.Contains(" neutron-openvswi-sg-chain ", StringComparison.Ordinal) && l[0] == '-' && l.Contains("physdev", StringComparison.Ordinal));
    }

    /// <summary>The rules of a chain as the first phase restores them.</summary>
    private static List<string> Rules(string release, string family, string chain) =>
    [
        .. Play(release)["00-restore." + family].Split('\n')
            .Where(l => l.StartsWith("-A " + chain, StringComparison.Ordinal) || l.StartsWith("-I " + chain, StringComparison.Ordinal))
            .Select(l => l[(3 + chain.Length)..].TrimStart("0123456789 ".ToCharArray())),
    ];

    private static Dictionary<string, string> Play(string release)
    {
        Assert.True(NeutronReleases.TryParse(release, out var known));
        return ScenarioRun.Play(ScenarioReader.Read(Encoding.UTF8.GetBytes(Scenario), release, known))
            .ToDictionary(f => f.Name, f => Encoding.UTF8.GetString(f.Content));
    }
}
