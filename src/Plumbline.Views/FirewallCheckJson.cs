using Plumbline.Diagnosis.Reaching;
using Plumbline.Iptables;
using Plumbline.Views.Json;

namespace Plumbline.Views;

/// <summary>Dead rules and the like, as JSON; docs/check-firewall.md describes it.</summary>
public static class FirewallCheckJson
{
    /// <summary>Renders the findings of each ruleset.</summary>
    public static string Render(IReadOnlyList<FirewallCheckPart> parts) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("format", "plumbline.firewall-check");
        writer.WriteNumber("version", 1);
        writer.WriteArray("rulesets", parts, static (writer, part) =>
        {
            writer.WriteStartObject();
            writer.WriteString("family", part.Family == IPFamily.IPv4 ? "IPv4" : "IPv6");
            writer.WriteNumber("rules", part.Report.Rules);
            writer.WriteNumber("byDesign", part.ByDesign);
            writer.WriteArray("findings", part.Report.Findings, static (writer, finding) =>
            {
                writer.WriteStartObject();
                writer.WriteString("kind", finding.Kind.ToString());
                writer.WriteString("table", finding.Table);
                writer.WriteString("chain", finding.Chain);
                writer.WriteKnown("number", finding.Number == 0 ? null : finding.Number);
                writer.WriteKnown("rule", finding.Rule is null ? null : RulesetRenderer.Save(finding.Rule));
                writer.WriteString("why", FirewallCheckText.Why(finding));
                writer.WriteStrings("because", [.. finding.Because.Select(b => b.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
                writer.WriteBoolean("isProved", finding.IsProved);
                if (finding.Witness is { } witness)
                {
                    writer.WritePropertyName("witness");
                    PacketJson.Write(writer, witness);
                }
                writer.WriteEndObject();
            });
            writer.WriteStrings("portsWithoutChains", part.PortsWithoutChains);
            writer.WriteStrings("notProved", part.Report.Unproved);
            writer.WriteEndObject();
        });
        writer.WriteEndObject();
    });
}
