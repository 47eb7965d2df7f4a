using System.Globalization;
using Plumbline.OpenFlow.Fields;
using Plumbline.OpenFlow.Text;

namespace Plumbline.OpenFlow.Flows;

/// <summary>Lines to flows. One for each text: it collects what it could not read.</summary>
internal sealed partial class FlowParser
{
    private readonly List<TextProblem> _problems = [];
    private int _line;

    public IReadOnlyList<TextProblem> Problems => _problems;

    public FlowDump Parse(string text)
    {
        var flows = new List<Flow>();
        foreach (var line in text.EnumerateLines())
        {
            _line++;
            var trimmed = line.Trim();
            if (trimmed.IsEmpty || trimmed[0] == '#' || IsHeading(trimmed))
            {
                continue;
            }
            if (ParseLine(line.ToString()) is { } flow)
            {
                flows.Add(flow);
            }
        }
        return new(flows, _problems);
    }

    private static bool IsHeading(ReadOnlySpan<char> line) =>
        (line.StartsWith("NXST_", StringComparison.Ordinal) || line.StartsWith("OFPST_", StringComparison.Ordinal)
            || line.StartsWith("OFPT_", StringComparison.Ordinal)) && line.Contains("(xid=", StringComparison.Ordinal);

    private Flow? ParseLine(string line)
    {
        var comment = line.IndexOf('#', StringComparison.Ordinal);
        var text = comment >= 0 ? line[..comment] : line;
        var actions = FindActions(text);
        if (actions < 0)
        {
            Report(1 + line.Length - line.TrimStart().Length, $"no flow: \"{Shorten(line.Trim())}\" has no \"actions=\"",
                "paste whole lines of \"ovs-ofctl dump-flows BRIDGE\"");
            return null;
        }
        var flow = new Flow { Line = _line };
        var attributes = new List<string>();
        var matches = new List<Match>();
        var sawPriority = false;
        foreach (var piece in Splitter.Split(new Token(text[..actions], 1), blanks: true))
        {
            var equals = piece.Text.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? piece.Text : piece.Text[..equals];
            var value = equals < 0 ? "" : piece.Text[(equals + 1)..];
            if (name == "priority")
            {
                sawPriority = true;
                flow = flow with { Priority = (int)Number(piece, value, 65535), ShowsPriority = true };
            }
            else if (IsAttribute(name))
            {
                attributes.Add(piece.Text);
                flow = WithAttribute(flow, piece, name, value);
            }
            else if (name is not ("add" or "delete" or "modify") || sawPriority)
            {
                matches.Add(ParseMatch(piece, name, equals < 0 ? null : value));
            }
        }
        var start = text.IndexOf('=', actions) + 1;
        return flow with
        {
            Attributes = attributes,
            Matches = matches,
            Actions = ParseActions(new Token(text[start..], start + 1)),
        };
    }

    private static int FindActions(string text)
    {
        foreach (var word in (ReadOnlySpan<string>)["actions=", "action="])
        {
            for (var i = text.IndexOf(word, StringComparison.Ordinal); i >= 0; i = text.IndexOf(word, i + 1, StringComparison.Ordinal))
            {
                if (i == 0 || text[i - 1] is ' ' or ',' or '\t')
                {
                    return i;
                }
            }
        }
        return -1;
    }

    private static bool IsAttribute(string name) => name is "cookie" or "duration" or "table" or "table_id" or "n_packets"
        or "n_bytes" or "idle_timeout" or "hard_timeout" or "idle_age" or "hard_age" or "importance" or "send_flow_rem"
        or "check_overlap" or "reset_counts" or "no_packet_counts" or "no_byte_counts" or "out_port" or "out_group";

    private Flow WithAttribute(Flow flow, Token piece, string name, string value)
    {
        switch (name)
        {
            case "cookie":
                return flow with { Cookie = Number(piece, value.Split('/')[0], ulong.MaxValue) };
            case "duration":
                var seconds = value.EndsWith('s') ? value[..^1] : value;
                if (decimal.TryParse(seconds, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var duration)
                    && duration <= int.MaxValue)
                {
                    return flow with { Duration = TimeSpan.FromTicks((long)(duration * TimeSpan.TicksPerSecond)) };
                }
                Report(piece.Column, $"\"{piece.Text}\" is no duration", "it should read duration=12.345s");
                return flow;
            case "table" or "table_id":
                if (TableReference.TryParse(value, out var table))
                {
                    return flow with { Table = table };
                }
                Report(piece.Column, $"\"{piece.Text}\" names no table", "tables are numbered 0 to 255");
                return flow;
            case "n_packets":
                return flow with { Packets = Number(piece, value, ulong.MaxValue) };
            case "n_bytes":
                return flow with { Bytes = Number(piece, value, ulong.MaxValue) };
            case "idle_timeout":
                return flow with { IdleTimeout = (int)Number(piece, value, 65535) };
            case "hard_timeout":
                return flow with { HardTimeout = (int)Number(piece, value, 65535) };
            case "idle_age":
                return flow with { IdleAge = (int)Number(piece, value, int.MaxValue) };
            case "hard_age":
                return flow with { HardAge = (int)Number(piece, value, int.MaxValue) };
            default:
                return flow;
        }
    }

    private ulong Number(Token piece, string value, ulong max)
    {
        if (FieldText.TryParseNumber(value, out var number) && number <= max)
        {
            return (ulong)number;
        }
        Report(piece.Column, $"\"{piece.Text}\" has no number from 0 to {max}", "paste the line as it was printed");
        return 0;
    }

    private void Report(int column, string what, string fix) => _problems.Add(new(_line, column, what, fix));

    private static string Shorten(string text) => text.Length <= 60 ? text : string.Concat(text.AsSpan(0, 57), "...");
}
