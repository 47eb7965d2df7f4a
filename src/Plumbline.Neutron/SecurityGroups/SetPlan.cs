using System.Text;

namespace Plumbline.Neutron.SecurityGroups;

/// <summary>How the sets get from what they are to what they are to be.</summary>
public sealed record SetPlan
{
    /// <summary>The input of <c>ipset restore -exist</c> before the tables; empty where nothing changes.</summary>
    public required string Before { get; init; }

    /// <summary>The input of <c>ipset restore -exist</c> after the tables: sets that nobody needs any more.</summary>
    public required string After { get; init; }

    /// <summary>Members that leave a set.</summary>
    public required IReadOnlyList<(string Set, string Member)> Withdrawn { get; init; }

    /// <summary>Lines of a diff.</summary>
    public required IReadOnlyList<string> Changes { get; init; }

    /// <summary>The way from live sets to wanted ones.</summary>
    /// <param name="live">All of the node's sets: type with options, and members.</param>
    /// <param name="wanted">Sets that the rules need.</param>
    /// <param name="dropped">Sets that our rules matched so far and will not any more.</param>
    public static SetPlan Make(
        IReadOnlyDictionary<string, IPSet> live, IReadOnlyList<IPSet> wanted, IEnumerable<string> dropped)
    {
        var before = new StringBuilder();
        var after = new StringBuilder();
        var withdrawn = new List<(string, string)>();
        var changes = new List<string>();
        foreach (var set in wanted)
        {
            var has = live.GetValueOrDefault(set.Name);
            if (has is null)
            {
                before.Append("create ").Append(set.Name).Append(" hash:net family ").Append(set.Family);
                if (set.Members.Count > DefaultMaximum)
                {
                    before.Append(" maxelem ").Append(set.Members.Count * 2);
                }
                before.Append('\n');
                changes.Add($"+ create {set.Name} hash:net family {set.Family}");
            }
            var old = has?.Members ?? [];
            var (added, removed) = (set.Members.Except(old, StringComparer.Ordinal).ToList(), old.Except(set.Members, StringComparer.Ordinal).ToList());
            if (added.Count + removed.Count == 0)
            {
                continue;
            }
            // members come and go at one moment where a set has both, and is not new
            if (has is not null && added.Count > 0 && removed.Count > 0)
            {
                var next = set.Name + "-n";
                before.Append("create ").Append(next).Append(" hash:net family ").Append(set.Family)
                    .Append(set.Members.Count > DefaultMaximum ? $" maxelem {set.Members.Count * 2}" : "").Append('\n');
                before.Append("flush ").Append(next).Append('\n');
                foreach (var member in set.Members)
                {
                    before.Append("add ").Append(next).Append(' ').Append(member).Append('\n');
                }
                before.Append("swap ").Append(next).Append(' ').Append(set.Name).Append("\ndestroy ").Append(next).Append('\n');
            }
            else
            {
                added.ForEach(m => before.Append("add ").Append(set.Name).Append(' ').Append(m).Append('\n'));
                removed.ForEach(m => before.Append("del ").Append(set.Name).Append(' ').Append(m).Append('\n'));
            }
            changes.AddRange(added.Select(m => $"+ add {set.Name} {m}"));
            changes.AddRange(removed.Select(m => $"- add {set.Name} {m}"));
            withdrawn.AddRange(removed.Select(m => (set.Name, m)));
        }
        var needed = wanted.Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var name in dropped.Where(n => !needed.Contains(n) && live.ContainsKey(n)).Order(StringComparer.Ordinal))
        {
            after.Append("destroy ").Append(name).Append('\n');
            changes.Add($"- create {name} hash:net family {live[name].Family}");
        }
        return new() { Before = before.ToString(), After = after.ToString(), Withdrawn = withdrawn, Changes = changes };
    }

    private const int DefaultMaximum = 65536; // ipset's maxelem where not told

    /// <summary>Reads <c>ipset save</c>: members with their length, as we write them.</summary>
    public static IReadOnlyDictionary<string, IPSet> ReadSaved(ReadOnlyMemory<byte> text) => ReadSaved(Encoding.UTF8.GetString(text.Span));

    /// <inheritdoc cref="ReadSaved(ReadOnlyMemory{byte})"/>
    public static IReadOnlyDictionary<string, IPSet> ReadSaved(string text)
    {
        var sets = new Dictionary<string, IPSet>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is ["create", var name, ..])
            {
                var family = Array.IndexOf(words, "family");
                sets[name] = new(name, family > 0 && family + 1 < words.Length ? words[family + 1] : "", new List<string>());
            }
            else if (words is ["add", var set, var member, ..] && sets.TryGetValue(set, out var found))
            {
                ((List<string>)found.Members).Add(words.Contains("nomatch") ? $"{member} nomatch" : IPSet.Masked(member));
            }
        }
        return sets;
    }
}
