using System.Text;
using Plumbline.Diagnosis.Reaching;
using Plumbline.Iptables;
using Plumbline.Primitives;

namespace Plumbline.Views;

/// <summary>How two rulesets differ in meaning: each difference with a packet that shows it.</summary>
public static class MeaningDiffText
{
    /// <summary>Renders both families.</summary>
    public static string Render(IReadOnlyList<MeaningDiff> diffs)
    {
        var text = new StringBuilder();
        foreach (var (family, report) in diffs)
        {
            text.Append(family == IPFamily.IPv4 ? "IPv4: " : "IPv6: ");
            text.Append(report.Differences.Count == 0 && report.Unproved.Count == 0 ? "the same for every packet\n"
                : report.Differences.Count == 0 ? "no difference found, but not all was decided\n"
                : report.IsCut ? $"{report.Differences.Count} differences and more\n"
                : report.Differences.Count == 1 ? "1 difference\n" : $"{report.Differences.Count} differences\n");
            foreach (var difference in report.Differences)
            {
                text.Append("  ").Append(difference.Table).Append(' ').Append(difference.Chain).Append(": A ")
                    .Append(Printable.Escape(difference.First)).Append(", B ").Append(Printable.Escape(difference.Second)).Append('\n');
                foreach (var box in difference.Packets.Boxes)
                {
                    text.Append("      ").Append(BoxText.Of(box, family)).Append('\n');
                }
                text.Append(difference.Packets.IsComplete ? "" : "      … and more than is shown\n");
                text.Append("      e.g. ").Append(BoxText.Of(difference.Example)).Append("  ")
                    .Append(Printable.Escape(BoxText.Devices(difference.Example))).Append('\n');
                text.Append(difference.IsCertain ? "" : "      if what is unknown decides so\n");
            }
            foreach (var unproved in report.Unproved)
            {
                text.Append("  not proved: ").Append(Printable.Escape(unproved)).Append('\n');
            }
        }
        return text.ToString();
    }
}
