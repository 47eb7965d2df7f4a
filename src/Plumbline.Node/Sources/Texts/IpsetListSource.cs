using System.Text;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources.Texts;

/// <summary><c>ipset list</c>, kept as printed: blocks from <c>Name:</c> to a blank line. It counts only where no <c>ipset save</c> tells the sets.</summary>
internal sealed class IpsetListSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "ipset list";

    /// <inheritdoc/>
    public override string Source => "ipset";

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var printed = new SortedDictionary<string, StringBuilder>(StringComparer.Ordinal);
        var found = 0;
        var isInside = false;
        for (var i = 0; i < text.Lines.Length; i++)
        {
            var line = text.Lines[i].Trim();
            if (line.StartsWith("Name: ", StringComparison.Ordinal) && text.NextFilled(i).StartsWith("Type: ", StringComparison.Ordinal))
            {
                isInside = true;
                found++;
            }
            else if (line.Length == 0)
            {
                isInside = false;
            }
            if (!isInside)
            {
                continue;
            }
            if (!printed.TryGetValue(text.NamespaceAt(i), out var lines))
            {
                printed[text.NamespaceAt(i)] = lines = new();
            }
            lines.Append(line).Append('\n');
        }
        foreach (var (network, lines) in printed)
        {
            if (!builder.Firewall.ContainsKey((network, "ipset save")))
            {
                builder.Firewall.TryAdd((network, "ipset list"), new FirewallText(network, "ipset list", lines.ToString()));
            }
        }
        return found;
    }
}
