using System.Globalization;
using System.Text;
using Plumbline.Diagnosis.Reaching;
using Plumbline.Iptables;
using Plumbline.Iptables.Symbolic;
using Plumbline.Primitives;

namespace Plumbline.Views;

/// <summary>What can reach ports, as text: each class with the rule that lets it in and a packet to try.</summary>
public static class ReachText
{
    /// <summary>Renders the answers for one or several ports.</summary>
    /// <param name="answers">The answers.</param>
    /// <param name="withCommands">With each class the command that asks what becomes of its example.</param>
    /// <param name="from">The file that these commands ask; null: the live node.</param>
    public static string Render(IReadOnlyList<PortReach> answers, bool withCommands = false, string? from = null)
    {
        var text = new StringBuilder();
        foreach (var answer in answers)
        {
            text.Append(text.Length == 0 ? "" : "\n");
            var name = answer.Target.Instance ?? answer.Target.Tap ?? answer.Target.PortId;
            text.Append(CultureInfo.InvariantCulture, $"{Printable.Escape(name)}");
            text.Append(answer.Target.IPAddresses.Count > 0 ? "  " + string.Join(" ", answer.Target.IPAddresses) : "");
            text.Append(answer.Family == IPFamily.IPv4 ? "  IPv4\n" : "  IPv6\n");
            foreach (var note in answer.Notes)
            {
                text.Append("  note: ").Append(note).Append('\n');
            }
            if (answer.Incoming is { } incoming)
            {
                Append(text, "can reach it", incoming, answer.Family, e => Ask(answer, e, isIncoming: true));
            }
            if (answer.Outgoing is { } outgoing)
            {
                Append(text, "it can reach", outgoing, answer.Family, e => Ask(answer, e, isIncoming: false));
            }
        }
        return text.ToString();

        string? Ask(PortReach answer, SymbolicPacket example, bool isIncoming) => withCommands
            ? VerdictLine.Along(example, answer.Target.Tap ?? answer.Target.PortId, isIncoming, from) : null;
    }

    private static void Append(StringBuilder text, string title, ReachReport report, IPFamily family, Func<SymbolicPacket, string?> ask)
    {
        text.Append("  ").Append(title).Append(":\n");
        if (report.Unproved is { } unproved)
        {
            text.Append("    not proved: ").Append(unproved).Append('\n');
            foreach (var pass in report.Sampled?.Passes ?? [])
            {
                text.Append("    sampled: ").Append(BoxText.Of(pass.Packet)).Append('\n');
                text.Append("        by ").Append(pass.By is { } by ? Printable.Escape(MeaningDiffText.WordsOf(by)) : "no rule").Append('\n');
            }
            if (report.Proved.Count == 0)
            {
                return;
            }
            text.Append("    proved for ").Append(string.Join(", ", report.Proved)).Append(":\n");
        }
        if (report.Classes.Count == 0)
        {
            text.Append("    nothing new\n");
        }
        foreach (var reached in report.Classes)
        {
            foreach (var box in reached.Packets.Boxes)
            {
                text.Append("    ").Append(BoxText.Of(box, family)).Append('\n');
            }
            if (!reached.Packets.IsComplete)
            {
                text.Append("    … and more than is shown\n");
            }
            text.Append("        by ").Append(WordsOf(reached)).Append('\n');
            text.Append("        e.g. ").Append(BoxText.Of(reached.Example)).Append('\n');
            if (ask(reached.Example) is { } command)
            {
                text.Append("        ask: ").Append(Printable.Escape(command)).Append('\n');
            }
            if (!reached.IsCertain)
            {
                text.Append("        depends on: ").Append(Printable.Escape(string.Join("; ", reached.DependsOn.Select(d => d.Text)))).Append('\n');
            }
        }
        text.Append("    replies of open connections: ").Append(report.Replies switch
        {
            Passage.All => "pass",
            Passage.Some => report.HeldReplies is { IsComplete: true, Boxes: var held }
                ? "pass, but for " + string.Join("; ", held.Select(b => BoxText.Of(b, family)))
                : "some pass, by their headers",
            Passage.None => "do not pass",
            _ => "it depends",
        }).Append('\n');
    }

    internal static string WordsOf(ReachClass reached) => Printable.Escape(reached.Rule is { } rule
        ? $"{reached.Table} {reached.Chain} rule {reached.Number.ToString(CultureInfo.InvariantCulture)}: {RulesetRenderer.Save(rule)}"
        : $"{reached.Table} {reached.Chain}: the policy");
}
