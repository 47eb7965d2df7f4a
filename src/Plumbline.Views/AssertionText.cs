using System.Globalization;
using System.Text;
using Plumbline.Diagnosis.Reaching.Asserting;
using Plumbline.Primitives;
using Plumbline.Views.Json;

namespace Plumbline.Views;

/// <summary>Which assertions hold, and a packet against each that does not.</summary>
public static class AssertionText
{
    /// <summary>Renders the results as text.</summary>
    public static string Render(IReadOnlyList<AssertionResult> results)
    {
        var text = new StringBuilder();
        foreach (var result in results)
        {
            var word = result.Violations.Count > 0 ? "FAILS" : result.Unproved.Count > 0 ? "not proved" : result.Proved == 0 ? "about no port" : "holds";
            text.Append(CultureInfo.InvariantCulture, $"{word}: {Printable.Escape(result.Assertion.Name)}  ({result.Proved} proved)\n");
            foreach (var (port, packet) in result.Violations)
            {
                text.Append(result.Assertion.IsDenied ? "    gets to " : "    does not get to ").Append(Printable.Escape(port)).Append(": ")
                    .Append(BoxText.Of(packet)).Append('\n');
            }
            foreach (var unproved in result.Unproved)
            {
                text.Append("    not proved: ").Append(Printable.Escape(unproved)).Append('\n');
            }
        }
        return text.ToString();
    }

    /// <summary>Renders the results as JSON.</summary>
    public static string RenderJson(IReadOnlyList<AssertionResult> results) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("format", "plumbline.intent");
        writer.WriteNumber("version", 1);
        writer.WriteArray("assertions", results, static (writer, result) =>
        {
            writer.WriteStartObject();
            writer.WriteString("name", result.Assertion.Name);
            writer.WriteBoolean("holds", result.Violations.Count == 0 && result.Unproved.Count == 0);
            writer.WriteNumber("proved", result.Proved);
            writer.WriteArray("violations", result.Violations, static (writer, violation) =>
            {
                writer.WriteStartObject();
                writer.WriteString("port", violation.Port);
                writer.WritePropertyName("packet");
                PacketJson.Write(writer, violation.Packet);
                writer.WriteEndObject();
            });
            writer.WriteStrings("notProved", result.Unproved);
            writer.WriteEndObject();
        });
        writer.WriteEndObject();
    });
}
