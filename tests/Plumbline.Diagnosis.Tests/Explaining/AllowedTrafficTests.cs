using Plumbline.Diagnosis.Explaining;
using Plumbline.Diagnosis.Explaining.Wording;
using Plumbline.Iptables;

namespace Plumbline.Diagnosis.Tests.Explaining;

public sealed class AllowedTrafficTests
{
    [Fact]
    public void Rules_that_differ_by_one_address_are_told_as_one() => Assert.Equal(
        ["TCP to port 22 from 10.0.0.1, 10.0.0.2 or 10.1.0.0/16", "UDP from 10.0.0.1"],
        Said("-s 10.0.0.1/32 -p tcp -m tcp --dport 22", "-s 10.0.0.1/32 -p udp", "-s 10.0.0.2/32 -p tcp -m tcp --dport 22",
            "-s 10.1.0.0/16 -p tcp -m tcp --dport 22"));

    [Fact]
    public void Of_many_addresses_the_first_are_named() => Assert.Equal(
        ["ICMP from 10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4 and 16 more"],
        Said([.. Enumerable.Range(1, 20).Select(i => $"-s 10.0.0.{i}/32 -p icmp")]));

    [Fact]
    public void What_another_rule_lets_through_anyway_is_left_out() => Assert.Equal(
        ["UDP", "TCP to port 22"],
        Said("-p udp -m udp --dport 53", "-p udp", "-s 10.0.0.1/32 -p udp -m udp --dport 53", "-p tcp -m tcp --dport 22",
            "-p tcp -m tcp --dport 22"));

    [Fact]
    public void A_rule_that_hangs_on_something_unknown_covers_nothing() => Assert.Equal(2, Said("-p udp -m u32 --u32 \"0=1\"", "-p udp -m u32 --u32 \"0=1\" -s 10.0.0.1").Count);

    [Fact]
    public void A_protocol_without_a_name_is_told_by_its_number() => Assert.Equal(["IP protocol 145"], Said("-p 145"));

    private static List<string> Said(params string[] rules)
    {
        var text = "*filter\n:x - [0:0]\n" + string.Concat(rules.Select(r => $"-A x {r} -j RETURN\n")) + "COMMIT\n";
        var chain = RulesetParser.ParseSave(text, IPFamily.IPv4).Rulesets[0].Tables[0].Chains.Single(c => c.Name == "x");
        var book = Phrasebook.Of(Language.English);
        return [.. AllowedTraffic.Say(chain.Rules).Select(book.Say)];
    }
}
