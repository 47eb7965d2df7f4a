using System.Text;
using Plumbline.Iptables.Frames;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// <c>nft list ruleset</c>: the tables that are not iptables', ebtables' or arptables' (nft prints those without what their matches ask for),
/// kept as printed.
/// </summary>
internal sealed class NftSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "nft list ruleset";

    /// <inheritdoc/>
    public override string Source => "nft";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["table ip", "table inet", "table bridge", "table arp", "table netdev"];

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var blocks = new SortedDictionary<string, StringBuilder>(StringComparer.Ordinal);
        var found = 0;
        for (var i = 0; i < text.Lines.Length; i++)
        {
            if (NftParser.Header(text.Lines[i]) is null)
            {
                continue;
            }
            var end = NftParser.EndOf(text.Lines, i);
            if (!NftParser.IsOfTools(text.Lines, i, end))
            {
                var space = text.NamespaceAt(i);
                if (!blocks.TryGetValue(space, out var block))
                {
                    blocks[space] = block = new();
                }
                for (var line = i; line <= end; line++)
                {
                    block.Append(text.Lines[line]).Append('\n');
                }
                found++;
            }
            i = end;
        }
        foreach (var (space, block) in blocks)
        {
            builder.Namespace(space).Add(new FrameRulesText("nft", block.ToString()));
        }
        return found;
    }
}
