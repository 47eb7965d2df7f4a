using Plumbline.Iptables.Simulation;
using Plumbline.Iptables.Symbolic;
using Plumbline.Testing;

namespace Plumbline.Iptables.Tests.Symbolic;

public sealed class ReachTests
{
    private const string Rules = """
        *filter
        :INPUT ACCEPT [0:0]
        :FORWARD DROP [0:0]
        :OUTPUT ACCEPT [0:0]
        :in - [0:0]
        -A FORWARD -m physdev --physdev-out tap1 --physdev-is-bridged -j in
        -A FORWARD -j ACCEPT
        -A in -m state --state RELATED,ESTABLISHED -j RETURN
        -A in -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j RETURN
        -A in -s 10.1.0.0/16 -p tcp -m tcp --dport 22 -j RETURN
        -A in -p icmp -j RETURN
        -A in -m set --match-set untold src -j RETURN
        -A in -j DROP
        COMMIT

        """;

    private static readonly PacketPath _path = PacketPath.Bridged("qbr1", "qvb1", "tap1");

    [Fact]
    public void Each_class_names_the_rule_that_lets_it_in_and_none_stands_twice()
    {
        var report = Analyse(Rules).Ask(_path, ReachQuery.Everything);
        Assert.Equal([2, 4, 5], report.Classes.Select(c => c.Number).Order());
        var ssh = report.Classes.Single(c => c.Number == 2);
        var box = Assert.Single(ssh.Packets.Boxes);
        Assert.Equal("10.0.0.0-10.255.255.255", Assert.Single(box.Sources!).ToString());
        Assert.Equal("22", Assert.Single(box.DestinationPorts!).ToString());
        Assert.True(ssh.IsCertain);
        Assert.Equal(Passage.All, report.Replies);
    }

    [Fact]
    public void A_set_that_was_not_told_makes_a_class_depend_on_it()
    {
        var unsure = Assert.Single(Analyse(Rules).Ask(_path, ReachQuery.Everything).Classes, c => !c.IsCertain);
        Assert.Contains("untold", Assert.Single(unsure.DependsOn).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_question_over_its_budget_says_that_nothing_is_proved()
    {
        var report = ReachAnalysis.Create([Read(Rules)], [], null, new() { MaxTime = TimeSpan.FromTicks(-1) })
            .Ask(_path, ReachQuery.Everything);
        Assert.NotNull(report.Unproved);
    }

    [SkippableFact]
    public void Examples_of_Neutrons_cases_pass_in_the_simulator_by_the_rule_named()
    {
        var count = 0;
        foreach (var folder in Directory.GetDirectories(SharedFiles.Require("cases/neutron-iptables")))
        {
            foreach (var (file, family) in new[] { ("iptables-save.v4", IPFamily.IPv4), ("iptables-save.v6", IPFamily.IPv6) })
            {
                var path = Path.Combine(folder, "expected", file);
                if (File.Exists(path))
                {
                    count += Replay(RulesetParser.ParseSave(File.ReadAllText(path), family).Rulesets[0]);
                }
            }
        }
        Assert.True(count > 20, $"{count} examples");
    }

    private static int Replay(Ruleset ruleset)
    {
        var count = 0;
        var analysis = ReachAnalysis.Create([ruleset], [], null, AnalysisBudget.Default);
        var compiled = CompiledRuleset.Compile(ruleset, []);
        var taps = ChainTable.DevicesIn([ruleset]).Where(d => d.Name.StartsWith("tap", StringComparison.Ordinal)).Select(d => d.Name).Distinct();
        foreach (var tap in taps)
        {
            var id = tap[3..];
            foreach (var path in new[] { PacketPath.Bridged("qbr" + id, "qvb" + id, tap), PacketPath.Bridged("qbr" + id, tap, "qvb" + id) })
            {
                foreach (var reached in analysis.Ask(path, ReachQuery.Everything).Classes.Where(c => c.IsCertain))
                {
                    var header = reached.Example.Header;
                    var decision = compiled.Decide(compiled.Resolve(path), in header, ConntrackTable.Assume(reached.Example.Connection));
                    Assert.Equal(Outcome.Passed, decision.Outcome);
                    // and conntrack would give it that state by itself
                    Assert.Equal(reached.Example.Connection.State == ConntrackState.New && header.Protocol == 132 ? ConntrackState.Invalid
                        : reached.Example.Connection.State, FirstPacket.StateOf(in header));
                    count++;
                }
            }
        }
        return count;
    }

    private static Ruleset Read(string text) => Assert.Single(RulesetParser.ParseSave(text).Rulesets);

    private static ReachAnalysis Analyse(string text) => ReachAnalysis.Create([Read(text)], [], null, AnalysisBudget.Default);
}
