using System.Text;
using System.Text.RegularExpressions;

namespace Plumbline.Node.Sources.Texts;

/// <summary><c>ipset save</c>, kept as printed: lines <c>create NAME TYPE …</c> and <c>add NAME ENTRY …</c>.</summary>
internal sealed partial class IpsetSaveSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "ipset save";

    /// <inheritdoc/>
    public override string Source => "ipset";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["create"];

    /// <inheritdoc/>
    public override bool NeedsWhole => true;

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var found = 0;
        var printed = new SortedDictionary<string, StringBuilder>(StringComparer.Ordinal);
        var sets = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < text.Lines.Length; i++)
        {
            var match = LinePattern().Match(text.Lines[i]);
            if (!match.Success || (match.Groups["verb"].Value == "add" && !sets.Contains(match.Groups["set"].Value)))
            {
                continue;
            }
            found += sets.Add(match.Groups["set"].Value) ? 1 : 0;
            if (!printed.TryGetValue(text.NamespaceAt(i), out var lines))
            {
                printed[text.NamespaceAt(i)] = lines = new();
            }
            lines.Append(text.Lines[i].Trim()).Append('\n');
        }
        foreach (var (network, lines) in printed)
        {
            builder.Firewall.TryAdd((network, "ipset save"), new(network, "ipset save", lines.ToString()));
        }
        return found;
    }

    [GeneratedRegex(@"^\s*(?:(?<verb>create) (?<set>\S{1,31}) (?:hash|bitmap|list):\S+|(?<verb>add) (?<set>\S{1,31}) \S)")]
    private static partial Regex LinePattern();
}
