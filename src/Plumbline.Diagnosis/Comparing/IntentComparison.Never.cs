using Plumbline.Diagnosis.Comparing.Meaning;
using Plumbline.Iptables;

namespace Plumbline.Diagnosis.Comparing;

/// <summary>Packets that rules of others (kube-proxy, Docker, firewalld) speak of and that a VM's never are: what becomes of them is no difference.</summary>
internal sealed partial class IntentComparison
{
    private const uint InvalidState = 3;

    /// <summary>Only packets that conntrack can place nowhere: the agent lets a few of them pass, and no guest sends them on purpose.</summary>
    private static bool IsOfInvalid(Decided decided) =>
        decided.Packets[Field.State] is { Ranges: [var (first, last)] } && first == InvalidState && last == InvalidState;

    /// <summary>A mark that no rule of the node sets, or a translation that none makes.</summary>
    private static bool IsNever(Decided decided, Ruleset live)
    {
        foreach (var (text, holds) in decided.Packets.Conditions)
        {
            if (holds && (text.StartsWith("MarkMatch { IsInverted = False, Value = ", StringComparison.Ordinal) && !text.Contains("Value = 0,", StringComparison.Ordinal)
                    && !Has(live, t => t is MarkTarget or ConnmarkTarget or UnknownTarget)
                || text.StartsWith("StateMatch { IsInverted = False", StringComparison.Ordinal) && text.Contains("Dnat", StringComparison.Ordinal)
                    && !text.Contains("Snat", StringComparison.Ordinal) && !Has(live, t => t is DnatTarget or RedirectTarget or UnknownTarget)))
            {
                return true;
            }
        }
        return false;
    }

    private static bool Has(Ruleset live, Func<Iptables.Target, bool> isIt) =>
        live.Tables.Any(t => t.Chains.Any(c => c.Rules.Any(r => r.Target is { } target && isIt(target))));
}
