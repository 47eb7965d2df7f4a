using System.Text.Json;
using Plumbline.Diagnosis.Reaching;
using Plumbline.Iptables;
using Plumbline.Iptables.Symbolic;
using Plumbline.Views.Json;

namespace Plumbline.Views;

/// <summary>What can reach ports, as JSON; docs/reach.md describes it.</summary>
public static class ReachJson
{
    /// <summary>Renders the answers.</summary>
    /// <param name="answers">The answers.</param>
    /// <param name="from">The file that the commands in it ask; null: the live node.</param>
    public static string Render(IReadOnlyList<PortReach> answers, string? from = null) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("format", "plumbline.reach");
        writer.WriteNumber("version", 1);
        writer.WriteArray("ports", answers, (writer, answer) =>
        {
            var tap = answer.Target.Tap ?? answer.Target.PortId;
            writer.WriteStartObject();
            writer.WriteString("portId", answer.Target.PortId);
            writer.WriteKnown("tap", answer.Target.Tap);
            writer.WriteKnown("instanceName", answer.Target.Instance);
            writer.WriteString("family", answer.Family == IPFamily.IPv4 ? "IPv4" : "IPv6");
            Write(writer, "incoming", answer.Incoming, answer.Family, e => VerdictLine.Along(e, tap, isIncoming: true, from));
            Write(writer, "outgoing", answer.Outgoing, answer.Family, e => VerdictLine.Along(e, tap, isIncoming: false, from));
            writer.WriteStrings("notes", answer.Notes);
            writer.WriteEndObject();
        });
        writer.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter writer, string name, ReachReport? report, IPFamily family, Func<SymbolicPacket, string> ask)
    {
        if (report is null)
        {
            return;
        }
        writer.WriteStartObject(name);
        writer.WriteBoolean("everythingPasses", report.IsOpen);
        writer.WriteString("replies", report.Replies.ToString().ToLowerInvariant());
        writer.WriteKnown("notProved", report.Unproved);
        if (report.Sampled is { } sampled)
        {
            writer.WriteStrings("proved", report.Proved);
            writer.WriteStartObject("sampled");
            writer.WriteNumber("tried", sampled.Tried);
            writer.WriteNumber("passed", sampled.Passed);
            writer.WriteArray("passes", sampled.Passes, (w, pass) =>
            {
                w.WriteStartObject();
                PacketJson.Write(w, "by", pass.By);
                w.WritePropertyName("packet");
                PacketJson.Write(w, pass.Packet);
                w.WriteEndObject();
            });
            writer.WriteEndObject();
        }
        writer.WriteArray("classes", report.Classes, (writer, reached) =>
        {
            writer.WriteStartObject();
            writer.WriteString("table", reached.Table);
            writer.WriteString("chain", reached.Chain);
            if (reached.Rule is { } rule)
            {
                writer.WriteNumber("number", reached.Number);
                writer.WriteString("rule", RulesetRenderer.Save(rule));
            }
            writer.WriteBoolean("isComplete", reached.Packets.IsComplete);
            writer.WriteArray("packets", reached.Packets.Boxes, (w, box) => PacketJson.Write(w, box, family));
            writer.WritePropertyName("example");
            PacketJson.Write(writer, reached.Example);
            writer.WriteString("ask", ask(reached.Example));
            writer.WriteBoolean("isCertain", reached.IsCertain);
            writer.WriteStrings("dependsOn", [.. reached.DependsOn.Select(d => d.Text)]);
            writer.WriteEndObject();
        });
        writer.WriteEndObject();
    }
}
