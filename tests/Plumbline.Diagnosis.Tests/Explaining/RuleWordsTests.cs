using Plumbline.Diagnosis.Explaining;
using Plumbline.Diagnosis.Explaining.Wording;
using Plumbline.Iptables;

namespace Plumbline.Diagnosis.Tests.Explaining;

public sealed class RuleWordsTests
{
    [Theory]
    [InlineData("-j ACCEPT", "Accepts everything.")]
    [InlineData("-s 10.0.0.0/8 ! -d 10.1.2.3/32 -p tcp -m tcp --dport 22 -j DROP",
        "Drops TCP to port 22 from 10.0.0.0/8 to anywhere but 10.1.2.3.")]
    [InlineData("-i eth0 ! -o tap+ -p udp -m multiport --dports 53,1000:2000 -j RETURN",
        "Leaves UDP to ports 53 and 1000-2000 coming in by eth0 going out by anything but tap+ to the chain's policy.")]
    [InlineData("-p icmp -m icmp --icmp-type 3/4 -j ACCEPT", "Accepts ICMP \"fragmentation needed\" (type 3, code 4).")]
    [InlineData("-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j REJECT --reject-with tcp-reset",
        "Refuses TCP that opens a TCP connection (SYN), answering with tcp-reset.")]
    [InlineData("-m conntrack --ctstate NEW -j LOG --log-prefix \"new: \"", "Logs everything that opens a connection (NEW) (\"new:\") and goes on.")]
    [InlineData("-m set --match-set blocked src -j DROP", "Drops everything from an address in set blocked.")]
    [InlineData("-m set ! --match-set web dst,dst -j DROP", "Drops everything whose dst,dst is not in set web.")]
    [InlineData("-m mac ! --mac-source 02:00:00:00:00:01 -j DROP", "Drops everything with any sender's MAC but 02:00:00:00:00:01.")]
    [InlineData("-m mark --mark 0x1/0xff -j MARK --set-xmark 0x2/0xffffffff", "Marks everything with mark 0x1/0xff: 0x2.")]
    [InlineData("-m recent --update --seconds 60 --name SSH --mask 255.255.255.255 --rsource -j DROP",
        "Drops everything for which \"-m recent --update --seconds 60 --name SSH --mask 255.255.255.255 --rsource\" holds.")]
    [InlineData("-m limit --limit 3/min -j ACCEPT", "Accepts everything as long as there are no more than 3/min (bursts of 5).")]
    [InlineData("-m physdev --physdev-in tap1 --physdev-is-bridged -j ACCEPT",
        "Accepts everything entering a bridge by tap1 passed on within a bridge.")]
    [InlineData("-m addrtype --dst-type LOCAL -j QUEUE", "Hands everything to a LOCAL address to a program (queue 0), which decides.")]
    public void Any_rule_is_one_sentence(string rule, string said) =>
        Assert.Equal(said, Phrasebook.Of(Language.English).SayAsSentence(RuleWords.Sentence(Parse(rule), isBuiltIn: true)));

    [Fact]
    public void What_is_not_known_is_listed() =>
        Assert.Equal(["-m recent --rcheck --name A"], RuleWords.UnknownTexts(Parse("-m recent --rcheck --name A -j ACCEPT"))
            .Select(t => t.Replace(" --mask 255.255.255.255", "", StringComparison.Ordinal).Replace(" --rsource", "", StringComparison.Ordinal)));

    private static Rule Parse(string rule) => Assert.Single(
        RulesetParser.ParseSave($"*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD {rule}\nCOMMIT\n", IPFamily.IPv4).Rulesets[0].Find("filter")!
            .Find("FORWARD")!.Rules);
}
