using Plumbline.Iptables;
using Plumbline.Node.Firewalls;
using Plumbline.Node.Sources;
using Plumbline.Testing;

namespace Plumbline.Node.Tests.Sources;

public sealed class PastedFirewallTests
{
    [SkippableFact]
    public void The_second_article_as_it_stands_is_a_firewall()
    {
        var text = File.ReadAllText(SharedFiles.Require("seeds/004_80fcc15f90f8bbdf.txt"));
        var own = NodeFirewall.Read(OfflineNode.ReadText(text, "article")).Own;
        Assert.True(own.IsKnown);
        Assert.Empty(own.Errors);
        Assert.Equal(3, own.Rulesets.Count);
        // the last state, with both rules added
        Assert.Equal(8, own.IPv4!.Find("filter")!.Find("neutron-openvswi-oc0a350e0-4")!.Rules.Count);
        Assert.Equal(5, own.IPv4.Find("filter")!.Find("neutron-openvswi-ic0a350e0-4")!.Rules.Count);
        Assert.Null(own.IPv6);
        Assert.Null(own.IsBridgeFiltered(IPFamily.IPv4));
    }

    [SkippableFact]
    public void A_recorded_nodes_saved_tables_go_before_its_listings()
    {
        var firewall = NodeFirewall.Read(OfflineNode.Read(SharedFiles.Require("cases/neutron-node/states/sg-rules/cmp1")));
        Assert.Equal(RulesetForm.Save, firewall.Own.IPv4!.Form);
        Assert.All(firewall.Own.Rulesets, r => Assert.Equal(RulesetForm.Save, r.Ruleset.Form));
        Assert.True(firewall.Own.IsBridgeFiltered(IPFamily.IPv4));
        Assert.True(firewall.Own.AreSetsKnown);
        Assert.NotEmpty(firewall.Own.Sets);
        Assert.Empty(firewall.Own.Errors);
    }

    [Theory]
    [InlineData("rules", "-A INPUT -s 2400:cb00::/32 -j DROP", true)]
    [InlineData("rules.v6", "-A INPUT -s 192.0.2.0/24 -j DROP", false)] // its rules go before its name
    [InlineData("rules.v6", "-A INPUT -i lo -j ACCEPT", true)]
    [InlineData("etc_ip6tables", "-A INPUT -i lo -j ACCEPT", true)]
    [InlineData("rules", "-A INPUT -i lo -j ACCEPT", false)]
    [InlineData("rules", "-A INPUT -p ipv6-icmp -j ACCEPT", true)]
    public void A_table_without_a_heading_is_known_by_its_addresses(string where, string rule, bool ipv6)
    {
        var own = NodeFirewall.Read(OfflineNode.ReadText($"*filter\n:INPUT ACCEPT [0:0]\n{rule}\nCOMMIT\n", where)).Own;
        Assert.Empty(own.Errors);
        Assert.Equal(ipv6, own.IPv6 is not null);
        Assert.Equal(!ipv6, own.IPv4 is not null);
    }

    [Fact]
    public void A_table_that_tells_nothing_is_of_the_family_of_the_others()
    {
        var own = NodeFirewall.Read(OfflineNode.ReadText(
            "*nat\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -d fd77::1/128 -j DROP\nCOMMIT\n", "text")).Own;
        Assert.Null(own.IPv4);
        Assert.Equal(["nat", "filter"], own.IPv6!.Tables.Select(t => t.Name));
    }

    [Fact]
    public void Listings_at_prompts_and_dash_S_are_kept_by_table_and_namespace()
    {
        var firewall = NodeFirewall.Read(OfflineNode.ReadText(
            """
            [root@node1 ~]# iptables -t nat -S
            -P PREROUTING ACCEPT
            -A PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8080
            [root@node1 ~]# ip netns exec qdhcp-1 iptables -L -nv
            Chain INPUT (policy DROP 3 packets, 180 bytes)
             pkts bytes target     prot opt in     out     source               destination
                1    60 ACCEPT     6    --  *      *       0.0.0.0/0            0.0.0.0/0            tcp dpt:22
            [root@node1 ~]# ipset list
            Name: a
            Type: hash:net
            Header: family inet hashsize 1024 maxelem 65536
            Members:
            10.0.0.0/8

            """,
            "session"));
        Assert.Equal("nat", Assert.Single(firewall.Own.IPv4!.Tables).Name);
        Assert.Equal("a", Assert.Single(firewall.Own.Sets).Name);
        Assert.Equal(Verdict.Drop, firewall.Find("qdhcp-1")!.IPv4!.Find("filter")!.Find("INPUT")!.Policy);
    }
}
