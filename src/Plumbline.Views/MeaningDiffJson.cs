using Plumbline.Diagnosis.Reaching;
using Plumbline.Iptables;
using Plumbline.Views.Json;

namespace Plumbline.Views;

/// <summary>How two rulesets differ in meaning, as JSON; docs/check-firewall.md describes it.</summary>
public static class MeaningDiffJson
{
    /// <summary>Renders both families.</summary>
    /// <param name="diffs">The answers.</param>
    /// <param name="first">The file that A is, as it was named; null: the live node.</param>
    /// <param name="second">The file that B is.</param>
    public static string Render(IReadOnlyList<MeaningDiff> diffs, string? first = null, string? second = null) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("format", "plumbline.semantic-diff");
        writer.WriteNumber("version", 1);
        writer.WriteArray("families", diffs, (writer, diff) =>
        {
            writer.WriteStartObject();
            writer.WriteString("family", diff.Family == IPFamily.IPv4 ? "IPv4" : "IPv6");
            writer.WriteBoolean("isEquivalent", diff.Report.Differences.Count == 0 && diff.Report.Unproved.Count == 0);
            writer.WriteArray("differences", diff.Report.Differences, (writer, difference) =>
            {
                writer.WriteStartObject();
                writer.WriteString("table", difference.Table);
                writer.WriteString("chain", difference.Chain);
                writer.WriteString("first", difference.First);
                writer.WriteString("second", difference.Second);
                PacketJson.Write(writer, "firstBy", difference.FirstBy);
                PacketJson.Write(writer, "secondBy", difference.SecondBy);
                writer.WriteBoolean("isCertain", difference.IsCertain);
                writer.WriteArray("packets", difference.Packets.Boxes, (w, box) => PacketJson.Write(w, box, diff.Family));
                writer.WriteBoolean("isComplete", difference.Packets.IsComplete);
                writer.WritePropertyName("example");
                PacketJson.Write(writer, difference.Example);
                writer.WriteBoolean("isSampled", difference.IsSampled);
                writer.WriteString("askFirst", VerdictLine.At(difference.Example, first));
                writer.WriteString("askSecond", VerdictLine.At(difference.Example, second));
                writer.WriteEndObject();
            });
            writer.WriteStrings("notProved", diff.Report.Unproved);
            writer.WriteStrings("notes", diff.Notes);
            writer.WriteEndObject();
        });
        writer.WriteEndObject();
    });
}
