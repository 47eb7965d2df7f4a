using System.Text;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// <c>ipset list</c>, kept as printed: blocks from <c>Name:</c> to a blank line. It counts only where no <c>ipset save</c> tells the sets. A set
/// without its members (<c>ipset list -t</c>) is left: it is not empty, it is not told.
/// </summary>
internal sealed class IpsetListSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "ipset list";

    /// <inheritdoc/>
    public override string Source => "ipset";

    /// <inheritdoc/>
    public override bool NeedsWhole => true;

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var printed = new SortedDictionary<string, StringBuilder>(StringComparer.Ordinal);
        var found = 0;
        var untold = 0;
        for (var i = 0; i < text.Lines.Length; i++)
        {
            if (!IsStart(text, i))
            {
                continue;
            }
            var block = new StringBuilder();
            var hasMembers = false;
            var start = i;
            for (; i < text.Lines.Length && text.Lines[i].Trim() is { Length: > 0 } line && (i == start || !IsStart(text, i)); i++)
            {
                hasMembers |= line == "Members:";
                block.Append(line).Append('\n');
            }
            i--;
            if (!hasMembers)
            {
                untold++;
                continue;
            }
            found++;
            if (!printed.TryGetValue(text.NamespaceAt(start), out var lines))
            {
                printed[text.NamespaceAt(start)] = lines = new();
            }
            lines.Append(block).Append('\n');
        }
        foreach (var (network, lines) in printed)
        {
            if (!builder.Firewall.ContainsKey((network, "ipset save")))
            {
                builder.Firewall.TryAdd((network, "ipset list"), new FirewallText(network, "ipset list", lines.ToString()));
            }
        }
        if (untold > 0)
        {
            builder.Remarks.Add(new()
            {
                Source = Source,
                Where = text.Where,
                Outcome = SourceOutcome.Partial,
                Detail = $"{untold} sets are listed without their members (ipset list -t, or cut off)",
                Consequence = "firewall: rules that ask these sets are undecided: add the output of ipset save",
            });
        }
        return found;
    }

    private static bool IsStart(PastedText text, int line) =>
        text.Lines[line].AsSpan().TrimStart().StartsWith("Name: ") && text.NextFilled(line).StartsWith("Type: ", StringComparison.Ordinal);
}
