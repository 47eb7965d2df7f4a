using Plumbline.Iptables.Simulation;
using Plumbline.Iptables.Symbolic;

namespace Plumbline.Iptables.Tests.Symbolic;

/// <summary>A question that is given too little says what it did prove, and tries packets for the rest.</summary>
public sealed class BudgetTests
{
    private static readonly AnalysisBudget _none = new() { MaxTime = TimeSpan.Zero, MaxSamples = 3000 };
    private static readonly PacketPath _path = PacketPath.Routed("eth0", "eth1.103");

    [Fact]
    public void Reach_without_time_samples_and_says_so()
    {
        var ruleset = MadeRulesets.Read(MadeRulesets.Of("campus", 300));
        var report = ReachAnalysis.Create([ruleset], [], null, _none).Ask(_path, ReachQuery.Everything);
        Assert.Contains("sampled, not proved", report.Unproved, StringComparison.Ordinal);
        Assert.Empty(report.Classes);
        Assert.NotNull(report.Sampled);
        Assert.True(report.Sampled.Tried > 100, $"{report.Sampled.Tried} tried");
        var compiled = CompiledRuleset.Compile(ruleset, []);
        foreach (var pass in report.Sampled.Passes)
        {
            var header = pass.Packet.Header;
            Assert.Equal(Outcome.Passed, compiled.Decide(compiled.Resolve(_path), in header, ConntrackTable.Assume(pass.Packet.Connection)).Outcome);
        }
    }

    [Fact]
    public void A_packet_against_an_assertion_is_found_without_time_too()
    {
        var ruleset = MadeRulesets.Read("*filter\n:FORWARD DROP [0:0]\n-A FORWARD -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j ACCEPT\nCOMMIT\n");
        var analysis = ReachAnalysis.Create([ruleset], [], null, _none);
        var found = analysis.Find([_path], new() { Protocol = 6 }, passing: true);
        Assert.Equal(22, found.Packet!.Header.DestinationPort);
        Assert.Null(found.Unproved);
        var none = analysis.Find([_path], new() { Protocol = 17 }, passing: true);
        Assert.Null(none.Packet);
        Assert.Contains("sampled, not proved", none.Unproved, StringComparison.Ordinal);
    }

    [Fact]
    public void Parts_prove_what_the_whole_is_too_much_for()
    {
        // about 9,000 nodes are enough for each protocol, and not for all at once
        var ruleset = MadeRulesets.Read(MadeRulesets.Of("campus", 900));
        var whole = ReachAnalysis.Create([ruleset], [], null, AnalysisBudget.Default).Ask(_path, ReachQuery.Everything);
        var proved = 0;
        for (var nodes = 1 << 12; nodes <= 1 << 18; nodes *= 2)
        {
            var report = ReachAnalysis.Create([ruleset], [], null, AnalysisBudget.Default with { MaxNodes = nodes }).Ask(_path, ReachQuery.Everything);
            if (report.Unproved is null)
            {
                proved++;
                Assert.Equal(
                    whole.Classes.Select(c => (c.Chain, c.Number)).Order(), report.Classes.Select(c => (c.Chain, c.Number)).Order());
            }
            else
            {
                Assert.Contains("sampled, not proved", report.Unproved, StringComparison.Ordinal);
            }
        }
        Assert.True(proved > 0);
    }

    [Fact]
    public void A_difference_without_time_is_found_by_a_packet_or_called_not_proved()
    {
        const string Text = "*filter\n:FORWARD DROP [0:0]\n-A FORWARD -p tcp -m tcp --dport 22 -j ACCEPT\n-A FORWARD -s 10.1.2.0/24 -j ACCEPT\nCOMMIT\n";
        var report = RulesetDifference.Between(
            MadeRulesets.Read(Text), [], MadeRulesets.Read(Text.Replace("10.1.2.0/24", "10.1.3.0/24", StringComparison.Ordinal)), [], _none);
        Assert.Contains("sampled, not proved", Assert.Single(report.Unproved), StringComparison.Ordinal);
        var found = report.Differences[0];
        Assert.True(found.IsSampled);
        Assert.Equal(2, (found.FirstBy!.Number == 0 ? found.SecondBy : found.FirstBy)!.Number);
    }

    [Fact]
    public void Dead_rules_without_time_are_not_judged_but_tried()
    {
        var report = RulesetCheck.Check(MadeRulesets.Read(
            "*filter\n:FORWARD DROP [0:0]\n-A FORWARD -p tcp -j ACCEPT\n-A FORWARD -p tcp -m tcp --dport 22 -j DROP\nCOMMIT\n"), [], new() { Budget = _none });
        Assert.Empty(report.Findings);
        Assert.Contains("FORWARD 2", Assert.Single(report.Unproved), StringComparison.Ordinal);
    }
}
