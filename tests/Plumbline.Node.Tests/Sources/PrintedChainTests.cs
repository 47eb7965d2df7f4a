using Plumbline.Node.Sources;

namespace Plumbline.Node.Tests.Sources;

public sealed class PrintedChainTests
{
    private static readonly HashSet<string> _devices = new(StringComparer.Ordinal) { "tap1", "qbr1", "qvb1" };

    [Theory]
    [InlineData("-A FORWARD -j neutron-filter-top", "neutron-filter-top")]
    [InlineData("-A c -m physdev --physdev-out tap1 --physdev-is-bridged -j i1", "i1")]
    [InlineData("-A c -m physdev --physdev-out tap2 --physdev-is-bridged -j i2", null)]
    [InlineData("-A c -m physdev ! --physdev-out tap2 -j other", "other")]
    [InlineData("-A c -i docker0 -j DOCKER", null)]
    [InlineData("-A c ! -i docker0 -o qbr1 -j DOCKER", "DOCKER")]
    [InlineData("-A c -i tap+ -g all", "all")]
    [InlineData("-P FORWARD ACCEPT", null)]
    [InlineData("-A c -m comment --comment \"all -i eth9 \\\" -o x\" -j noted", "noted")]
    [InlineData("-A c -m comment --comment -i -j noted", "noted")]
    [InlineData("-A c -m comment --comment \"\" -i eth9 -j noted", null)]
    public void A_jump_is_followed_unless_it_asks_for_another_device(string line, string? target) =>
        Assert.Equal(target is null ? [] : [target], PrintedChain.TargetsOf(line, _devices));

    [Theory]
    [InlineData("-A i1 -m state --state RELATED,ESTABLISHED -c 12 3456 -j RETURN", "[12:3456]", "-A i1 -m state --state RELATED,ESTABLISHED -j RETURN")]
    [InlineData("-A i1 -m comment --comment \"take -c 1 2 here\" -c 3 4 -j DROP", "[3:4]", "-A i1 -m comment --comment \"take -c 1 2 here\" -j DROP")]
    [InlineData("-A i1 -m comment --comment \"take -c 1 2 here\" -j DROP", null, "-A i1 -m comment --comment \"take -c 1 2 here\" -j DROP")]
    [InlineData("-P FORWARD DROP -c 7 8", "[7:8]", "-P FORWARD DROP")]
    public void Counters_stand_before_the_rule_as_iptables_save_prints_them(string line, string? counters, string without)
    {
        Assert.Equal(counters, PrintedChain.CountersOf(line, out var rest));
        Assert.Equal(without, rest);
    }

    [Fact]
    public void A_chain_that_many_rules_jump_to_is_common_and_one_devices_own_is_not()
    {
        var lines = Enumerable.Range(0, 9).SelectMany(i => new[]
        {
            $"-A f -m physdev --physdev-out tap{i} --physdev-is-bridged -c 1 2 -j sg-chain",
            $"-A f -m physdev --physdev-in tap{i} --physdev-is-bridged -c 1 2 -j o{i}",
        }).Append("-A f -c 0 0 -j everyones");

        Assert.Equal(["everyones", "sg-chain"], PrintedChain.CommonTargetsOf(string.Join('\n', lines)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_rule_for_another_device_that_keeps_its_place_is_read_as_a_rule()
    {
        var reading = Plumbline.Iptables.RulesetParser.ParseSave("*filter\n:FORWARD ACCEPT [0:0]\n[0:0] -A FORWARD -i /\nCOMMIT\n");

        Assert.Empty(reading.Errors);
    }
}
