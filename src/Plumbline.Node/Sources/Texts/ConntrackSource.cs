using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Plumbline.Node.Sources.Texts;

/// <summary><c>conntrack -L</c> and /proc/net/nf_conntrack, kept as printed.</summary>
internal sealed partial class ConntrackSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "conntrack -L";

    /// <inheritdoc/>
    public override string Source => "conntrack";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["src="];

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var found = 0;
        var blocks = new SortedDictionary<string, StringBuilder>(StringComparer.Ordinal);
        for (var i = 0; i < text.Lines.Length; i++)
        {
            var line = text.Lines[i];
            if (!line.Contains(" src=", StringComparison.Ordinal) || !LinePattern().IsMatch(line))
            {
                continue;
            }
            var name = text.NamespaceAt(i);
            if (!blocks.TryGetValue(name, out var block))
            {
                blocks[name] = block = new();
            }
            block.Append(line.AsSpan().TrimEnd()).Append('\n');
            found++;
        }
        foreach (var (name, block) in blocks)
        {
            var network = builder.Namespace(name);
            var known = network.Conntrack?.Entries ?? "";
            var seen = new HashSet<string>(known.Split('\n'), StringComparer.Ordinal);
            var added = new StringBuilder(known);
            foreach (var line in block.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                if (seen.Add(line))
                {
                    added.Append(line).Append('\n');    // conntrack -L -f ipv6 tells again what conntrack -L told
                }
            }
            network.Conntrack = (network.Conntrack ?? new()) with { Entries = added.ToString() };
        }
        return found;
    }

    /// <summary>The counts among a namespace's sysctls, put beside the entries.</summary>
    public static void AddCounts(NamespaceBuilder network)
    {
        long? Number(string name) =>
            network.Sysctls.TryGetValue(name, out var text) && long.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : null;
        if (Number("net.netfilter.nf_conntrack_count") is { } count)
        {
            network.Conntrack = (network.Conntrack ?? new()) with
            {
                Count = count,
                Maximum = Number("net.netfilter.nf_conntrack_max"),
            };
        }
    }

    [GeneratedRegex(@"^\s*(?:ipv[46]\s+\d+\s+)?[a-z][\w-]*\s+\d+\s+(?:\d+\s+)?(?:[A-Z][A-Z0-9_]*\s+)?src=\S+ dst=\S+ .*src=")]
    private static partial Regex LinePattern();
}
