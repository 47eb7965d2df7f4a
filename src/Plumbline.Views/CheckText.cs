using System.Globalization;
using System.Text;
using Plumbline.Diagnosis.Checking;
using Plumbline.Views.Text;

namespace Plumbline.Views;

/// <summary>The answer of <c>plumb check</c> as text: a finding a paragraph, its consequences below it.</summary>
public static class CheckText
{
    private const int MostSufferers = 6;

    /// <summary>Renders the report.</summary>
    public static string Render(CheckReport report, RenderOptions options)
    {
        ArgumentNullException.ThrowIfNull(report);
        var output = new StringBuilder();
        foreach (var finding in report.Findings)
        {
            Write(finding, "", report.Nodes.Count > 1, output, options);
            output.Append('\n');
        }
        foreach (var note in report.NotChecked)
        {
            new StyledText("not checked: ", Shade.Warning).Add(note).WriteLine(output, options.Colour);
        }
        var what = string.Create(CultureInfo.InvariantCulture,
            $"{Count(report.Nodes.Count, "node")} ({string.Join(", ", report.Nodes)}), {Count(report.Vifs, "virtual interface")} checked");
        new StyledText(report.Findings.Count == 0 ? "no fault found" : Count(report.Findings.Count, "fault") + " found",
            report.Findings.Count == 0 ? Shade.Plain : Shade.Heading).Add($": {what}", Shade.Faint).WriteLine(output, options.Colour);
        if (report.Findings.Count > 0)
        {
            new StyledText("more: ", Shade.Faint).Add($"plumb check --explain {report.Findings[0].Id}", Shade.Faint).WriteLine(output, options.Colour);
        }
        return output.ToString();
    }

    private static string Count(int number, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {noun}{(number == 1 ? "" : "s")}");

    private static void Write(Finding finding, string indent, bool namesNode, StringBuilder output, RenderOptions options)
    {
        var head = new StyledText(indent).Add($"[{finding.Id}]", Shade.Bad).Add(" ");
        if (namesNode)
        {
            head.Add((finding.Node ?? "all nodes") + "  ", Shade.Faint);
        }
        head.Add(finding.What, Shade.Heading).WriteLine(output, options.Colour);
        foreach (var evidence in finding.Evidence)
        {
            Line("seen", evidence);
        }
        Line("effect", finding.Consequence);
        if (finding.Suffers.Count > 0)
        {
            var shown = string.Join(", ", finding.Suffers.Take(MostSufferers));
            Line("suffers", finding.Suffers.Count <= MostSufferers ? shown
                : string.Create(CultureInfo.InvariantCulture, $"{shown} and {finding.Suffers.Count - MostSufferers} more"));
        }
        Line("fix", finding.Fix);
        foreach (var below in finding.Consequences)
        {
            Write(below, indent + "  so: ", false, output, options);
        }

        void Line(string label, string text) =>
            new StyledText(indent).Add($"  {label}:".PadRight(11), Shade.Faint).Add(text).WriteLine(output, options.Colour);
    }
}
