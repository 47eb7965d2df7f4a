using Plumbline.Iptables.Simulation;
using Plumbline.Iptables.Symbolic;
using Plumbline.Testing;

namespace Plumbline.Iptables.Tests.Symbolic;

/// <summary>Rulesets of the wild finish within the budget, and what is said of them holds for packets that are tried.</summary>
public sealed class WildRulesetTests
{
    private static readonly AnalysisBudget _budget = AnalysisBudget.Default with { MaxTime = TimeSpan.FromSeconds(60) };

    [Theory]
    [InlineData("docker", 30, "eth0", "br-0001")]
    [InlineData("kube-proxy", 120, "eth0", "cni0")]
    [InlineData("hosting", 1500, "eth1", null)]
    [InlineData("campus", 1500, "eth0", "eth1.103")]
    [InlineData("deep", 60, "eth0", "eth1")]
    public void Sampled_packets_agree_with_what_was_proved(string kind, int size, string from, string? to)
    {
        var ruleset = MadeRulesets.Read(MadeRulesets.Of(kind, size));
        var path = to is null ? PacketPath.ToHost(from) : PacketPath.Routed(from, to);
        var engine = SymbolicEngine.Create([ruleset], [], null, devices: false, _budget);
        var compiled = CompiledRuleset.Compile(ruleset, []);
        var passed = engine.Passed(path);
        int may = engine.Space.May(passed), must = engine.Space.Must(passed);
        var resolved = compiled.Resolve(path);
        var sampler = new PacketSampler([ruleset], [], 1);
        var decided = 0;
        for (var i = 0; i < 3000; i++)
        {
            var (header, connection) = sampler.Next(i % 2 == 0);
            var outcome = compiled.Decide(resolved, in header, ConntrackTable.Assume(connection)).Outcome;
            var bits = PacketBits.Of(engine.Space, in header, in connection);
            decided += outcome == Outcome.Depends ? 0 : 1;
            Assert.True(
                outcome switch
                {
                    Outcome.Passed => engine.Space.Store.Contains(must, bits),
                    Outcome.Dropped => !engine.Space.Store.Contains(may, bits),
                    _ => true,
                },
                $"{kind}: {outcome} {header} {connection}");
        }
        Assert.True(decided > 100, $"{decided} decided");
    }

    [Theory]
    [InlineData("docker", 30)]
    [InlineData("kube-proxy", 300)]
    [InlineData("hosting", 1500)]
    [InlineData("campus", 1500)]
    [InlineData("deep", 60)]
    public void A_rule_called_dead_takes_no_packet_and_a_ruleset_differs_only_from_another(string kind, int size)
    {
        var ruleset = MadeRulesets.Read(MadeRulesets.Of(kind, size));
        var report = RulesetCheck.Check(ruleset, [], new() { Budget = _budget });
        Assert.Empty(report.Unproved);
        var dead = report.Findings.Where(f => f.Kind is RuleFindingKind.Shadowed or RuleFindingKind.NeverMatching
            || f.Kind == RuleFindingKind.Redundant && f.Because.Count > 0).Select(f => (f.Table, f.Chain, f.Number)).ToHashSet();
        var run = new SampleRun([ruleset], [], null, _budget with { MaxSamples = 3000 });
        var counters = new RuleCounters(run.Rules);
        foreach (var hook in Enum.GetValues<Hook>())
        {
            foreach (var table in ruleset.Tables)
            {
                if (table.Find(hook.ToString().ToUpperInvariant()) is { } start)
                {
                    run.Count(new SliceFinder(table, start, hook).AllPoints(), counters);
                }
            }
        }
        for (var rule = 0; rule < run.Rules.RuleCount; rule++)
        {
            var place = run.Rules.PlaceOf(rule);
            Assert.False(counters.Packets[rule] > 0 && dead.Contains((place.Table.Name, place.Chain.Name, place.Number)), $"{place} is not dead");
        }
        var same = RulesetDifference.Between(ruleset, [], ruleset, [], _budget);
        Assert.Empty(same.Differences);
        Assert.Empty(same.Unproved);
        // the last of the deep chains make no difference, the second way in does
        var smaller = MadeRulesets.Read(kind == "deep"
            ? MadeRulesets.Of(kind, size).Replace("-A FORWARD -p udp -j deep1\n", "-A FORWARD -s 10.0.0.0/8 -j ACCEPT\n", StringComparison.Ordinal)
            : MadeRulesets.Of(kind, size * 9 / 10));
        var other = RulesetDifference.Between(ruleset, [], smaller, [], _budget);
        Assert.NotEmpty(other.Differences);
        Assert.Empty(other.Unproved);
    }

    [SkippableFact]
    public void Every_ruleset_of_the_corpus_is_checked_and_compared_within_the_budget()
    {
        var (count, rules) = (0, 0);
        Ruleset? before = null;
        foreach (var file in Directory.GetFiles(SharedFiles.Require("cases/iptables-corpus"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var text = File.ReadAllText(file);
            if (!text.Contains("*filter", StringComparison.Ordinal) && !text.Contains("*nat", StringComparison.Ordinal)
                && !text.Contains("*mangle", StringComparison.Ordinal) && !text.Contains("*raw", StringComparison.Ordinal))
            {
                continue;
            }
            foreach (var ruleset in RulesetParser.ParseSave(text).Rulesets)
            {
                count++;
                var report = RulesetCheck.Check(ruleset, [], new() { Budget = _budget, Hints = true });
                rules += report.Rules;
                Assert.True(report.Unproved.Count == 0, $"{file}: {string.Join("; ", report.Unproved)}");
                var same = RulesetDifference.Between(ruleset, [], ruleset, [], _budget);
                Assert.True(same.Differences.Count + same.Unproved.Count == 0, file);
                ReachAnalysis.Create([ruleset], [], null, _budget).Ask(PacketPath.Routed("eth0", "eth1"), ReachQuery.Everything);
                if (before is not null && before.Family == ruleset.Family)
                {
                    Assert.Empty(RulesetDifference.Between(before, [], ruleset, [], _budget).Unproved);
                }
                before = ruleset;
            }
        }
        Assert.True(count > 60 && rules > 1000, $"{count} rulesets, {rules} rules");
    }
}
