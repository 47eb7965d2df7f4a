using System.Globalization;
using System.Text;
using Plumbline.Iptables;
using Plumbline.Linux;
using Plumbline.Linux.Netlink;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Firewall;

/// <summary>
/// Rules read from the kernel and decoded by ourselves, beside the words of the real iptables for the same rules.
/// </summary>
public sealed class KernelRuleTests
{
    [SkippableFact]
    public void Every_rule_of_the_corpus_that_is_decoded_is_word_for_word_what_iptables_prints()
    {
        var tally = new Tally();
        foreach (var (name, text, isIPv6) in CorpusTests.Files())
        {
            Compare(name, text, null, isIPv6, tally);
        }
        tally.AssertNoneWrong();
        Assert.True(tally.Rules > 1900 && tally.Decoded >= 0.99 * tally.Rules, tally.ToString());
    }

    [SkippableFact]
    public void Every_rule_that_Neutron_makes_is_decoded_word_for_word()
    {
        var tally = new Tally();
        var folder = SharedFiles.Require("cases");
        var files = Directory.EnumerateFiles(folder, "*tables-save*", SearchOption.AllDirectories);
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(file);
            if (name is "iptables-save.v4" or "iptables-save.v6" or "iptables-save-c.txt" or "ip6tables-save-c.txt")
            {
                var place = Path.GetDirectoryName(file)!;
                var sets = new[] { "ipset-save", "ipset-save.txt" }
                    .Select(n => Path.Combine(place, n)).Where(File.Exists).Select(File.ReadAllText).FirstOrDefault();
                var isIPv6 = name is "iptables-save.v6" or "ip6tables-save-c.txt";
                Compare(Path.GetRelativePath(folder, file), File.ReadAllText(file), sets, isIPv6, tally);
            }
        }
        tally.AssertNoneWrong();
        Assert.True(tally.Rules > 1000 && tally.Decoded == tally.Rules, tally.ToString());
    }

    [SkippableTheory]
    [InlineData(IPFamily.IPv4)]
    [InlineData(IPFamily.IPv6)]
    public async Task Every_random_rule_that_is_decoded_is_word_for_word_what_iptables_prints(IPFamily family)
    {
        var isIPv6 = family == IPFamily.IPv6;
        var tally = new Tally();
        for (var seed = 1; seed <= 12; seed++)
        {
            using var node = KernelNode.Create("nft", [("qbrone", ["tapone", "qvbone"])]);
            var sets = await GeneratedSets.ForAsync(node, isIPv6);
            var modules = seed % 3 == 0 ? await UndecidedModules.ForAsync(node, isIPv6) : null;
            var generator = RulesetGenerator.Usual(
                new Random(seed), family, ["tapone", "qvbone", "tap+"], ["qbrone", "eth+"], sets.Names, true, undecided: modules);
            await node.LoadAsync(sets.Text, generator.Generate(14), family);
            var program = isIPv6 ? "ip6tables-nft" : "iptables-nft";
            Compare(
                $"seed {seed}",
                node.Namespace,
                table => node.RunAsync(program, ["-w", "-v", "-t", table, "-S"], null).GetAwaiter().GetResult(),
                isIPv6,
                tally);
        }
        tally.AssertNoneWrong();
        Assert.True(tally.Rules > 1000 && tally.Decoded > 0.7 * tally.Rules, tally.ToString());
    }

    private static void Compare(string name, string text, string? sets, bool isIPv6, Tally tally)
    {
        using var tables = new RealTables(isIPv6, "nft");
        if (sets is not null)
        {
            Assert.Null(tables.LoadSets(sets));
        }
        if (tables.Load(text) is null)
        {
            Compare(name, tables.Namespace, table => tables.List("-w", "-v", "-t", table, "-S"), isIPv6, tally);
        }
    }

    private static void Compare(string name, NetworkNamespace place, Func<string, string> list, bool isIPv6, Tally tally)
    {
        using var netlink = NetfilterNetlink.Open(place);
        var reader = new KernelRuleReader(isIPv6 ? IPFamily.IPv6 : IPFamily.IPv4, netlink.FindSetName);
        var family = (byte)(isIPv6 ? 10 : 2);
        foreach (var table in netlink.ListChains(family).GroupBy(c => c.Table))
        {
            var lines = list(table.Key).Split('\n')
                .Where(l => l.StartsWith("-A ", StringComparison.Ordinal)).ToLookup(l => l.Split(' ')[1]);
            foreach (var chain in table)
            {
                var rules = netlink.ListRules(family, chain.Table, chain.Name);
                var printed = lines[chain.Name].ToList();
                if (rules.Count != printed.Count)
                {
                    tally.Wrong.Add($"{name} {chain.Table} {chain.Name}: {rules.Count} rules, not {printed.Count}");
                    continue;
                }
                var isWhole = true;
                for (var i = 0; i < rules.Count; i++)
                {
                    tally.Rules++;
                    var rule = reader.Read(rules[i]);
                    isWhole &= rule is not null;
                    if (rule is null)
                    {
                        tally.Unknown.Add($"{name}: {printed[i]}");
                    }
                    else if (Text(chain.Name, rule) is var ours && ours != printed[i])
                    {
                        tally.Wrong.Add($"{name}:\n   is  {ours}\n   not {printed[i]}");
                    }
                }
                tally.Chains++;
                tally.WholeChains += isWhole ? 1 : 0;
            }
        }
    }

    /// <summary>As <c>iptables -v -S</c> has it: counters stand before the target.</summary>
    private static string Text(string chain, Rule rule)
    {
        var text = new StringBuilder("-A ").Append(chain);
        RulesetRenderer.Append(text, rule with { Target = null });
        text.Append(CultureInfo.InvariantCulture, $" -c {rule.Counters!.Value.Packets} {rule.Counters.Value.Bytes}");
        RulesetRenderer.Append(text, rule with { Matches = [] });
        return text.ToString();
    }

    private sealed class Tally
    {
        public int Rules { get; set; }

        public int Chains { get; set; }

        public int WholeChains { get; set; }

        public int Decoded => Rules - Unknown.Count;

        public List<string> Wrong { get; } = [];

        public List<string> Unknown { get; } = [];

        public void AssertNoneWrong() =>
            Assert.True(Wrong.Count == 0, $"{Wrong.Count} wrong, {this}:\n{string.Join('\n', Wrong.Take(60))}");

        public override string ToString() => $"{Decoded} of {Rules} rules, {WholeChains} of {Chains} chains whole:\n"
            + string.Join('\n', Unknown.Take(40));
    }
}
