using Plumbline.Iptables.Simulation;
using Plumbline.Iptables.Symbolic;

namespace Plumbline.Iptables.Tests.Symbolic;

/// <summary>The rules that a difference names are those that the simulator decides its packet by.</summary>
public sealed class DecidingRuleTests
{
    [Fact]
    public void Each_pair_of_deciding_rules_is_a_difference_of_its_own()
    {
        const string A = "*filter\n:FORWARD DROP [0:0]\n-A FORWARD -p tcp -m tcp --dport 22 -j ACCEPT\n-A FORWARD -p udp -m udp --dport 53 -j ACCEPT\nCOMMIT\n";
        const string B = "*filter\n:FORWARD DROP [0:0]\n-A FORWARD -p udp -j DROP\n-A FORWARD -p udp -m udp --dport 53 -j ACCEPT\nCOMMIT\n";
        var report = RulesetDifference.Between(MadeRulesets.Read(A), [], MadeRulesets.Read(B), [], AnalysisBudget.Default);
        Assert.Equal([(1, 0), (2, 1)], report.Differences.Select(d => (d.FirstBy!.Number, d.SecondBy!.Number)).Order());
    }

    [Fact]
    public void A_drop_of_the_second_back_end_counts()
    {
        var nft = MadeRulesets.Read("*filter\n:FORWARD ACCEPT [0:0]\nCOMMIT\n");
        var legacy = MadeRulesets.Read("*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD -p tcp -m tcp --dport 23 -j DROP\nCOMMIT\n");
        var report = RulesetDifference.Between(
            new() { Rulesets = [nft, legacy] }, new() { Rulesets = [nft] }, AnalysisBudget.Default);
        var difference = Assert.Single(report.Differences);
        Assert.Equal(("DROP", "ACCEPT"), (difference.First, difference.Second));
        Assert.Equal(1, difference.FirstBy!.Number);
        Assert.Equal(0, difference.SecondBy!.Number);
        // the same rules in the other back end mean the same
        Assert.Empty(RulesetDifference.Between(
            new() { Rulesets = [nft, legacy] }, new() { Rulesets = [legacy, nft] }, AnalysisBudget.Default).Differences);
    }

    [Theory]
    [InlineData(IPFamily.IPv4)]
    [InlineData(IPFamily.IPv6)]
    public void The_simulator_decides_each_packet_by_the_rules_that_are_named(IPFamily family)
    {
        var named = 0;
        for (var seed = 100; seed < 160; seed++)
        {
            var random = new Random(seed);
            var (first, second) = (OnlyFilter(RandomFirewall.Next(random, family, 8)), OnlyFilter(RandomFirewall.Next(random, family, 8)));
            var sets = RandomFirewall.SetsOf(family);
            var report = RulesetDifference.Between(first, sets, second, sets, AnalysisBudget.Default);
            Assert.Empty(report.Unproved);
            foreach (var difference in report.Differences.Where(d => d.IsCertain))
            {
                named += Same(first, sets, difference, difference.FirstBy) + Same(second, sets, difference, difference.SecondBy);
            }
        }
        Assert.True(named > 100, $"{named} named");
    }

    private static int Same(Ruleset ruleset, IReadOnlyList<AddressSet> sets, RuleDifference difference, DecidingRule? by)
    {
        if (by is null)
        {
            return 0;
        }
        var compiled = CompiledRuleset.Compile(ruleset, sets);
        var header = difference.Example.Header;
        // an ACCEPT of everything is named by the RETURN before it, as plumb verdict does
        if (by.Rule is { Target: VerdictTarget { Verdict: Verdict.Return } })
        {
            return 0;
        }
        // where the fast way stops at something unknown, all courses may still end alike
        var courses = compiled.Explore(
            compiled.Resolve(PacketPath.At(difference.Example.Point!)), in header, ConntrackTable.Assume(difference.Example.Connection)).Courses;
        Assert.True(
            courses.Any(c => PlaceOf(compiled, c.Decision) == (by.Chain, by.Number)),
            $"named {by.Chain} {by.Number}, decided by {PlaceOf(compiled, courses[0].Decision)}\n{header}\n"
                + $"{difference.Example.Connection} at {difference.Example.Point}");
        return 1;
    }

    private static (string Chain, int Number) PlaceOf(CompiledRuleset compiled, Decision decision) => decision.Rule < 0
        ? (compiled.ChainOf(decision.Chain).Chain.Name, 0)
        : compiled.PlaceOf(decision.Rule) is var place ? (place.Chain.Name, place.Number) : default;

    private static Ruleset OnlyFilter(Ruleset ruleset) => ruleset with { Tables = [.. ruleset.Tables.Where(t => t.Name == "filter")] };
}
