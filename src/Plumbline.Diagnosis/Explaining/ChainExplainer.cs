using Plumbline.Diagnosis.Explaining.Wording;
using Plumbline.Diagnosis.Firewalls;
using Plumbline.Iptables;
using Plumbline.Neutron.SecurityGroups.Roles;

namespace Plumbline.Diagnosis.Explaining;

/// <summary>Explains chains rule by rule. A note that stands once is not repeated: one explainer for one explanation.</summary>
/// <param name="firewall">For sets.</param>
internal sealed partial class ChainExplainer(NodeRules firewall)
{
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    /// <summary>Explains a chain.</summary>
    /// <param name="state">The state that it is of.</param>
    /// <param name="table">Its table.</param>
    /// <param name="name">Its name.</param>
    /// <param name="keep">Which rules are told about; null: all. The others are counted.</param>
    public ChainExplanation Explain(RulesetState state, string table, string name, Func<RuleRole, Rule, bool>? keep = null)
    {
        var chain = state.Find(table, name) ?? new Chain { Name = name, IsShown = false };
        var kind = NeutronChain.Parse(name).Kind;
        var rules = new List<RuleExplanation>();
        var others = 0;
        int? end = null;
        var above = new Dictionary<int, List<int>>();
        for (var i = 0; i < chain.Rules.Count; i++)
        {
            var rule = chain.Rules[i];
            var role = RoleRecogniser.RoleOf(chain, i);
            var twin = Twin(chain, i, above);
            if (keep?.Invoke(role, rule) == false)
            {
                others++;
                continue;
            }
            rules.Add(new()
            {
                Number = i + 1,
                Rule = rule,
                Role = role,
                Sentence = DutyWords.Sentence(rule, role, kind),
                Label = DutyWords.Label(role, kind),
                Notes = Notes(chain, i, role, end, twin),
                IsUnreachable = end is not null,
            });
            if (end is null && EndsEverything(rule, state, table))
            {
                end = i + 1;
            }
        }
        return new()
        {
            Table = table,
            Name = name,
            Kind = kind,
            Title = DutyWords.Title(chain, table),
            Policy = chain.Policy,
            IsShown = chain.IsShown,
            Line = chain.Line,
            Rules = rules,
            OthersLeftOut = others,
            Notes = CounterNotes(state, table, chain, kind),
        };
    }

    /// <summary>Nothing comes past this rule.</summary>
    internal static bool EndsEverything(Rule rule, RulesetState state, string table) =>
        !state.LacksInterfaces && RuleWords.IsAboutEverything(rule) && rule.Target switch
        {
            VerdictTarget or RejectTarget => true,
            JumpTarget { IsGoto: true } => true,
            JumpTarget jump => state.Find(table, jump.Chain) is { IsShown: true } chain
                && chain.Rules.Count > 0 && chain.Rules[0] is var first
                && first.Target is VerdictTarget { Verdict: Verdict.Accept or Verdict.Drop } or RejectTarget
                && RuleWords.IsAboutEverything(first),
            _ => false,
        };

    private static Sentence.Phrase Say(string key, params ReadOnlySpan<(string Name, Sentence Value)> arguments) =>
        Sentence.Of(key, arguments);
}
