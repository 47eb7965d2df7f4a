using Plumbline.Testing;

namespace Plumbline.Iptables.Tests;

/// <summary>Listings, as printed and as people paste them.</summary>
public sealed class ListTests
{
    private const string Heading = " pkts bytes target     prot opt in     out     source               destination\n";

    [SkippableFact]
    public void The_second_articles_paste_gives_its_chains_though_blanks_are_lost()
    {
        var text = File.ReadAllText(SharedFiles.Require("cases/articles/iptables-list-no-rules.txt"));
        var reading = RulesetParser.ParseList(text);
        Assert.Empty(reading.Errors);
        var table = Assert.Single(Assert.Single(reading.Rulesets).Tables);
        Assert.Equal("filter", table.Name);
        Assert.Equal(
            [2, 2, 2, 4, 1, 7, 2],
            table.Chains.Where(c => c.IsShown).Select(c => c.Rules.Count));
        Assert.Equal(
            "-m physdev --physdev-out tapc0a350e0-43 --physdev-is-bridged -m comment --comment "
                + "\"Direct trafficfrom the VM interface to the security group chain.\" -j neutron-openvswi-sg-chain",
            RulesetRenderer.Save(table.Find("neutron-openvswi-FORWARD")!.Rules[0]));
        Assert.Equal(
            "-s 192.168.1.2/32 -p udp -m udp --sport 67 --dport 68 -j RETURN",
            RulesetRenderer.Save(table.Find("neutron-openvswi-ic0a350e0-4")!.Rules[1]));
        Assert.Equal(new Counters(348_000, 19_000_000, true), table.Find("FORWARD")!.Rules[0].Counters);
        Assert.False(table.Find("neutron-filter-top")!.IsShown);
    }

    [SkippableFact]
    public void The_whole_article_gives_its_three_states()
    {
        var text = File.ReadAllText(SharedFiles.Require("seeds/004_80fcc15f90f8bbdf.txt"));
        var reading = RulesetParser.Recognise(text);
        Assert.Empty(reading.Errors);
        Assert.Equal(3, reading.Rulesets.Count);
        Assert.Equal([7, 8, 8], reading.Rulesets.Select(r => r.Tables[0].Find("neutron-openvswi-oc0a350e0-4")!.Rules.Count));
        Assert.Equal([4, 4, 5], reading.Rulesets.Select(r => r.Tables[0].Find("neutron-openvswi-ic0a350e0-4")!.Rules.Count));
    }

    [SkippableFact]
    public void Listings_and_saved_tables_of_a_recorded_node_are_the_same_rules()
    {
        var folder = SharedFiles.Require("cases/neutron-node/states/sg-rules");
        foreach (var node in Directory.GetDirectories(folder, "c*").SelectMany(n =>
            Directory.Exists(n + "/netns") ? Directory.GetDirectories(n + "/netns").Prepend(n) : [n]))
        {
            var saved = RulesetParser.ParseSave(File.ReadAllText(node + "/iptables-save-c.txt"), IPFamily.IPv4).Rulesets[0];
            foreach (var (file, table) in new[]
                {
                    ("iptables-L-nv.txt", "filter"), ("iptables-L-nv-x-line-numbers.txt", "filter"),
                    ("iptables-t-nat-L-nv.txt", "nat"), ("iptables-t-raw-L-nv.txt", "raw"),
                })
            {
                if (!File.Exists($"{node}/{file}") || saved.Find(table) is not { } wanted)
                {
                    continue;
                }
                var reading = RulesetParser.ParseList(File.ReadAllText($"{node}/{file}"), IPFamily.IPv4);
                Assert.Empty(reading.Errors);
                var listed = Assert.Single(Assert.Single(reading.Rulesets).Tables);
                Assert.Equal(table, listed.Name);
                foreach (var chain in wanted.Chains)
                {
                    Assert.Equal(chain.Rules, listed.Find(chain.Name)!.Rules);
                    Assert.Equal(chain.Policy, listed.Find(chain.Name)!.Policy);
                }
            }
        }
    }

    [Theory]
    [InlineData("0 0 ACCEPT tcp -- eth0 * 0.0.0.0/0 0.0.0.0/0 tcp dpt:22flags: 0x17/0x02", "-i eth0 -p tcp -m tcp --dport 22 --tcp-flags FIN,SYN,RST,ACK SYN -j ACCEPT")]
    [InlineData("348K 19M DROP all -- !eth0 any anywhere !10.0.0.0/8 stateINVALID", "! -d 10.0.0.0/8 ! -i eth0 -m state --state INVALID -j DROP")]
    [InlineData("5 300 RETURN udp -- any any anywhere anywhere udpspt:bootpsdpt:bootpc", "-p udp -m udp --sport 67 --dport 68 -j RETURN")]
    [InlineData("5 300RETURNall -- any any anywhere anywhere", "-j RETURN")]
    [InlineData("0 0 tcp -- * * 0.0.0.0/0 0.0.0.0/0 multiport dports !80,443", "-p tcp -m multiport ! --dports 80,443")]
    [InlineData("0 0 REJECT all -- * * 0.0.0.0/0 0.0.0.0/0 reject-with icmp-host-prohibited", "-j REJECT --reject-with icmp-host-prohibited")]
    [InlineData("0 0 LOG all -- * * 0.0.0.0/0 0.0.0.0/0 limit: avg 3/min burst 3 LOG flags 0 level 4 prefix `a b '", "-m limit --limit 3/min --limit-burst 3 -j LOG --log-prefix \"a b \"")]
    [InlineData("0 0 RETURN icmp -- * * 0.0.0.0/0 0.0.0.0/0 icmptype 8 code 0 ! match-set NIPv4x src,dst", "-p icmp -m icmp --icmp-type 8/0 -m set ! --match-set NIPv4x src,dst -j RETURN")]
    [InlineData("0 0 U all -- * * 0.0.0.0/0 0.0.0.0/0 [goto] PHYSDEVmatch --physdev-intap1--physdev-is-bridged", "-m physdev --physdev-in tap1 --physdev-is-bridged -g U")]
    [InlineData("0 0 MARK all -- * * 0.0.0.0/0 0.0.0.0/0 mark match ! 0x1/0xff MARK and 0xfffcffff", "-m mark ! --mark 0x1/0xff -j MARK --set-xmark 0x0/0x30000")]
    [InlineData("0 0 DNAT 6 -- * * 0.0.0.0/0 1.2.3.4 to:10.0.0.9:80-90 random", "-d 1.2.3.4/32 -p tcp -j DNAT --to-destination 10.0.0.9:80-90 --random")]
    public void A_listed_rule_is_the_rule_it_was(string line, string rule)
    {
        var reading = RulesetParser.ParseList($"Chain INPUT (policy ACCEPT 0 packets, 0 bytes)\n{Heading}{line}\n");
        Assert.Empty(reading.Errors);
        Assert.Equal(rule, RulesetRenderer.Save(Assert.Single(reading.Rulesets[0].Tables[0].Chains[0].Rules)));
    }

    [Fact]
    public void Without_interfaces_the_form_says_so()
    {
        var reading = RulesetParser.ParseList(
            "Chain INPUT (policy DROP)\ntarget     prot opt source               destination\nACCEPT     tcp  --  anywhere   anywhere   tcp dpt:ssh\n");
        Assert.Equal(RulesetForm.ListWithoutInterfaces, reading.Rulesets[0].Form);
        Assert.Equal(Verdict.Drop, reading.Rulesets[0].Tables[0].Chains[0].Policy);
    }

    [Fact]
    public void A_line_broken_before_the_extensions_goes_on()
    {
        var reading = RulesetParser.ParseList(
            $"Chain INPUT (policy ACCEPT 0 packets, 0 bytes)\n{Heading}    0     0 RETURN  all  --  any any anywhere anywhere\n   PHYSDEV match --physdev-in tap1\n");
        Assert.Equal("-m physdev --physdev-in tap1 -j RETURN", RulesetRenderer.Save(reading.Rulesets[0].Tables[0].Chains[0].Rules[0]));
    }

    [Fact]
    public void Commands_at_prompts_name_the_tables()
    {
        var reading = RulesetParser.Recognise(
            $"root@a:~# iptables -L -nv\nChain INPUT (policy ACCEPT 0 packets, 0 bytes)\n{Heading}\nroot@a:~# iptables -t nat -L -nv\n"
            + $"Chain PREROUTING (policy ACCEPT 0 packets, 0 bytes)\n{Heading}\nChain INPUT (policy ACCEPT 0 packets, 0 bytes)\n{Heading}");
        Assert.Equal(["filter", "nat"], Assert.Single(reading.Rulesets).Tables.Select(t => t.Name));
    }

    [Fact]
    public void What_is_not_understood_is_kept_as_an_unknown_match()
    {
        var reading = RulesetParser.ParseList(
            $"Chain INPUT (policy ACCEPT 0 packets, 0 bytes)\n{Heading}0 0 DROP all -- any any anywhere anywhere time spent on mars\n");
        var rule = reading.Rulesets[0].Tables[0].Chains[0].Rules[0];
        Assert.Equal("time spent on mars", Assert.IsType<UnknownMatch>(Assert.Single(rule.Matches)).Text);
        Assert.Contains(reading.Rulesets[0].Warnings, w => w.Line == 3 && w.What.Contains("mars", StringComparison.Ordinal));
    }
}
