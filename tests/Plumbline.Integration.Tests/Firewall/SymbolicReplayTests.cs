using System.Globalization;
using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;
using Plumbline.Iptables.Symbolic;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Firewall;

/// <summary>
/// What the symbolic questions claim of a packet, on a real bridge: counterexamples of two rulesets through a kernel with the one and a
/// kernel with the other, examples of what can reach and of what cannot.
/// </summary>
[Collection("kernel firewall")]
public sealed class SymbolicReplayTests
{
    private static readonly (string, string[])[] _bridge = [("qbrone", ["tapone", "qvbone"])];

    private static readonly TestWay[] _ways =
    [
        new(TestWayKind.Bridged, "tapone", "qvbone", PacketPath.Bridged("qbrone", "tapone", "qvbone")),
        new(TestWayKind.Bridged, "qvbone", "tapone", PacketPath.Bridged("qbrone", "qvbone", "tapone")),
    ];

    [SkippableTheory]
    [InlineData("nft", IPFamily.IPv4)]
    [InlineData("nft", IPFamily.IPv6)]
    [InlineData("legacy", IPFamily.IPv4)]
    [InlineData("legacy", IPFamily.IPv6)]
    public async Task Counterexamples_of_two_rulesets_fare_on_two_bridges_as_the_comparison_says(string variant, IPFamily family)
    {
        Root.SkipUnlessInstalled("conntrack");
        var replayed = 0;
        await KernelRun.RepeatAsync(
            async seed =>
            {
                var random = new Random(seed);
                using var one = KernelNode.Create(variant, _bridge);
                using var other = KernelNode.Create(variant, _bridge);
                var sets = await GeneratedSets.ForAsync(one, family == IPFamily.IPv6);
                // where devices are left open, what is in a set of devices is not known
                var names = sets.Names.Where(s => s.Name != "doors").ToArray();
                var text = RulesetGenerator.Usual(random, family, ["tapone", "qvbone"], ["qbrone"], names, true, onlyForward: true).Generate(14);
                await one.LoadAsync(sets.Text, text, family);
                await other.LoadAsync(sets.Text, Change(text, random), family);
                var sent = await CompareAsync(one, other, family, _ways, $"{variant} {family} random");
                replayed += sent;
                return sent;
            },
            10);
        Assert.True(replayed > 2, $"{replayed} counterexamples replayed");
    }

    [SkippableTheory]
    [InlineData("nft", IPFamily.IPv4)]
    [InlineData("legacy", IPFamily.IPv6)]
    public async Task Counterexamples_of_two_states_of_security_groups_fare_on_two_nodes_as_the_comparison_says(string variant, IPFamily family)
    {
        Root.SkipUnlessInstalled("conntrack");
        var replayed = 0;
        await KernelRun.RepeatAsync(
            async seed =>
            {
                var random = new Random(seed);
                var before = NeutronNode.Make(random);
                var after = before.Change(random).Change(random).Change(random).Change(random).Change(random);
                using var one = KernelNode.Create(variant, before.Bridges);
                using var other = KernelNode.Create(variant, after.Bridges);
                await before.LoadAsync(one);
                await after.LoadAsync(other);
                var sent = await CompareAsync(one, other, family, before.Ways, $"{variant} {family} Neutron");
                replayed += sent;
                return sent;
            },
            6);
        Assert.True(replayed > 1, $"{replayed} counterexamples replayed");
    }

    [SkippableTheory]
    [InlineData("nft", IPFamily.IPv4)]
    [InlineData("nft", IPFamily.IPv6)]
    [InlineData("legacy", IPFamily.IPv4)]
    [InlineData("legacy", IPFamily.IPv6)]
    public async Task Examples_of_what_can_reach_pass_the_kernel_and_those_of_what_cannot_are_dropped(string variant, IPFamily family)
    {
        Root.SkipUnlessInstalled("conntrack");
        var replayed = 0;
        await KernelRun.RepeatAsync(
            async seed =>
            {
                var random = new Random(seed);
                var neutron = seed % 2 == 0 ? NeutronNode.Make(random) : null;
                using var node = KernelNode.Create(variant, neutron?.Bridges ?? _bridge);
                if (neutron is not null)
                {
                    await neutron.LoadAsync(node);
                }
                else
                {
                    var sets = await GeneratedSets.ForAsync(node, family == IPFamily.IPv6);
                    var generator = RulesetGenerator.Usual(random, family, ["tapone", "qvbone"], ["qbrone"], sets.Names, true);
                    await node.LoadAsync(sets.Text, generator.Generate(10), family);
                }
                var judge = await KernelJudge.OpenAsync(node, family);
                var reach = ReachAnalysis.Create([judge.Rules], judge.Sets, node.Addresses, AnalysisBudget.Default);
                foreach (var way in neutron?.Ways ?? _ways)
                {
                    var report = reach.Ask(way.Path, ReachQuery.Everything);
                    foreach (var found in report.Classes.Where(c => c.IsCertain))
                    {
                        await ReplayAsync(judge, way, found.Example, Outcome.Passed);
                    }
                    if (report.Unproved is null && reach.FindBlocked(way.Path, ReachQuery.Everything) is { } blocked)
                    {
                        await ReplayAsync(judge, way, blocked, Outcome.Dropped);
                    }
                }
                replayed += judge.Sent;
                await judge.FinishAsync(string.Create(CultureInfo.InvariantCulture, $"{variant} {family} reach, seed {seed}"));
                return judge.Sent;
            },
            4);
        Assert.True(replayed > 8, $"{replayed} examples replayed");
    }

    private static async Task ReplayAsync(KernelJudge judge, TestWay way, SymbolicPacket example, Outcome claimed)
    {
        if (ExampleReplay.On([way], example, (ushort)(judge.Sent + 1), (w, h) => judge.Foresee(w, h) == claimed) is { } packet)
        {
            await judge.ForgetConnectionsAsync();
            Assert.Equal(claimed, (await judge.SendAsync(packet)).Outcome);
        }
    }

    private static async Task<int> CompareAsync(
        KernelNode one, KernelNode other, IPFamily family, IReadOnlyList<TestWay> ways, string what)
    {
        var (first, second) = (await KernelJudge.OpenAsync(one, family), await KernelJudge.OpenAsync(other, family));
        var report = RulesetDifference.Between(first.Rules, first.Sets, second.Rules, second.Sets, AnalysisBudget.Default);
        foreach (var difference in report.Differences.Where(d => d.IsCertain && d is { Table: "filter", Chain: "FORWARD" }))
        {
            var claim = difference.IsWithdrawn ? (Outcome.Passed, Outcome.Dropped) : (Outcome.Dropped, Outcome.Passed);
            var packet = ExampleReplay.On(
                ways, difference.Example, (ushort)(first.Sent + 1), (w, h) => (first.Foresee(w, h), second.Foresee(w, h)) == claim);
            if (packet is not null)
            {
                await first.ForgetConnectionsAsync();
                await second.ForgetConnectionsAsync();
                var had = (await first.SendAsync(packet)).Outcome;
                var has = (await second.SendAsync(packet)).Outcome;
                Assert.Equal(claim, (had, has));
            }
        }
        await first.FinishAsync($"{what}, the first");
        await second.FinishAsync($"{what}, the second");
        return first.Sent;
    }

    /// <summary>Rules go or change places.</summary>
    private static string Change(string text, Random random)
    {
        var lines = text.Split('\n').ToList();
        for (var i = 0; i < 12; i++)
        {
            var rules = Enumerable.Range(0, lines.Count).Where(l => lines[l].StartsWith("-A ", StringComparison.Ordinal)).ToArray();
            if (rules.Length < 2)
            {
                break;
            }
            var at = rules[random.Next(rules.Length - 1)];
            if (random.Next(2) == 0)
            {
                lines.RemoveAt(at);
            }
            else if (lines[at].Split(' ')[1] == lines[at + 1].Split(' ').ElementAtOrDefault(1))
            {
                (lines[at], lines[at + 1]) = (lines[at + 1], lines[at]);
            }
        }
        return string.Join('\n', lines);
    }
}
