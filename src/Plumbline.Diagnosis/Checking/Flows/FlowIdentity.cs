using System.Globalization;
using Plumbline.OpenFlow.Flows;

namespace Plumbline.Diagnosis.Checking.Flows;

/// <summary>What a flow matches and does, in words that are the same however it was printed: without priority, cookie and order.</summary>
internal static class FlowIdentity
{
    /// <summary>Fields whose values are a port's or a network's own.</summary>
    private static readonly HashSet<string> _own =
        ["reg5", "reg6", "in_port", "dl_vlan", "dl_src", "dl_dst", "nw_src", "arp_spa", "ipv6_src", "nd_target", "ct_zone"];

    /// <summary>The table and all that it matches.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="without">Fields to leave out.</param>
    public static string MatchOf(Flow flow, params ReadOnlySpan<string> without)
    {
        var words = new List<string>(flow.Matches.Count + 1);
        foreach (var match in flow.Matches)
        {
            if (match is not Match.Value value || !without.Contains(value.Field.Name))
            {
                Add(words, match, hidesOwn: false);
            }
        }
        return Join(flow, words);
    }

    /// <summary>The table and what it matches, but of fields that differ from port to port the names alone.</summary>
    public static string KindOf(Flow flow)
    {
        var words = new List<string>(flow.Matches.Count + 1);
        foreach (var match in flow.Matches)
        {
            Add(words, match, hidesOwn: true);
        }
        return Join(flow, words);
    }

    /// <summary>What it does.</summary>
    public static string ActionsOf(Flow flow) => flow.Actions.Count == 0 ? "drop" : string.Join(';', flow.Actions.Select(Word));

    private static string Join(Flow flow, List<string> words)
    {
        words.Sort(StringComparer.Ordinal);
        return string.Create(CultureInfo.InvariantCulture, $"{flow.Table.Number ?? 0}|{string.Join(',', words)}");
    }

    private static void Add(List<string> words, Match match, bool hidesOwn)
    {
        switch (match)
        {
            case Match.Protocol protocol:
                if (protocol.DlType is { } type)
                {
                    words.Add(string.Create(CultureInfo.InvariantCulture, $"dl_type={type:x}"));
                }
                if (protocol.NwProto is { } number)
                {
                    words.Add(string.Create(CultureInfo.InvariantCulture, $"nw_proto={(int)number:x}"));
                }
                break;
            case Match.Value value:
                words.Add(hidesOwn && _own.Contains(value.Field.Name) ? value.Field.Name
                    : $"{value.Field.Name}={value.Wanted.ToString("x", CultureInfo.InvariantCulture)}"
                        + (value.Mask == value.Field.Mask ? "" : "/" + value.Mask.ToString("x", CultureInfo.InvariantCulture)));
                break;
            default:
                words.Add(match.Text);
                break;
        }
    }

    private static string Word(FlowAction action) => action switch
    {
        FlowAction.SetField set => $"{set.Target}={set.Value}/{set.Mask}",
        FlowAction.Resubmit { Table: { } table } => $"table {table}",
        FlowAction.GotoTable go => $"table {go.Table}",
        FlowAction.Output output => $"output {output.Port}",
        FlowAction.Ct ct => $"ct {ct.Parameters.Commit} {ct.Parameters.Zone} {ct.Parameters.ZoneField} {ct.Parameters.Table}"
            + string.Concat(ct.Parameters.Exec.Select(Word)),
        FlowAction.Drop => "drop",
        _ => action.Text,
    };
}
