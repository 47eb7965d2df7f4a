namespace Plumbline.Iptables;

/// <summary>
/// The rulesets that a text's listings make. A chain that is shown again with other rules is a later state: it stands in a ruleset of
/// its own, together with the chains that the text does not show again. A base chain that is shown again is another table, or another
/// dump of the same.
/// </summary>
internal static class ListedStates
{
    /// <summary>All of them, in the order of the text.</summary>
    public static List<Ruleset> Of(
        List<ListedChain> chains, IPFamily family, string? table, bool hasInterfaces, ErrorList warnings, ErrorList errors, string text)
    {
        var rulesets = new List<Ruleset>();
        var tables = new List<Table>();
        var current = new List<ListedChain>();

        void EndTable()
        {
            if (current.Count == 0)
            {
                return;
            }
            var name = table ?? TableOf(current);
            if (tables.Exists(t => t.Name == name))
            {
                EndRuleset();
            }
            var draft = new TableDraft(name, current[0].At);
            foreach (var chain in current)
            {
                draft.Add(chain.Draft);
            }
            tables.Add(draft.ToTable(false, errors, warnings));
        }

        void EndRuleset()
        {
            if (tables.Count > 0)
            {
                rulesets.Add(new()
                {
                    Family = family,
                    Tables = tables,
                    Form = hasInterfaces ? RulesetForm.List : RulesetForm.ListWithoutInterfaces,
                    Warnings = warnings.ToErrors(text),
                });
                tables = [];
                warnings.Clear();
            }
        }

        foreach (var chain in chains)
        {
            var shown = current.FindIndex(c => c.Draft.Name == chain.Draft.Name);
            if (chain.StartsDump || (shown >= 0 && chain.IsBase && !AreEqual(current[shown].Draft.Rules, chain.Draft.Rules)))
            {
                EndTable();
                current = [chain];
            }
            else if (shown < 0)
            {
                current.Add(chain);
            }
            else if (!AreEqual(current[shown].Draft.Rules, chain.Draft.Rules))
            {
                EndTable();
                current = [.. current];
                current[shown] = chain;
                warnings.Add(
                    chain.At,
                    $"chain \"{chain.Draft.Name}\" is shown again with other rules: a later state",
                    "chains that are not shown again are taken as they were before");
            }
        }
        EndTable();
        EndRuleset();
        return rulesets;
    }

    private static bool AreEqual(List<Rule> some, List<Rule> others)
    {
        if (some.Count != others.Count)
        {
            return false;
        }
        for (var i = 0; i < some.Count; i++)
        {
            if (!some[i].Equals(others[i]))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>The table that a command named; else the one that has these base chains.</summary>
    private static string TableOf(List<ListedChain> chains)
    {
        if (chains[0].Table is { } told)
        {
            return told;
        }
        bool Has(string name) => chains.Exists(c => c.IsBase && c.Draft.Name == name);
        return Has("PREROUTING")
            ? Has("FORWARD") ? "mangle" : Has("POSTROUTING") || Has("INPUT") ? "nat" : "raw"
            : Has("POSTROUTING") ? "nat" : "filter";
    }
}
