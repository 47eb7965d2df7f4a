using System.Text.RegularExpressions;
using Plumbline.Ovsdb;

namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// <c>ovs-vsctl list TABLE</c> (<c>column : value</c>, records with a blank line between) and <c>ovsdb-client dump</c> as it prints by default
/// (a caption, headings, dashes as wide as the columns), as a list, or as CSV.
/// </summary>
internal sealed partial class OvsTableTextSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "ovs-vsctl list TABLE, ovsdb-client dump";

    /// <inheritdoc/>
    public override string Source => "ovsdb";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["_uuid", " table"];

    /// <inheritdoc/>
    public override bool NeedsWhole => true;

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var tables = new Dictionary<string, List<Row>>(StringComparer.Ordinal);
        string? caption = null;
        for (var i = 0; i < text.Lines.Length; i++)
        {
            var line = text.Lines[i];
            if (CaptionPattern().Match(line) is { Success: true } match)
            {
                caption = match.Groups["table"].Value;
            }
            else if (i + 1 < text.Lines.Length && DashesPattern().IsMatch(text.Lines[i + 1]) && line.Trim().Length > 0)
            {
                var command = text.CommandAt(i);
                Add(tables, ReadColumns(text, ref i, out var columns), caption ?? OvsTableNames.Of(columns) ?? TableOfCommand(command));
                caption = null;
            }
            else if (line.Contains(',') && (caption is not null || SeparatedPattern().IsMatch(line))
                && Fields(line) is { Count: > 1 } headings && (headings.Contains("_uuid") || headings.Contains("name"))
                && (caption ?? OvsTableNames.Of([.. headings]) ?? TableOfCommand(text.CommandAt(i))) is { } named)
            {
                Add(tables, ReadSeparated(text, ref i), named);
                caption = null;
            }
            else if (RecordPattern().IsMatch(line) && ReadRecord(text, ref i) is { Count: > 1 } record)
            {
                var table = caption ?? OvsTableNames.Of([.. record.Keys]) ?? TableOfCommand(text.CommandAt(i));
                Add(tables, [new(record)], table);
            }
        }
        var found = 0;
        foreach (var (table, rows) in tables)
        {
            found += builder.OvsTables.Put(table, rows) ? 1 : 0;
        }
        return found;
    }

    private static void Add(Dictionary<string, List<Row>> tables, List<Row> rows, string? table)
    {
        if (table is null)
        {
            return;
        }
        if (!tables.TryGetValue(table, out var known))
        {
            tables[table] = known = [];
        }
        known.AddRange(rows);
    }

    /// <summary>A record from its first line; <paramref name="i"/> is then its last.</summary>
    private static Dictionary<string, OvsdbValue> ReadRecord(PastedText text, ref int i)
    {
        var record = new Dictionary<string, OvsdbValue>(StringComparer.Ordinal);
        for (; i < text.Lines.Length && RecordPattern().Match(text.Lines[i]) is { Success: true } match; i++)
        {
            var column = match.Groups["column"].Value;
            if (record.ContainsKey(column))
            {
                break;      // the next record, where the blank line between was lost
            }
            if (OvsdbNotation.Read(match.Groups["value"].Value) is { } value)
            {
                record[column] = value;
            }
        }
        i--;
        return record;
    }

    private static List<Row> ReadColumns(PastedText text, ref int i, out string[] columns)
    {
        var dashes = text.Lines[i + 1];
        var spans = new List<(int Start, int End)>();
        for (var at = 0; at < dashes.Length;)
        {
            var end = dashes.IndexOf(' ', at);
            end = end < 0 ? dashes.Length : end;
            spans.Add((at, end));
            at = end + 1;
        }
        var headings = i;
        columns = [.. spans.Select(span => Cell(text, span, headings))];
        var rows = new List<Row>();
        for (i += 2; i < text.Lines.Length && text.Lines[i].Trim().Length > 0; i++)
        {
            var row = new Dictionary<string, OvsdbValue>(StringComparer.Ordinal);
            for (var column = 0; column < columns.Length; column++)
            {
                if (OvsdbNotation.Read(Cell(text, spans[column], i)) is { } value)
                {
                    row[columns[column]] = value;
                }
            }
            if (!row.ContainsKey("_uuid") && !row.ContainsKey("name"))
            {
                break;      // not one of its rows
            }
            rows.Add(new(row));
        }
        i--;
        return rows;
    }

    private static string Cell(PastedText text, (int Start, int End) span, int line)
    {
        var whole = text.Lines[line];
        return span.Start >= whole.Length ? "" : whole[span.Start..Math.Min(span.End, whole.Length)].Trim();
    }

    private static List<Row> ReadSeparated(PastedText text, ref int i)
    {
        var columns = Fields(text.Lines[i]);
        var rows = new List<Row>();
        for (i++; i < text.Lines.Length && text.Lines[i].Length > 0; i++)
        {
            var cells = Fields(text.Lines[i]);
            var row = new Dictionary<string, OvsdbValue>(StringComparer.Ordinal);
            for (var column = 0; column < Math.Min(cells.Count, columns.Count); column++)
            {
                if (OvsdbNotation.Read(cells[column]) is { } value)
                {
                    row[columns[column]] = value;
                }
            }
            rows.Add(new(row));
        }
        i--;
        return rows;
    }

    /// <summary>RFC 4180: fields between commas, quoted where they hold one, quotes doubled.</summary>
    private static List<string> Fields(string line)
    {
        var fields = new List<string>();
        for (var at = 0; at <= line.Length;)
        {
            if (at < line.Length && line[at] == '"')
            {
                var end = at + 1;
                while (end < line.Length && (line[end] != '"' || (end + 1 < line.Length && line[end + 1] == '"')))
                {
                    end += line[end] == '"' ? 2 : 1;
                }
                fields.Add(line[(at + 1)..Math.Min(end, line.Length)].Replace("\"\"", "\"", StringComparison.Ordinal));
                at = end + 2;
            }
            else
            {
                var end = line.IndexOf(',', at);
                end = end < 0 ? line.Length : end;
                fields.Add(line[at..end]);
                at = end + 1;
            }
        }
        return fields;
    }

    private static string? TableOfCommand(string? command) =>
        command is not null && CommandPattern().Match(command) is { Success: true } match
            ? OvsTableNames.Canonical(match.Groups["table"].Value)
            : null;

    [GeneratedRegex(@"^(?<table>[A-Z][A-Za-z_]*) table\s*$")]
    private static partial Regex CaptionPattern();

    [GeneratedRegex(@"^_?[a-z][a-z_]+(?:,_?[a-z][a-z_]+)+$")]
    private static partial Regex SeparatedPattern();

    [GeneratedRegex(@"^-+(?: -+)*\s*$")]
    private static partial Regex DashesPattern();

    // columns are padded to 20 characters, which tells them from the lines of "ovs-vsctl show"
    [GeneratedRegex(@"^(?:(?<column>_?[a-z][a-z0-9_]{0,19})\s+|(?<column>[a-z][a-z0-9_]{19,})): ?(?<value>\S.*)?$")]
    private static partial Regex RecordPattern();

    [GeneratedRegex(@"ovs-vsctl\s(?:.*\s)?(?:list|find)\s+(?<table>[A-Za-z_]+)")]
    private static partial Regex CommandPattern();
}
