using System.Globalization;
using System.Text;
using Plumbline.Diagnosis.Comparing;
using Plumbline.Iptables;
using Plumbline.Neutron.SecurityGroups;
using Plumbline.Views.Text;

namespace Plumbline.Views;

/// <summary>The answer of <c>plumb diff</c> as text: a finding a paragraph, what matters first.</summary>
public static class ComparisonText
{
    private const int MostPorts = 5;

    /// <summary>Renders the comparison.</summary>
    public static string Render(FirewallComparison comparison, RenderOptions options)
    {
        var output = new StringBuilder();
        foreach (var finding in comparison.Findings)
        {
            Write(finding, output, options);
        }
        foreach (var note in comparison.Notes)
        {
            new StyledText("note: ", Shade.Warning).Add(note).WriteLine(output, options.Colour);
        }
        var count = comparison.Findings.Count;
        var ports = comparison.Ports is { } number
            ? string.Create(CultureInfo.InvariantCulture, $", {number} {(number == 1 ? "port" : "ports")} compared") : "";
        var release = comparison.Release is { } known ? $" with Neutron {NeutronReleases.NameOf(known)}'s rules{Why(comparison.ReleaseBy)}" : "";
        new StyledText(count == 0 ? $"no difference{ports}{release}"
            : string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? "difference" : "differences")}{ports}{release}"),
            count == 0 ? Shade.Plain : Shade.Heading).WriteLine(output, options.Colour);
        return output.ToString();
    }

    private static string Why(ReleaseOrigin origin) => origin switch
    {
        ReleaseOrigin.Given => "",
        ReleaseOrigin.Rules => " (the nearest; --neutron names another)",
        _ => " (nothing tells which; --neutron does)",
    };

    private static void Write(FirewallFinding finding, StringBuilder output, RenderOptions options)
    {
        var head = new StyledText($"[{finding.Id}]", finding.HasEffect ? Shade.Bad : Shade.Faint).Add(" ");
        if (finding.Family is { } family)
        {
            head.Add(family == IPFamily.IPv4 ? "IPv4 " : "IPv6 ", Shade.Faint);
        }
        head.Add(finding.What, finding.HasEffect ? Shade.Heading : Shade.Plain).WriteLine(output, options.Colour);
        if (finding.Ports.Count > 0)
        {
            var shown = string.Join("; ", finding.Ports.Take(MostPorts));
            Line("port", finding.Ports.Count > MostPorts
                ? string.Create(CultureInfo.InvariantCulture, $"{shown} and {finding.Ports.Count - MostPorts} more") : shown);
        }
        foreach (var evidence in finding.Evidence)
        {
            Line("seen", evidence);
        }
        Line("effect", finding.Consequence);
        Line("fix", finding.Fix);
        output.Append('\n');

        void Line(string label, string text) =>
            new StyledText($"  {label}:".PadRight(11), Shade.Faint).Add(text).WriteLine(output, options.Colour);
    }
}
