using Plumbline.Iptables.Simulation;
using Plumbline.Iptables.Symbolic;

namespace Plumbline.Iptables.Tests.Symbolic;

/// <summary>What is said about rulesets is tried on the simulator.</summary>
public sealed class RulesetQuestionTests
{
    private static readonly Hook[] _filterHooks = [Hook.Input, Hook.Forward, Hook.Output];

    [Fact]
    public void A_rule_called_dead_never_counts_and_one_called_redundant_can_go()
    {
        int dead = 0, redundant = 0;
        for (var seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var ruleset = OnlyFilter(RandomFirewall.Next(random, IPFamily.IPv4, 20));
            var sets = RandomFirewall.SetsOf(IPFamily.IPv4);
            var report = RulesetCheck.Check(ruleset, sets, new());
            Assert.Empty(report.Unproved);
            var compiled = CompiledRuleset.Compile(ruleset, sets);
            foreach (var finding in report.Findings.Where(f => f.Kind is RuleFindingKind.Redundant && f.Because.Count == 0))
            {
                redundant++;
                var without = CompiledRuleset.Compile(Without(ruleset, finding), sets);
                for (var i = 0; i < 150; i++)
                {
                    var (header, connection) = RandomFirewall.NextPacket(random, IPFamily.IPv4);
                    var path = PacketPath.At(NextPoint(random));
                    AssertSame(
                        compiled.Decide(compiled.Resolve(path), in header, ConntrackTable.Assume(connection)).Outcome,
                        without.Decide(without.Resolve(path), in header, ConntrackTable.Assume(connection)).Outcome);
                }
            }
            var counters = new RuleCounters(compiled);
            for (var i = 0; i < 4000; i++)
            {
                var (header, connection) = RandomFirewall.NextPacket(random, IPFamily.IPv4);
                compiled.Decide(compiled.Resolve(PacketPath.At(NextPoint(random))), in header, ConntrackTable.Assume(connection), counters);
            }
            var found = report.Findings.Where(f => f.Kind is RuleFindingKind.Shadowed or RuleFindingKind.NeverMatching
                || f.Kind == RuleFindingKind.Redundant && f.Because.Count > 0).Select(f => (f.Chain, f.Number)).ToHashSet();
            dead += found.Count;
            for (var rule = 0; rule < compiled.RuleCount; rule++)
            {
                var place = compiled.PlaceOf(rule);
                Assert.False(counters.Packets[rule] > 0 && found.Contains((place.Chain.Name, place.Number)), $"seed {seed}: {place} is not dead");
            }
        }
        Assert.True(dead > 100 && redundant > 20, $"{dead} dead, {redundant} redundant");
    }

    [Theory]
    [InlineData(IPFamily.IPv4)]
    [InlineData(IPFamily.IPv6)]
    public void Each_difference_comes_with_a_packet_that_the_simulator_decides_differently(IPFamily family)
    {
        var (differences, equals) = (0, 0);
        for (var seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            var first = OnlyFilter(RandomFirewall.Next(random, family, 10));
            var second = Mutate(Mutate(Mutate(Mutate(first, random), random), random), random);
            var sets = RandomFirewall.SetsOf(family);
            var report = RulesetDifference.Between(first, sets, second, sets, AnalysisBudget.Default);
            Assert.Empty(report.Unproved);
            var (one, other) = (CompiledRuleset.Compile(first, sets), CompiledRuleset.Compile(second, sets));
            foreach (var difference in report.Differences.Where(d => d.IsCertain))
            {
                differences++;
                var header = difference.Example.Header;
                var conntrack = ConntrackTable.Assume(difference.Example.Connection);
                var path = PacketPath.At(difference.Example.Point!);
                var had = one.Explore(one.Resolve(path), in header, conntrack).Outcome;
                var has = other.Explore(other.Resolve(path), in header, conntrack).Outcome;
                Assert.Equal(difference.IsWithdrawn ? (Outcome.Passed, Outcome.Dropped) : (Outcome.Dropped, Outcome.Passed), (had, has));
            }
            if (report.Differences.Count > 0)
            {
                continue;
            }
            equals++;
            for (var i = 0; i < 1000; i++)
            {
                var (header, connection) = RandomFirewall.NextPacket(random, family);
                var path = PacketPath.At(NextPoint(random));
                AssertSame(
                    one.Decide(one.Resolve(path), in header, ConntrackTable.Assume(connection)).Outcome,
                    other.Decide(other.Resolve(path), in header, ConntrackTable.Assume(connection)).Outcome);
            }
        }
        Assert.True(differences > 10 && equals > 5, $"{differences} differences, {equals} equal");
    }

    [Fact]
    public void A_ruleset_means_the_same_as_itself_with_equal_rules_swapped()
    {
        const string Text = "*filter\n:FORWARD DROP [0:0]\n-A FORWARD -s 10.0.0.0/8 -j ACCEPT\n-A FORWARD -p tcp -m tcp --dport 22 -j ACCEPT\n"
            + "-A FORWARD -d 10.0.0.0/25 -j ACCEPT\n-A FORWARD -d 10.0.0.128/25 -j ACCEPT\nCOMMIT\n";
        const string Swapped = "*filter\n:FORWARD DROP [0:0]\n-A FORWARD -d 10.0.0.0/24 -j ACCEPT\n-A FORWARD -p tcp -m tcp --dport 22 -j ACCEPT\n"
            + "-A FORWARD -s 10.0.0.0/8 -j ACCEPT\nCOMMIT\n";
        var report = RulesetDifference.Between(Read(Text), [], Read(Swapped), [], AnalysisBudget.Default);
        Assert.Empty(report.Differences);
        Assert.Empty(report.Unproved);
    }

    [Fact]
    public void Rules_hidden_by_several_others_together_are_found_and_those_named()
    {
        var report = RulesetCheck.Check(Read("*filter\n:FORWARD DROP [0:0]\n:lonely - [0:0]\n-A FORWARD -s 10.0.0.0/9 -j DROP\n"
            + "-A FORWARD -s 192.168.0.0/16 -j DROP\n-A FORWARD -s 10.128.0.0/9 -j DROP\n-A FORWARD -s 10.0.0.0/8 -j ACCEPT\n"
            + "-A FORWARD -p udp -j DROP\n-A FORWARD -j ACCEPT\nCOMMIT\n"), [], new() { Hints = true });
        var shadowed = Assert.Single(report.Findings, f => f.Kind == RuleFindingKind.Shadowed);
        Assert.Equal(4, shadowed.Number);
        Assert.Equal([1, 3], shadowed.Because);
        Assert.Equal(6, Assert.Single(report.Findings, f => f.Kind == RuleFindingKind.AcceptsEverything).Number);
        Assert.Equal("lonely", Assert.Single(report.Findings, f => f.Kind == RuleFindingKind.UnusedChain).Chain);
        Assert.DoesNotContain(report.Findings, f => f.Kind == RuleFindingKind.Redundant);
    }

    /// <summary>The simulator stops at the first match that it can't decide, also where nothing hangs on it.</summary>
    private static void AssertSame(Outcome one, Outcome other) =>
        Assert.True(one == other || one == Outcome.Depends || other == Outcome.Depends, $"{one} and {other}");

    private static HookPoint NextPoint(Random random) =>
        RandomFirewall.NextPath(random).Points.First(p => _filterHooks.Contains(p.Hook));

    private static Ruleset OnlyFilter(Ruleset ruleset) => ruleset with { Tables = [.. ruleset.Tables.Where(t => t.Name == "filter")] };

    private static Ruleset Without(Ruleset ruleset, RuleFinding finding) => Change(ruleset, finding.Chain, rules => rules.RemoveAt(finding.Number - 1));

    private static Ruleset Mutate(Ruleset ruleset, Random random)
    {
        var chains = ruleset.Tables[0].Chains.Where(c => c.Rules.Count > 1).ToList();
        return chains.Count == 0 ? ruleset : Change(ruleset, chains[random.Next(chains.Count)].Name, rules =>
        {
            var at = random.Next(rules.Count - 1);
            if (random.Next(2) == 0)
            {
                rules.RemoveAt(at);
            }
            else
            {
                (rules[at], rules[at + 1]) = (rules[at + 1], rules[at]);
            }
        });
    }

    private static Ruleset Change(Ruleset ruleset, string chain, Action<List<Rule>> change)
    {
        return ruleset with { Tables = [.. ruleset.Tables.Select(t => t with { Chains = [.. t.Chains.Select(Changed)] })] };

        Chain Changed(Chain old)
        {
            if (old.Name != chain)
            {
                return old;
            }
            var rules = old.Rules.ToList();
            change(rules);
            return old with { Rules = rules };
        }
    }

    private static Ruleset Read(string text) => Assert.Single(RulesetParser.ParseSave(text).Rulesets);
}
