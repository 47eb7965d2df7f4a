using System.Text;
using System.Text.RegularExpressions;
using Plumbline.Iptables;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// <c>iptables-save</c> and <c>ip6tables-save</c>, kept as printed: from <c>*TABLE</c> (and the comment above it) to <c>COMMIT</c>. A text
/// with counters goes before one without.
/// </summary>
internal sealed partial class IptablesSaveSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "iptables-save, ip6tables-save";

    /// <inheritdoc/>
    public override string Source => "iptables";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["COMMIT", "*filter", "*raw", "*nat", "*mangle"];

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        if (string.IsNullOrWhiteSpace(text.Raw))
        {
            return ApplyNothing(text, builder);
        }
        var blocks = new SortedDictionary<(string Namespace, string Tool), StringBuilder>();
        var found = 0;
        string? tool = null;
        string? comment = null;
        StringBuilder? table = null;
        var isOfFrames = false;
        var isCut = false;
        var cut = new HashSet<(string, string)>();
        for (var i = 0; i < text.Lines.Length; i++)
        {
            var line = text.Lines[i];
            if (FrameRulesSource.IsHeader(line))
            {
                (isOfFrames, table) = (true, null);
                continue;
            }
            isOfFrames &= FrameRulesSource.IsOwn(line) && !line.StartsWith("# Completed on ", StringComparison.Ordinal);
            if (GeneratedPattern().Match(line) is { Success: true } generated)
            {
                isOfFrames = false;
                tool = ToolOf(generated, text, i);
                comment = line;
                continue;
            }
            if (line.StartsWith("# Completed on ", StringComparison.Ordinal))
            {
                tool = null;
            }
            else if (table is null && !isOfFrames && TablePattern().IsMatch(line))
            {
                table = new StringBuilder(comment is null ? "" : comment + "\n");
                comment = null;
            }
            if (table is null)
            {
                continue;
            }
            if (CutMark.Is(line))
            {
                isCut = true;
                continue;
            }
            table.Append(line).Append('\n');
            if (line.Trim() == "COMMIT")
            {
                var key = (text.NamespaceAt(i), tool ?? Guess(table.ToString(), text));
                if (!blocks.TryGetValue(key, out var block))
                {
                    blocks[key] = block = new();
                }
                block.Append(table);
                if (isCut || CutMark.IsFiltered(text.CommandAt(i)))
                {
                    cut.Add(key);
                }
                (table, isCut) = (null, false);
                found++;
            }
        }
        foreach (var (key, block) in blocks)
        {
            var printed = block.ToString();
            if (!builder.Firewall.TryGetValue(key, out var known) || known.IsCut || (!cut.Contains(key) && !HasCounters(known.Text) && HasCounters(printed)))
            {
                builder.Firewall[key] = new(key.Namespace, key.Tool, printed, cut.Contains(key));
            }
        }
        if (cut.Count > 0)
        {
            builder.Remarks.Add(new()
            {
                Source = Source,
                Where = text.Where,
                Outcome = SourceOutcome.Partial,
                Detail = "lines of it are left out",
                Consequence = "plumb explain shows what is there; nothing is judged by it: add the whole output of iptables-save -c",
            });
        }
        if (table is not null)
        {
            builder.Remarks.Add(new()
            {
                Source = Source,
                Where = text.Where,
                Outcome = SourceOutcome.Partial,
                Detail = "a table has no COMMIT: the text is cut off",
                Consequence = "the rules of that table are left out",
            });
        }
        return found;
    }

    /// <summary>It ran and printed nothing: the kernel has no table at all, as after a start, or after <c>nft flush ruleset</c>.</summary>
    private static int ApplyNothing(PastedText text, SnapshotBuilder builder)
    {
        if (text.Command is null || CommandPattern().Match(text.Command) is not { Success: true } command)
        {
            return 0;
        }
        var tool = command.Groups["tool"].Value;
        return builder.Firewall.TryAdd((text.NamespaceAt(0), tool), new(text.NamespaceAt(0), tool, "")) ? 1 : 0;
    }

    /// <summary>
    /// The tool of the heading. The old back end's does not name itself there; the command does, or that the same family's rules of the new one, which
    /// writes <c>(nf_tables)</c>, stand in the same text.
    /// </summary>
    private static string ToolOf(System.Text.RegularExpressions.Match generated, PastedText text, int line)
    {
        var name = generated.Groups["tool"].Value;
        if (name.Contains("legacy", StringComparison.Ordinal) || name.Contains("nft", StringComparison.Ordinal)
            || text.Lines[line].Contains("(nf_tables)", StringComparison.Ordinal))
        {
            return name;
        }
        var isOld = text.CommandAt(line)?.Contains("tables-legacy", StringComparison.Ordinal) == true
            || Path.GetFileName(text.Where).Contains("tables-legacy", StringComparison.Ordinal)
            || text.Raw.Contains($"by {name} v", StringComparison.Ordinal) && NewPattern().Matches(text.Raw).Any(match => match.Groups["tool"].Value == name);
        return isOld ? name.Replace("tables-save", "tables-legacy-save", StringComparison.Ordinal) : name;
    }

    private static bool HasCounters(string text) => CounterPattern().IsMatch(text);

    /// <summary>A table that does not say whose it is: by its own rules, then by the file's name, then by all that the text has.</summary>
    private static string Guess(string table, PastedText text) =>
        (FamilyGuess.Told(table) ?? OfName(Path.GetFileName(text.Where)) ?? FamilyGuess.Told(string.Join('\n', text.Lines))) == IPFamily.IPv6
            ? "ip6tables-save"
            : "iptables-save";

    private static IPFamily? OfName(string file) =>
        file.Contains("ip6", StringComparison.Ordinal) || file.Contains("v6", StringComparison.Ordinal) ? IPFamily.IPv6
        : file.Contains("iptables", StringComparison.Ordinal) || file.Contains("v4", StringComparison.Ordinal) ? IPFamily.IPv4 : null;

    [GeneratedRegex(@"^(?:sudo )?(?:ip netns exec \S+ )?(?<tool>ip6?tables-save)(?: -c)?\s*$")]
    private static partial Regex CommandPattern();

    [GeneratedRegex(@"^# Generated by (?<tool>ip6?tables(?:-nft|-legacy)?-save) ")]
    private static partial Regex GeneratedPattern();

    [GeneratedRegex(@"^# Generated by (?<tool>ip6?tables-save) v\S+ \(nf_tables\)", RegexOptions.Multiline)]
    private static partial Regex NewPattern();

    [GeneratedRegex(@"^\s*\*(?:raw|mangle|nat|filter|security)\s*$")]
    private static partial Regex TablePattern();

    [GeneratedRegex(@"^\s*\[\d+:\d+\] -A ", RegexOptions.Multiline)]
    private static partial Regex CounterPattern();
}
