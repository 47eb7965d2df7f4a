using Plumbline.Diagnosis.Comparing;
using Plumbline.Iptables;
using Plumbline.Neutron.SecurityGroups;
using Plumbline.Views.Json;

namespace Plumbline.Views;

/// <summary>The answer of <c>plumb diff</c> as JSON; docs/json.md is its schema.</summary>
public static class ComparisonJson
{
    /// <summary>Renders the comparison.</summary>
    public static string Render(FirewallComparison comparison) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("format", "plumbline.diff");
        writer.WriteNumber("version", 1);
        writer.WriteKnown("ports", comparison.Ports);
        if (comparison.Release is { } release)
        {
            writer.WriteString("release", NeutronReleases.NameOf(release));
            writer.WriteString("releaseBy", comparison.ReleaseBy switch
            {
                ReleaseOrigin.Given => "given",
                ReleaseOrigin.Rules => "rules",
                _ => "default",
            });
        }
        writer.WriteArray("findings", comparison.Findings, static (writer, finding) =>
        {
            writer.WriteStartObject();
            writer.WriteString("id", finding.Id);
            writer.WriteString("what", finding.What);
            writer.WriteBoolean("hasEffect", finding.HasEffect);
            writer.WriteKnown("family", finding.Family is not { } family ? null : family == IPFamily.IPv4 ? "IPv4" : "IPv6");
            writer.WriteKnown("table", finding.Table);
            writer.WriteKnown("chain", finding.Chain);
            writer.WriteStrings("ports", finding.Ports);
            writer.WriteStrings("evidence", finding.Evidence);
            writer.WriteString("consequence", finding.Consequence);
            writer.WriteString("fix", finding.Fix);
            writer.WriteEndObject();
        });
        writer.WriteStrings("notes", comparison.Notes);
        writer.WriteEndObject();
    });
}
