using System.Text;

namespace Plumbline.Iptables;

/// <summary>Reads <c>ipset save</c> and <c>ipset list</c> (ipset(8)).</summary>
public static partial class AddressSetParser
{
    /// <summary>Reads either form; other lines are left out where sets stand between them, and are errors where a set's line is broken.</summary>
    public static AddressSetReading Parse(string text)
    {
        var errors = new ErrorList();
        var sets = new Dictionary<string, Draft>(StringComparer.Ordinal);
        var order = new List<Draft>();
        Draft? listed = null;
        var at = 0;
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            var start = at;
            at += raw.Length;
            at += at < text.Length && text[at] == '\r' ? 1 : 0;
            at += at < text.Length && text[at] == '\n' ? 1 : 0;
            var line = raw.Trim();
            if (line.StartsWith("create ") || line.StartsWith("-N ") || line.StartsWith("add ") || line.StartsWith("-A "))
            {
                ReadSaved(line.ToString(), start, sets, order, errors);
                listed = null;
            }
            else if (line.StartsWith("Name: "))
            {
                listed = Add(line["Name: ".Length..].Trim().ToString(), "", sets, order);
            }
            else if (listed is not null && !ReadListed(listed, line))
            {
                listed = null;
            }
        }
        return new() { Sets = order.ConvertAll(draft => draft.ToSet()), Errors = errors.ToErrors(text) };
    }

    private static Draft Add(string name, string type, Dictionary<string, Draft> sets, List<Draft> order)
    {
        if (sets.Remove(name, out var old))
        {
            order.Remove(old);   // what is told last stands
        }
        var draft = new Draft(name) { Type = type };
        sets[name] = draft;
        order.Add(draft);
        return draft;
    }

    private static void ReadSaved(
        string line, int start, Dictionary<string, Draft> sets, List<Draft> order, ErrorList errors)
    {
        var words = new List<Word>();
        Words.Cut(line, 0, line.Length, false, words);
        var isCreate = words[0].Text is "create" or "-N";
        words.RemoveAll(word => word.Text is "-exist" or "-!");
        if (words.Count < 3)
        {
            errors.Add(start, $"\"{line}\" is cut off", isCreate ? "create NAME TYPE [OPTIONS]" : "add NAME ENTRY [OPTIONS]");
            return;
        }
        var name = words[1].Text;
        if (isCreate)
        {
            if (!words[2].Text.Contains(':', StringComparison.Ordinal))
            {
                return;   // prose that starts with "create"
            }
            var created = Add(name, words[2].Text, sets, order);
            ReadOptions(created, words, 3);
            return;
        }
        if (!sets.TryGetValue(name, out var set))
        {
            errors.Add(start, $"set \"{name}\" does not exist", "a line \"create\" must stand above its entries");
            return;
        }
        set.Members.Add(Member(words[2].Text, words, 3));
    }

    private static void ReadOptions(Draft set, List<Word> words, int from)
    {
        var options = new StringBuilder();
        for (var i = from; i < words.Count; i++)
        {
            if (words[i].Text == "family" && i + 1 < words.Count)
            {
                set.Family = words[++i].Text == "inet6" ? IPFamily.IPv6 : IPFamily.IPv4;
                continue;
            }
            options.Append(options.Length > 0 ? " " : "").Append(words[i].Text);
        }
        set.Options = options.ToString();
    }

    private static AddressSetMember Member(string entry, List<Word> words, int from)
    {
        var options = new StringBuilder();
        var isNomatch = false;
        for (var i = from; i < words.Count; i++)
        {
            if (words[i].Text == "nomatch" && !words[i].IsQuoted)
            {
                isNomatch = true;
                continue;
            }
            options.Append(options.Length > 0 ? " " : "");
            if (words[i].IsQuoted)
            {
                options.Append('"').Append(words[i].Text).Append('"');
            }
            else
            {
                options.Append(words[i].Text);
            }
        }
        var comma = entry.IndexOf(',', StringComparison.Ordinal);
        var first = comma < 0 ? entry.AsSpan() : entry.AsSpan(0, comma);
        return new()
        {
            Text = entry,
            Address = MaskedAddress.TryParse(first, out var address) ? address : null,
            IsNomatch = isNomatch,
            Options = options.ToString(),
        };
    }

    /// <summary>A line of <c>ipset list</c>; false where the set has ended.</summary>
    private static bool ReadListed(Draft set, ReadOnlySpan<char> line)
    {
        if (!set.AreMembersNext)
        {
            var colon = line.IndexOf(':');
            var value = colon < 0 ? [] : line[(colon + 1)..].Trim();
            switch (colon < 0 ? "" : line[..colon].ToString())
            {
                case "Type":
                    set.Type = value.ToString();
                    break;
                case "Header":
                    var words = new List<Word>();
                    var header = value.ToString();
                    Words.Cut(header, 0, header.Length, false, words);
                    ReadOptions(set, words, 0);
                    break;
                case "Members":
                    set.AreMembersNext = true;
                    break;
                default:
                    break;
            }
            return true;
        }
        if (line.Length == 0)
        {
            return false;
        }
        var entry = new List<Word>();
        var text = line.ToString();
        Words.Cut(text, 0, text.Length, false, entry);
        if (!IsEntry(entry))
        {
            return false;
        }
        set.Members.Add(Member(entry[0].Text, entry, 1));
        return true;
    }

    /// <summary>An entry is one word, and options after it that come in pairs of known name and value.</summary>
    private static bool IsEntry(List<Word> words)
    {
        for (var i = 1; i < words.Count; i++)
        {
            switch (words[i].Text)
            {
                case "nomatch":
                    break;
                case "timeout" or "packets" or "bytes" or "comment" or "skbmark" or "skbprio" or "skbqueue":
                    i++;
                    break;
                default:
                    return false;
            }
        }
        return words.Count > 0 && words[0].Text[0] is not ('#' or '$');
    }

    private sealed class Draft(string name)
    {
        public string Type { get; set; } = "";

        public IPFamily? Family { get; set; }

        public string Options { get; set; } = "";

        public bool AreMembersNext { get; set; }

        public List<AddressSetMember> Members { get; } = [];

        public AddressSet ToSet() => new()
        {
            Name = name,
            Type = Type,
            Family = Family ?? (Type.StartsWith("hash:", StringComparison.Ordinal) && Type != "hash:mac" ? IPFamily.IPv4 : null),
            Options = Options,
            Members = Members,
        };
    }
}
