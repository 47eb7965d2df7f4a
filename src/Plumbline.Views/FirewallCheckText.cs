using System.Globalization;
using System.Text;
using Plumbline.Diagnosis.Reaching;
using Plumbline.Iptables;
using Plumbline.Iptables.Symbolic;
using Plumbline.Primitives;

namespace Plumbline.Views;

/// <summary>Dead rules and the like, as text.</summary>
public static class FirewallCheckText
{
    /// <summary>Renders the findings of each ruleset.</summary>
    public static string Render(IReadOnlyList<FirewallCheckPart> parts)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            text.Append(text.Length == 0 ? "" : "\n").Append(part.Family == IPFamily.IPv4 ? "IPv4" : "IPv6");
            text.Append(CultureInfo.InvariantCulture, $": {part.Report.Rules} rule{(part.Report.Rules == 1 ? "" : "s")}, {Count(part)} finding{(Count(part) == 1 ? "" : "s")}");
            text.Append(part.ByDesign > 0 ? string.Create(CultureInfo.InvariantCulture, $", {part.ByDesign} more that Neutron's agent writes on purpose\n") : "\n");
            foreach (var finding in part.Report.Findings)
            {
                text.Append("  ").Append(WordOf(finding.Kind)).Append(": ").Append(Printable.Escape(Place(finding))).Append('\n');
                text.Append("      ").Append(Why(finding)).Append('\n');
                if (finding.Witness is { } witness)
                {
                    text.Append("      e.g. ").Append(BoxText.Of(witness)).Append("  ").Append(Printable.Escape(BoxText.Devices(witness))).Append('\n');
                }
            }
            foreach (var tap in part.PortsWithoutChains)
            {
                text.Append("  port without rules: ").Append(Printable.Escape(tap)).Append("\n      no rule of the filter table names its tap\n");
            }
            foreach (var unproved in part.Report.Unproved)
            {
                text.Append("  not proved: ").Append(Printable.Escape(unproved)).Append('\n');
            }
        }
        return text.ToString();
    }

    internal static int Count(FirewallCheckPart part) => part.Report.Findings.Count + part.PortsWithoutChains.Count;

    internal static string WordOf(RuleFindingKind kind) => kind switch
    {
        RuleFindingKind.Shadowed => "shadowed",
        RuleFindingKind.Redundant => "redundant",
        RuleFindingKind.NeverMatching => "never matches",
        RuleFindingKind.Generalising => "generalises (hint)",
        RuleFindingKind.Correlated => "correlated (hint)",
        RuleFindingKind.UnusedChain => "unused chain",
        RuleFindingKind.AcceptsEverything => "accepts everything",
        _ => "not seen (hint)",
    };

    internal static string Why(RuleFinding finding)
    {
        var rules = finding.Because.Count switch
        {
            0 => "",
            1 => string.Create(CultureInfo.InvariantCulture, $"rule {finding.Because[0]}"),
            _ => "rules " + string.Join(", ", finding.Because),
        };
        var text = finding.Kind switch
        {
            RuleFindingKind.Shadowed => $"{rules} of the chain {Takes(finding, "something else")}",
            RuleFindingKind.Redundant when finding.Because.Count > 0 => $"{rules} of the chain {Takes(finding, "the same")}",
            RuleFindingKind.Redundant => "without it every packet would fare the same",
            RuleFindingKind.NeverMatching => "no packet that comes to its chain can be what it asks for",
            RuleFindingKind.Generalising => $"it takes all that {rules} takes and more, and does the opposite",
            RuleFindingKind.Correlated => $"it shares packets with {rules} and does the opposite: their order decides",
            RuleFindingKind.UnusedChain => "no rule of its table jumps to it",
            RuleFindingKind.AcceptsEverything => "it accepts whatever gets to it; what is meant to be held back must be so before",
            _ => "it could match, but its counters are at 0",
        };
        return finding.IsProved || finding.Kind == RuleFindingKind.UnusedChain ? text
            : text + " (for each device that rules name, and one that none names)";
    }

    private static string Place(RuleFinding finding) => finding.Rule is { } rule
        ? string.Create(CultureInfo.InvariantCulture, $"{finding.Table} {finding.Chain} rule {finding.Number}: {RulesetRenderer.Save(rule)}")
        : $"{finding.Table} {finding.Chain}";

    private static string Takes(RuleFinding finding, string what) => finding.Because.Count == 1
        ? $"takes all its packets, and does {what}" : $"take all its packets, and do {what}";
}
