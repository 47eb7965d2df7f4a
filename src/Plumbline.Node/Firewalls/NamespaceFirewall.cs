using Plumbline.Iptables;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Firewalls;

/// <summary>
/// The firewall of one network namespace: rulesets, sets and the sysctls that decide whether they are consulted. Texts are parsed when
/// first asked for.
/// </summary>
public sealed class NamespaceFirewall
{
    private readonly Lazy<Read> _read;
    private readonly IReadOnlyList<FirewallText> _texts;
    private readonly bool _isTold;

    internal NamespaceFirewall(string name, IReadOnlyList<FirewallText> texts, IReadOnlyDictionary<string, string> sysctls)
    {
        Name = name;
        Sysctls = sysctls;
        _texts = texts;
        _isTold = texts.Count > 0;
        _read = new(() => Parse(texts));
    }

    /// <summary>The namespace's name; empty for the node's own.</summary>
    public string Name { get; }

    /// <summary>Of <c>net.bridge</c> and others, by dotted name; empty where not told.</summary>
    public IReadOnlyDictionary<string, string> Sysctls { get; }

    /// <summary>False: the snapshot holds no firewall text of this namespace, so that nothing is known, which is not "no rules".</summary>
    public bool IsKnown => _isTold;

    /// <summary>The family's rules were asked for and told, though there may be none: an empty text says so.</summary>
    public bool IsTold(IPFamily family)
    {
        var tool = family == IPFamily.IPv4 ? "iptables" : "ip6tables";
        foreach (var text in _texts)
        {
            if (text.Tool.StartsWith(tool, StringComparison.Ordinal))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>All rulesets told, complete ones (iptables-save) first.</summary>
    public IReadOnlyList<FirewallRuleset> Rulesets => _read.Value.Rulesets;

    /// <summary>The sets; empty where there are none or none are told (<see cref="AreSetsKnown"/>).</summary>
    public IReadOnlyList<AddressSet> Sets => _read.Value.Sets;

    /// <summary>The snapshot holds an ipset text of this namespace.</summary>
    public bool AreSetsKnown => _texts.Any(text => text.Tool.StartsWith("ipset", StringComparison.Ordinal));

    /// <summary>What could not be read.</summary>
    public IReadOnlyList<FirewallError> Errors => _read.Value.Errors;

    /// <summary>iptables' rules, as the best text tells them: null where none does. Legacy rules beside them are in <see cref="Rulesets"/>.</summary>
    public Ruleset? IPv4 => Best(IPFamily.IPv4);

    /// <summary>ip6tables' rules, likewise.</summary>
    public Ruleset? IPv6 => Best(IPFamily.IPv6);

    /// <summary>The legacy rules that the kernel consults beside the others; null where there are none.</summary>
    public Ruleset? LegacyOf(IPFamily family) => _read.Value.Rulesets
        .FirstOrDefault(r => r.IsLegacy && r.Ruleset.Family == family)?.Ruleset;

    /// <summary>
    /// Whether bridged packets of <paramref name="family"/> are given to the rules at all (net.bridge.bridge-nf-call-iptables): null
    /// where not told.
    /// </summary>
    public bool? IsBridgeFiltered(IPFamily family) =>
        Sysctls.TryGetValue(
            family == IPFamily.IPv4 ? "net.bridge.bridge-nf-call-iptables" : "net.bridge.bridge-nf-call-ip6tables", out var value)
            ? value.Trim() != "0"
            : null;

    private Ruleset? Best(IPFamily family)
    {
        Ruleset? best = null;
        var tools = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (tool, ruleset) in _read.Value.Rulesets.Select(r => (r.Tool, r.Ruleset)))
        {
            if (ruleset.Family != family || (best is not null && tool.Contains("legacy", StringComparison.Ordinal)))
            {
                continue;
            }
            // of several dumps in one text the last is the newest
            if (best is null || (best.Form == ruleset.Form && ruleset.Form == RulesetForm.Save))
            {
                best = ruleset;
                foreach (var table in ruleset.Tables)
                {
                    tools[table.Name] = tool;
                }
            }
            else if (best.Form == ruleset.Form || (IsExact(best.Form) && IsExact(ruleset.Form)))
            {
                best = best with { Tables = Joined(best.Tables, ruleset.Tables, tool, tools) };
            }
        }
        return best;
    }

    /// <summary>A form that shows all of a rule.</summary>
    private static bool IsExact(RulesetForm form) => form is RulesetForm.List or RulesetForm.Commands;

    /// <summary>A listing shows one table: together they are the rules. What the same command listed later is newer.</summary>
    private static List<Table> Joined(IReadOnlyList<Table> known, IReadOnlyList<Table> more, string tool, Dictionary<string, string> tools)
    {
        var tables = new List<Table>(known);
        foreach (var table in more)
        {
            var at = tables.FindIndex(other => other.Name == table.Name);
            if (at < 0)
            {
                tables.Add(table);
            }
            else if (tools.GetValueOrDefault(table.Name) == tool)
            {
                tables[at] = table;
            }
            tools.TryAdd(table.Name, tool);
        }
        return tables;
    }

    private static Read Parse(IReadOnlyList<FirewallText> texts)
    {
        var rulesets = new List<FirewallRuleset>();
        var sets = new List<AddressSet>();
        var errors = new List<FirewallError>();
        var read = ParseRules(texts);
        for (var i = 0; i < texts.Count; i++)
        {
            var text = texts[i];
            if (text.Tool.StartsWith("ipset", StringComparison.Ordinal))
            {
                var reading = AddressSetParser.Parse(text.Text);
                sets.AddRange(reading.Sets);
                errors.AddRange(reading.Errors.Select(error => new FirewallError(text.Tool, error)));
                continue;
            }
            var rules = read[i] ?? FirewallTexts.Parse(text);
            if (string.IsNullOrWhiteSpace(text.Text) && text.Tool is "iptables-save" or "ip6tables-save")
            {
                // asked, and nothing there: every packet passes, which is not "not known"
                var family = text.Tool == "iptables-save" ? IPFamily.IPv4 : IPFamily.IPv6;
                rulesets.Add(new(text.Tool, new Ruleset { Family = family, Tables = [] }));
            }
            rulesets.AddRange(rules.Rulesets.Select(ruleset => new FirewallRuleset(text.Tool, ruleset)));
            errors.AddRange(rules.Errors.Select(error => new FirewallError(text.Tool, error)));
        }
        rulesets = [.. rulesets.OrderBy(r => r.IsLegacy ? 1 : 0).ThenBy(r => r.Ruleset.Form)];
        return new(rulesets, sets, errors);
    }

    /// <summary>
    /// Two families of tens of thousands of rules, side by side; null for a text that is not worth a thread. Texts know nothing of each other.
    /// </summary>
    private static RulesetReading?[] ParseRules(IReadOnlyList<FirewallText> texts)
    {
        const int Long = 1 << 18;   // characters: a few thousand rules, some ms
        var readings = new RulesetReading?[texts.Count];
        var longOnes = new List<int>();
        for (var i = 0; i < texts.Count; i++)
        {
            if (texts[i].Text.Length >= Long && !texts[i].Tool.StartsWith("ipset", StringComparison.Ordinal))
            {
                longOnes.Add(i);
            }
        }
        if (longOnes.Count > 1)
        {
            Parallel.ForEach(longOnes, i => readings[i] = FirewallTexts.Parse(texts[i]));
        }
        return readings;
    }

    private sealed record Read(
        IReadOnlyList<FirewallRuleset> Rulesets, IReadOnlyList<AddressSet> Sets, IReadOnlyList<FirewallError> Errors);
}
