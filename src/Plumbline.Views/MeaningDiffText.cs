using System.Globalization;
using System.Text;
using Plumbline.Diagnosis.Reaching;
using Plumbline.Iptables;
using Plumbline.Iptables.Symbolic;
using Plumbline.Primitives;

namespace Plumbline.Views;

/// <summary>How two rulesets differ in meaning: each difference with the rules that decide, and a packet that shows it.</summary>
public static class MeaningDiffText
{
    /// <summary>Renders both families.</summary>
    /// <param name="diffs">The answers.</param>
    /// <param name="first">The file that A is, as it was named; null: the live node.</param>
    /// <param name="second">The file that B is.</param>
    public static string Render(IReadOnlyList<MeaningDiff> diffs, string? first = null, string? second = null)
    {
        var text = new StringBuilder();
        foreach (var diff in diffs)
        {
            var (family, report) = diff;
            text.Append(family == IPFamily.IPv4 ? "IPv4: " : "IPv6: ");
            text.Append(report.Differences.Count == 0 && report.Unproved.Count == 0 ? "the same for every packet\n"
                : report.Differences.Count == 0 ? "no difference found, but not all was decided\n"
                : report.IsCut ? $"{report.Differences.Count} differences and more\n"
                : report.Differences.Count == 1 ? "1 difference\n" : $"{report.Differences.Count} differences\n");
            foreach (var note in diff.Notes)
            {
                text.Append("  note: ").Append(Printable.Escape(note)).Append('\n');
            }
            foreach (var difference in report.Differences)
            {
                text.Append("  ").Append(difference.Table).Append(' ').Append(difference.Chain).Append('\n');
                Side(text, "A", difference.First, difference.FirstBy);
                Side(text, "B", difference.Second, difference.SecondBy);
                foreach (var box in difference.Packets.Boxes)
                {
                    text.Append("      ").Append(BoxText.Of(box, family)).Append('\n');
                }
                text.Append(difference.IsSampled ? "      found by trying packets: there may be more of the kind\n"
                    : difference.Packets.IsComplete ? "" : "      … and more than is shown\n");
                text.Append("      e.g. ").Append(BoxText.Of(difference.Example)).Append("  ")
                    .Append(Printable.Escape(BoxText.Devices(difference.Example))).Append('\n');
                text.Append(difference.IsCertain ? "" : "      if what is unknown decides so\n");
                text.Append("      ").Append(Printable.Escape(VerdictLine.At(difference.Example, first))).Append('\n');
                text.Append("      ").Append(Printable.Escape(VerdictLine.At(difference.Example, second))).Append('\n');
            }
            foreach (var unproved in report.Unproved)
            {
                text.Append("  not proved: ").Append(Printable.Escape(unproved)).Append('\n');
            }
        }
        return text.ToString();
    }

    /// <summary><c>filter x rule 3: -p tcp …</c>, or the policy.</summary>
    internal static string WordsOf(DecidingRule by) => by.Rule is { } rule
        ? string.Create(CultureInfo.InvariantCulture, $"{by.Table} {by.Chain} rule {by.Number}: {RulesetRenderer.Save(rule)}")
        : $"{by.Table} {by.Chain}: the policy";

    private static void Side(StringBuilder text, string name, string does, DecidingRule? by)
    {
        text.Append("    ").Append(name).Append(": ").Append(Printable.Escape(does));
        text.Append(by is null ? "" : ", by " + Printable.Escape(WordsOf(by))).Append('\n');
    }
}
