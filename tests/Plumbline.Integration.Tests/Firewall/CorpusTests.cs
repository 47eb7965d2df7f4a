using Plumbline.Iptables;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Firewall;

/// <summary>Rulesets of many people: what the real iptables loads, our parser reads and prints without changing a thing.</summary>
public sealed class CorpusTests
{
    private const string Corpus = "cases/iptables-corpus";

    [SkippableTheory]
    [InlineData("nft")]
    [InlineData("legacy")]
    public void What_iptables_loads_is_parsed_rendered_loaded_and_saved_back_unchanged(string variant)
    {
        RealTables.SkipUnlessInstalled();
        var wrong = new List<string>();
        var loaded = 0;
        foreach (var (name, text, isIPv6) in Files())
        {
            var reading = RulesetParser.ParseSave(text, isIPv6 ? IPFamily.IPv6 : IPFamily.IPv4);
            using var original = new RealTables(isIPv6, variant);
            if (original.Load(text) is { } refusal)
            {
                if (reading.Errors.Count == 0 && variant == "nft")
                {
                    wrong.Add($"{name}: iptables says {refusal.Trim()}, we say nothing");
                }
                continue;
            }
            loaded++;
            if (reading.Errors.Count > 0)
            {
                wrong.Add($"{name}: {reading.Errors[0]}");
                continue;
            }
            using var ours = new RealTables(isIPv6, variant);
            foreach (var ruleset in reading.Rulesets)
            {
                if (ours.Load(RulesetRenderer.Save(ruleset)) is { } failure)
                {
                    wrong.Add($"{name}: ours is refused: {failure.Trim()}");
                }
            }
            if (original.Save() != ours.Save())
            {
                wrong.Add($"{name}: {FirstDifference(original.Save(), ours.Save())}");
            }
            // and what it prints is printed so by us, to the byte
            var printed = original.Save();
            var again = RulesetParser.ParseSave(printed, isIPv6 ? IPFamily.IPv6 : IPFamily.IPv4);
            var rendered = string.Concat(again.Rulesets.Select(r => RulesetRenderer.Save(r)));
            if (again.Errors.Count > 0 || rendered != printed)
            {
                wrong.Add($"{name}: printed again: {(again.Errors.Count > 0 ? again.Errors[0].ToString() : FirstDifference(printed, rendered))}");
            }
        }
        Assert.True(wrong.Count == 0, $"{wrong.Count} (of {loaded} that load):\n{string.Join('\n', wrong)}");
        Assert.True(loaded > 70, $"{loaded} load");
    }

    [SkippableTheory]
    [InlineData("nft")]
    [InlineData("legacy")]
    public void A_listing_and_a_saved_table_of_one_machine_are_the_same_rules(string variant)
    {
        RealTables.SkipUnlessInstalled();
        var wrong = new List<string>();
        var compared = 0;
        foreach (var (name, text, isIPv6) in Files())
        {
            using var tables = new RealTables(isIPv6, variant);
            if (tables.Load(text) is not null)
            {
                continue;
            }
            var family = isIPv6 ? IPFamily.IPv6 : IPFamily.IPv4;
            foreach (var table in RulesetParser.ParseSave(tables.Save(), family).Rulesets.SelectMany(r => r.Tables))
            {
                foreach (var arguments in (string[][])[["-nvL"], ["-nvxL", "--line-numbers"], ["-vL"]])
                {
                    var listing = RulesetParser.ParseList(tables.List(["-t", table.Name, .. arguments]), family, table.Name);
                    compared += Compare($"{name} {table.Name} {arguments[0]}", table, listing, wrong);
                }
            }
        }
        Assert.True(wrong.Count == 0, $"{wrong.Count} (of {compared} rules):\n{string.Join('\n', wrong.Take(60))}");
        Assert.True(compared > 3000, $"{compared} rules");
    }

    private static int Compare(string name, Table table, RulesetReading listing, List<string> wrong)
    {
        wrong.AddRange(listing.Errors.Select(e => $"{name}: {e}"));
        var listed = listing.Rulesets.Count == 1 ? listing.Rulesets[0].Tables[0] : null;
        var compared = 0;
        foreach (var chain in table.Chains)
        {
            if (listed?.Find(chain.Name) is not { } other || other.Rules.Count != chain.Rules.Count || other.Policy != chain.Policy)
            {
                wrong.Add($"{name}: chain {chain.Name} has {listed?.Find(chain.Name)?.Rules.Count} rules, not {chain.Rules.Count}");
                continue;
            }
            for (var i = 0; i < chain.Rules.Count; i++)
            {
                if (IsTold(chain.Rules[i], name))
                {
                    compared++;
                    if (!chain.Rules[i].Equals(other.Rules[i]))
                    {
                        wrong.Add($"{name}: {other.Rules[i].Text}\n   is  {RulesetRenderer.Save(other.Rules[i])}\n   not {RulesetRenderer.Save(chain.Rules[i])}");
                    }
                }
            }
        }
        return compared;
    }

    /// <summary>
    /// Whether iptables -L tells all of a rule: it leaves out hashlimit's name; without -n it says "anywhere" for every IPv6 address that
    /// starts with zeros, and "any" for a device of that name; and what has no type here has no words that we know.
    /// </summary>
    private static bool IsTold(Rule rule, string name) =>
        !rule.Matches.Any(m => m is UnknownMatch or HashlimitMatch)
        && rule.Target is not UnknownTarget
        && !(name.EndsWith("-vL", StringComparison.Ordinal)
            && rule.Matches.Any(m => m is InterfaceMatch { Interface.Name: "any" }
                || (m is AddressMatch { Address: { Family: IPFamily.IPv6 } a } && a.Address >> 64 == 0)));

    /// <summary>Every ruleset of the corpus in a form that iptables-restore takes.</summary>
    internal static IEnumerable<(string Name, string Text, bool IsIPv6)> Files()
    {
        var folder = SharedFiles.Require(Corpus);
        foreach (var line in File.ReadLines(Path.Combine(folder, "manifest.csv")).Skip(1))
        {
            var columns = line.Split(',');
            if (columns[7] is not ("save" or "rules-S"))
            {
                continue;
            }
            var name = columns[0]["open/".Length..];
            var text = File.ReadAllText(Path.Combine(folder, name));
            yield return (name, columns[7] == "save" ? text : Restorable(text), columns[8] == "6");
        }
    }

    /// <summary><c>iptables -S</c> as iptables-restore takes it.</summary>
    private static string Restorable(string text) =>
        "*filter\n" + string.Join('\n', text.Split('\n').Select(line => line.Split(' ') switch
        {
            ["-P", var chain, var policy] => $":{chain} {policy} [0:0]",
            ["-N", var chain] => $":{chain} - [0:0]",
            _ => line,
        })) + "\nCOMMIT\n";

    private static string FirstDifference(string wanted, string got)
    {
        var (a, b) = (wanted.Split('\n'), got.Split('\n'));
        for (var i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            if (a[i] != b[i])
            {
                return $"\n   is  {b[i]}\n   not {a[i]}";
            }
        }
        return $"{b.Length} lines, not {a.Length}";
    }
}
