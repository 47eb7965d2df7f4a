using Plumbline.Diagnosis.Tracing;
using Plumbline.Iptables;

namespace Plumbline.Diagnosis.Tests.Tracing;

public sealed class RuleBriefTests
{
    [Theory]
    [InlineData("-p tcp -m tcp --dport 22 -j RETURN", "tcp dport 22 → RETURN")]
    [InlineData("-s 10.1.0.0/24 -p udp -m udp --sport 67 --dport 68 -j DROP", "from 10.1.0.0/24 udp sport 67 dport 68 → DROP")]
    [InlineData("-m state --state RELATED,ESTABLISHED -m comment --comment \"known -j ones\" -j RETURN", "state RELATED,ESTABLISHED → RETURN")]
    [InlineData("-m comment --comment \"the rest\" -j neutron-openvswi-sg-fallback", "neutron-openvswi-sg-fallback")]
    [InlineData("! -d 10.0.0.1/32 -i eth0 -j ACCEPT", "not to 10.0.0.1/32 in eth0 → ACCEPT")]
    [InlineData("-m set --match-set NIPv4 src -j RETURN", "match-set NIPv4 src → RETURN")]
    [InlineData("-p icmp", "icmp → (no target)")]
    public void A_rule_is_said_in_iptables_own_words_without_its_dashes(string rule, string words)
    {
        var read = RulesetParser.ParseSave($"*filter\n:c - [0:0]\n:neutron-openvswi-sg-fallback - [0:0]\n-A c {rule}\nCOMMIT\n", IPFamily.IPv4);
        Assert.Empty(read.Errors);
        Assert.Equal(words, RuleBrief.Of(read.Rulesets[0].Find("filter")!.Find("c")!.Rules[0]));
    }
}
