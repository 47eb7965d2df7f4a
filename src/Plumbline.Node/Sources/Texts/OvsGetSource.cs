using System.Text.RegularExpressions;
using Plumbline.Ovsdb;

namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// <c>ovs-vsctl get TABLE RECORD COLUMN[:KEY]…</c>: a value a line, in the order asked. The values alone do not say what they are, so the command
/// must stand above them (or in the list beside the file).
/// </summary>
internal sealed partial class OvsGetSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "ovs-vsctl get TABLE RECORD COLUMN";

    /// <inheritdoc/>
    public override string Source => "ovsdb";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["ovs-vsctl"];

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var found = 0;
        foreach (var (command, first, end) in text.Answers())
        {
            if (!CommandPattern().IsMatch(command))
            {
                continue;
            }
            var line = first;
            foreach (var (table, record, columns) in Questions(command))
            {
                var values = new Dictionary<string, OvsdbValue>(StringComparer.Ordinal);
                foreach (var column in columns)
                {
                    while (line < end && text.Lines[line].Length == 0)
                    {
                        line++;
                    }
                    if (line >= end || text.Lines[line].StartsWith("ovs-vsctl:", StringComparison.Ordinal))
                    {
                        break;      // cut off, or no such row
                    }
                    if (OvsdbNotation.Read(text.Lines[line++]) is { } value)
                    {
                        Put(values, column, value);
                    }
                }
                if (values.Count > 0)
                {
                    if (table != "Open_vSwitch")
                    {
                        var isUuid = Guid.TryParse(record, out var uuid);
                        values[isUuid ? "_uuid" : "name"] = isUuid ? new OvsdbValue.Uuid(uuid) : new OvsdbValue.Text(record);
                    }
                    found += builder.OvsTables.Put(table, [new(values)]) ? 1 : 0;
                }
            }
        }
        return found;
    }

    /// <summary>A key's value stands in the column's map beside those of other keys.</summary>
    private static void Put(Dictionary<string, OvsdbValue> values, string column, OvsdbValue value)
    {
        var colon = column.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            values[column] = value;
            return;
        }
        if (value is not OvsdbValue.Atom atom)
        {
            return;     // [] of --if-exists: no such key
        }
        var pairs = new List<KeyValuePair<OvsdbValue.Atom, OvsdbValue.Atom>>(
            values.TryGetValue(column[..colon], out var known) && known is OvsdbValue.Map map ? map.Pairs : [])
        {
            new(new OvsdbValue.Text(column[(colon + 1)..].Trim('"')), atom),
        };
        values[column[..colon]] = new OvsdbValue.Map(pairs);
    }

    /// <summary>What each <c>get</c> of the command asks; several commands of one ovs-vsctl stand between <c>--</c>.</summary>
    private static IEnumerable<(string Table, string Record, string[] Columns)> Questions(string command)
    {
        foreach (var part in command.Split(" -- "))
        {
            var words = part.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var get = Array.IndexOf(words, "get");
            if (get < 0 || get + 2 >= words.Length || OvsTableNames.Canonical(words[get + 1]) is not { } table)
            {
                continue;
            }
            var columns = words[(get + 3)..].TakeWhile(static word => word[0] is not ('|' or '>' or ';' or '&' or '2')).Select(
                static word => word.Trim('\'', '"').Replace('-', '_') is var name && word.IndexOf(':', StringComparison.Ordinal) is var colon and > 0
                    ? string.Concat(name.AsSpan(0, Math.Min(colon, name.Length)), word.AsSpan(colon)).Trim('\'', '"')
                    : name).ToArray();
            yield return (table, words[get + 2].Trim('\'', '"'), columns);
        }
    }

    [GeneratedRegex(@"^ovs-vsctl\s(?:.*\s)?get\s+\w")]
    private static partial Regex CommandPattern();
}
