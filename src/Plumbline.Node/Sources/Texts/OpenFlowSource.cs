using System.Text;
using System.Text.RegularExpressions;

namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// <c>ovs-ofctl dump-flows</c>, <c>dump-groups</c>, <c>show</c>, <c>dump-ports-desc</c>, <c>dump-ports</c> and <c>ovs-appctl fdb/show</c>, kept as
/// printed; a listing ends with the first line that is not of its kind.
/// </summary>
internal sealed partial class OpenFlowSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "ovs-ofctl dump-flows, dump-groups, show, dump-ports, ovs-appctl fdb/show";

    /// <inheritdoc/>
    public override string Source => "flows";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["cookie=0x", "XST_", "OFPST_", "OFPT_", "actions=", "MAC", "group_id="];

    /// <inheritdoc/>
    public override bool NeedsWhole => true;

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var found = 0;
        for (var i = 0; i < text.Lines.Length; i++)
        {
            var line = text.Lines[i];
            if (KindOf(line) is not { } start)
            {
                continue;
            }
            var command = text.CommandAt(i);
            var first = i;
            var block = new StringBuilder();
            var kind = start.Kind;
            if (!start.IsHeader)
            {
                block.Append(line).Append('\n');
            }
            else if (kind == SwitchListingKind.Ports)
            {
                block.Append(line).Append('\n');
            }
            while (i + 1 < text.Lines.Length && Belongs(text.Lines[i + 1], kind))
            {
                i++;
                if (text.Lines[i].Length > 0)
                {
                    block.Append(text.Lines[i]).Append('\n');
                }
            }
            var printed = block.ToString();
            if (kind == SwitchListingKind.Flows && !IsFull(printed))
            {
                kind = SwitchListingKind.NamedFlows;
            }
            if (kind == SwitchListingKind.Ports && !PortPattern().IsMatch(printed))
            {
                continue;       // OpenFlow 1.3 and later tell the ports in an answer of their own, which follows
            }
            var bridge = kind == SwitchListingKind.Ports && LocalPattern().Match(printed) is { Success: true } local
                ? local.Groups["name"].Value
                : null;
            builder.SwitchListings.Add(new(kind, printed, command, text.Where, bridge)
            {
                IsPart = kind is SwitchListingKind.Flows or SwitchListingKind.NamedFlows or SwitchListingKind.Groups && text.IsPart(first, i + 1),
            });
            found++;
        }
        return found;
    }

    private static (SwitchListingKind Kind, bool IsHeader)? KindOf(string line)
    {
        if (line.Length < 8)
        {
            return null;
        }
        if (SwitchText.IsHeader(line))
        {
            return line.Contains("_FLOW ", StringComparison.Ordinal) ? (SwitchListingKind.Flows, true)
                : line.Contains("_GROUP_DESC ", StringComparison.Ordinal) ? (SwitchListingKind.Groups, true)
                : line.Contains("_PORT_DESC ", StringComparison.Ordinal) ? (SwitchListingKind.Ports, true)
                : line.Contains("_PORT ", StringComparison.Ordinal) ? (SwitchListingKind.PortCounters, true)
                : null;
        }
        return IsFlow(line) ? (SwitchListingKind.Flows, false)
            : line.StartsWith("OFPT_FEATURES_REPLY", StringComparison.Ordinal) ? (SwitchListingKind.Ports, true)
            : OvsFdbText.IsHeader(line) ? (SwitchListingKind.Fdb, true)
            : null;
    }

    private static bool Belongs(string line, SwitchListingKind kind) => kind switch
    {
        SwitchListingKind.Flows => IsFlow(line),
        SwitchListingKind.Groups => line.AsSpan().TrimStart().StartsWith("group_id="),
        SwitchListingKind.Fdb => OvsFdbText.ReadLine(line) is not null,
        SwitchListingKind.PortCounters => line.StartsWith("  port ", StringComparison.Ordinal)
            || line.AsSpan().TrimStart().StartsWith("tx pkts=") || line.AsSpan().TrimStart().StartsWith("duration="),
        SwitchListingKind.Ports => line.StartsWith(' ') || line.StartsWith("n_tables:", StringComparison.Ordinal)
            || line.StartsWith("capabilities:", StringComparison.Ordinal) || line.StartsWith("actions:", StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>A flow, also as bridge/dump-flows prints it, which begins with table_id or duration.</summary>
    internal static bool IsFlow(string line)
    {
        var start = line.AsSpan().TrimStart();
        return (start.StartsWith("cookie=0x") || start.StartsWith("table=") || start.StartsWith("table_id=")
                || start.StartsWith("duration=") || start.StartsWith("priority="))
            && start.Contains("actions=", StringComparison.Ordinal);
    }

    /// <summary>It has counters and its ports are numbers.</summary>
    private static bool IsFull(string flows) =>
        flows.Length == 0 || (flows.Contains("n_packets=", StringComparison.Ordinal) && flows.Contains("cookie=", StringComparison.Ordinal)
            && !NamedPortPattern().IsMatch(flows));

    [GeneratedRegex(@"^\s*[\w.-]+\([^)]+\): ", RegexOptions.Multiline)]
    private static partial Regex PortPattern();

    [GeneratedRegex(@"^\s*LOCAL\((?<name>[^)]+)\):", RegexOptions.Multiline)]
    private static partial Regex LocalPattern();

    [GeneratedRegex(@"in_port=(?:""|[A-Za-z](?!OCAL))")]
    private static partial Regex NamedPortPattern();
}
