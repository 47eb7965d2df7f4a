using System.Text.Json;
using Plumbline.Diagnosis.Checking;
using Plumbline.Views.Json;

namespace Plumbline.Views;

/// <summary>The answer of <c>plumb check</c> as JSON; docs/json.md is its schema.</summary>
public static class CheckJson
{
    /// <summary>Renders the report.</summary>
    public static string Render(CheckReport report) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("format", "plumbline.check");
        writer.WriteNumber("version", 1);
        writer.WriteStrings("nodes", report.Nodes);
        writer.WriteNumber("vifs", report.Vifs);
        writer.WriteArray("findings", report.Findings, Write);
        writer.WriteStrings("notChecked", report.NotChecked);
        writer.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter writer, Finding finding)
    {
        writer.WriteStartObject();
        writer.WriteString("id", finding.Id);
        writer.WriteKnown("node", finding.Node);
        writer.WriteString("object", finding.Object);
        writer.WriteString("what", finding.What);
        writer.WriteStrings("evidence", finding.Evidence);
        writer.WriteString("consequence", finding.Consequence);
        writer.WriteString("fix", finding.Fix);
        writer.WriteStrings("suffers", finding.Suffers);
        writer.WriteArray("consequences", finding.Consequences, Write);
        writer.WriteEndObject();
    }
}
