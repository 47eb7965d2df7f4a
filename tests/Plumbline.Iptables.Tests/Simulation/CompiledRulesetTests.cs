using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Tests.Simulation;

public sealed class CompiledRulesetTests
{
    private static readonly PacketPath _path = PacketPath.Bridged("qbr1", "tap1", "qvb1");

    [Fact]
    public void A_goto_returns_to_the_callers_caller()
    {
        var decision = Decide("""
            *filter
            :FORWARD ACCEPT [0:0]
            :a - [0:0]
            :b - [0:0]
            -A FORWARD -j a
            -A FORWARD -j DROP
            -A a -g b
            -A a -j ACCEPT
            -A b -j RETURN
            COMMIT
            """, Syn(22));
        Assert.Equal(Outcome.Dropped, decision.Outcome);
    }

    [Fact]
    public void A_match_that_nobody_can_decide_makes_the_verdict_depend_on_it()
    {
        var ruleset = Compile("""
            *filter
            :FORWARD DROP [0:0]
            -A FORWARD -p tcp -m limit --limit 1/sec -j ACCEPT
            COMMIT
            """);
        var packet = Syn(22);
        var path = ruleset.Resolve(_path);
        Assert.Equal(Outcome.Depends, ruleset.Decide(path, in packet, ConntrackTable.Empty).Outcome);
        var all = ruleset.Explore(path, in packet, ConntrackTable.Empty);
        Assert.Equal(Outcome.Depends, all.Outcome);
        Assert.Equal([Outcome.Passed, Outcome.Dropped], all.Courses.Select(c => c.Decision.Outcome));
    }

    [Fact]
    public void A_chain_that_was_not_shown_may_do_anything()
    {
        var ruleset = Compile("""
            *filter
            :FORWARD ACCEPT [0:0]
            -A FORWARD -j elsewhere
            COMMIT
            """);
        var packet = Syn(22);
        Assert.Equal(3, ruleset.Explore(ruleset.Resolve(_path), in packet, ConntrackTable.Empty).Courses.Count);
    }

    [Fact]
    public void Is_bridged_never_matches_in_input()
    {
        var ruleset = Compile("""
            *filter
            :INPUT ACCEPT [0:0]
            -A INPUT -m physdev --physdev-in tap1 --physdev-is-bridged -j DROP
            COMMIT
            """);
        var packet = Syn(22);
        Assert.Equal(
            Outcome.Passed,
            ruleset.Decide(ruleset.Resolve(PacketPath.BridgedToHost("qbr1", "tap1")), in packet, ConntrackTable.Empty).Outcome);
    }

    private static CompiledRuleset Compile(string text) =>
        CompiledRuleset.Compile(Assert.Single(RulesetParser.ParseSave(text, IPFamily.IPv4).Rulesets), []);

    private static Decision Decide(string text, PacketHeader packet)
    {
        var ruleset = Compile(text);
        return ruleset.Decide(ruleset.Resolve(_path), in packet, ConntrackTable.Empty);
    }

    private static PacketHeader Syn(ushort port) => new()
    {
        Family = IPFamily.IPv4,
        Protocol = 6,
        SourcePort = 40000,
        DestinationPort = port,
        TcpFlags = TcpFlags.Syn,
        Length = 60,
        HopLimit = 64,
    };
}
