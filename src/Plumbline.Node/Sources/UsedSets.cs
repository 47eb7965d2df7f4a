using System.Text;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources;

/// <summary>Of all sets of a namespace those that the rules read of it name: where few of many rules were read, that is few of many.</summary>
internal static class UsedSets
{
    /// <summary>The text of <c>ipset save</c> without sets that no rule names; all of it where sets have sets as members.</summary>
    public static FirewallText Of(FirewallText sets, IReadOnlyList<FirewallText> rules)
    {
        if (!rules.Any(r => r.Devices is not null) || sets.Text.Contains(" list:set ", StringComparison.Ordinal))
        {
            return sets;
        }
        var used = new Dictionary<string, bool>(StringComparer.Ordinal);
        var byName = used.GetAlternateLookup<ReadOnlySpan<char>>();
        var kept = new StringBuilder();
        foreach (var line in sets.Text.AsSpan().EnumerateLines())
        {
            if (line.IsEmpty)
            {
                continue;
            }
            // create NAME TYPE …, add NAME ENTRY …
            var at = line.IndexOf(' ');
            var rest = at < 0 ? [] : line[(at + 1)..];
            var end = rest.IndexOf(' ');
            if (end <= 0)
            {
                kept.Append(line).Append('\n');
                continue;
            }
            if (!byName.TryGetValue(rest[..end], out var isUsed))
            {
                var name = rest[..end].ToString();
                used[name] = isUsed = rules.Any(r => r.Text.Contains(name, StringComparison.Ordinal));
            }
            if (isUsed)
            {
                kept.Append(line).Append('\n');
            }
        }
        return sets with { Text = kept.ToString() };
    }
}
