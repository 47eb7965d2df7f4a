using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Firewall;

/// <summary>
/// Rulesets of many people on a router of the test's own: their devices bear the names of ours, packets aim at their rules. nat is left
/// out here: what it rewrites takes another way.
/// </summary>
[Collection("kernel firewall")]
public sealed class CorpusPacketTests
{
    private const int MostRules = 600;

    private static readonly string[] _devices = ["eth1", "qbrone", "eth2"];
    private static readonly string[] _ports = ["tapone", "qvbone"];

    private static readonly TestWay[] _ways =
    [
        .. RoutingScript.Ways,
        new(TestWayKind.Bridged, "tapone", "qvbone", PacketPath.Bridged("qbrone", "tapone", "qvbone")),
        new(TestWayKind.Bridged, "qvbone", "tapone", PacketPath.Bridged("qbrone", "qvbone", "tapone")),
    ];

    [SkippableTheory]
    [InlineData("nft")]
    [InlineData("legacy")]
    public async Task Rulesets_of_many_people_do_with_packets_what_the_simulator_says(string variant)
    {
        Root.SkipUnlessRoot();
        var files = CorpusTests.Files().Select(f => (f.Name, f.IsIPv6, Rules: Read(f.Text, f.IsIPv6))).Where(f => f.Rules is not null).ToList();
        var loaded = 0;
        await KernelRun.RepeatAsync(
            async seed =>
            {
                // 31 has no factor in common with the number of files that matters: all of them are met in turn
                var (name, isIPv6, rules) = files[seed * 31 % files.Count];
                var sent = await TryAsync(variant, name, isIPv6, rules!, new Random(seed));
                loaded += sent > 0 ? 1 : 0;
                return sent;
            },
            8);
        Assert.True(loaded > 3, $"{loaded} load");
    }

    private static async Task<int> TryAsync(string variant, string name, bool isIPv6, Ruleset rules, Random random)
    {
        var family = isIPv6 ? IPFamily.IPv6 : IPFamily.IPv4;
        using var node = KernelNode.Create(
            variant, [("qbrone", ["tapone", "qvbone"])], RoutingScript.Of(family) + RoutingScript.Anywhere(family), "eth1", "eth2");
        node.WatchHost(isIPv6);
        if (!await node.TryLoadAsync(RulesetRenderer.Save(rules), family))
        {
            return 0; // a module that this kernel lacks
        }
        var judge = await KernelJudge.OpenAsync(node, family, mostUndecided: 12);
        var packets = KernelDifferenceTests.PacketsFor(random, family, judge);
        for (var i = 0; i < 200; i++)
        {
            var way = _ways[random.Next(_ways.Length)];
            if (packets.Next(way, p => RoutingScript.BendFreely(p, way, node)) is { } packet)
            {
                await judge.SendAsync(packet);
            }
        }
        await judge.FinishAsync($"{variant} {name}");
        return judge.Sent;
    }

    /// <summary>The rules with our devices; null where there are none, or too many.</summary>
    private static Ruleset? Read(string text, bool isIPv6)
    {
        var reading = RulesetParser.ParseSave(text, isIPv6 ? IPFamily.IPv6 : IPFamily.IPv4);
        if (reading.Errors.Count > 0 || reading.Rulesets.Count != 1)
        {
            return null;
        }
        var names = new Dictionary<string, string>(StringComparer.Ordinal) { ["lo"] = "lo" };
        var ports = new Dictionary<string, string>(StringComparer.Ordinal);
        var tables = reading.Rulesets[0].Tables.Where(t => t.Name != "nat").ToList();
        var rules = tables.SelectMany(t => t.Chains).SelectMany(c => c.Rules).ToList();
        // copies and answers of the kernel's own are packets, too
        return rules.Count is 0 or > MostRules || rules.Exists(r => r.Target is UnknownTarget { Name: "TEE" or "TRACE" or "SYNPROXY" or "TPROXY" })
            ? null
            : reading.Rulesets[0] with
            {
                Tables = [.. tables.Select(t => t with
                {
                    Chains = [.. WithBaseChains(t).Select(c => c with
                    {
                        // iptables-nft counts at a policy only where the text has counters
                        Counters = default(Counters),
                        Rules = [.. c.Rules.Select(r => r with { Matches = [.. r.Matches.Select(Rename)] })],
                    })],
                })],
            };

        Match Rename(Match match) => match switch
        {
            InInterfaceMatch m => m with { Interface = Ours(m.Interface, names, _devices) },
            OutInterfaceMatch m => m with { Interface = Ours(m.Interface, names, _devices) },
            PhysdevMatch m => m with { In = Port(m.In), Out = Port(m.Out) },
            _ => match,
        };

        Condition<InterfaceName>? Port(Condition<InterfaceName>? port) =>
            port is { } p ? p with { Value = Ours(p.Value, ports, _ports) } : null;
    }

    /// <summary>iptables-nft-save shows base chains that are not there, and so count nothing.</summary>
    private static IEnumerable<Chain> WithBaseChains(Table table)
    {
        string[] names = table.Name switch
        {
            "raw" => ["PREROUTING", "OUTPUT"],
            "mangle" => ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"],
            _ => ["INPUT", "FORWARD", "OUTPUT"],
        };
        return table.Chains.Concat(
            names.Where(n => table.Find(n) is null).Select(n => new Chain { Name = n, Policy = Verdict.Accept }));
    }

    private static InterfaceName Ours(InterfaceName name, Dictionary<string, string> names, string[] from)
    {
        if (name.Name.Length == 0)
        {
            return name;
        }
        if (!names.TryGetValue(name.Name, out var ours))
        {
            names[name.Name] = ours = from[names.Count % from.Length];
        }
        return name with { Name = ours };
    }
}
