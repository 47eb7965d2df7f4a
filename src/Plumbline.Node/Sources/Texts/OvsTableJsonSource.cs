using System.Text.Json;
using Plumbline.Node.Facts;
using Plumbline.Ovsdb;

namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// <c>ovs-vsctl --format=json list TABLE</c> and <c>ovsdb-client --format=json dump</c>: objects with <c>headings</c> and <c>data</c>
/// (ovsdb lib/table.c). Only dump writes a caption; a list's table is known by its columns.
/// </summary>
internal sealed class OvsTableJsonSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "ovs-vsctl --format=json list TABLE, ovsdb-client --format=json dump, ovsdb-client query";

    /// <inheritdoc/>
    public override string Source => "ovsdb";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["\"headings\"", "\"rows\""];

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var found = 0;
        foreach (var (json, _) in text.Json)
        {
            found += PutAnswers(json, builder);
            if (json.ValueKind != JsonValueKind.Object
                || !json.TryGetProperty("headings", out var headings) || headings.ValueKind != JsonValueKind.Array
                || !json.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Array)
            {
                continue;
            }
            var columns = headings.EnumerateArray()
                .Select(heading => heading.ValueKind == JsonValueKind.String ? heading.GetString()! : "").ToArray();
            var table = Caption(json) ?? OvsTableNames.Of(columns);
            if (table is null)
            {
                builder.Remarks.Add(new()
                {
                    Source = Source,
                    Where = text.Where,
                    Outcome = SourceOutcome.Partial,
                    Detail = $"which table has the columns {string.Join(", ", columns)} cannot be told",
                    Consequence = "its rows are left out: list the table with all its columns",
                });
                continue;
            }
            found += builder.OvsTables.Put(table, Rows(columns, data)) ? 1 : 0;
        }
        return found;
    }

    /// <summary>What <c>ovsdb-client query</c> and <c>transact</c> print (RFC 7047 §5.2.2): <c>[{"rows": [{COLUMN: VALUE}]}]</c>.</summary>
    private static int PutAnswers(JsonElement json, SnapshotBuilder builder)
    {
        var found = 0;
        foreach (var answer in json.ValueKind == JsonValueKind.Array ? json.EnumerateArray() : default)
        {
            if (answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty("rows", out var list) || list.ValueKind != JsonValueKind.Array)
            {
                continue;
            }
            var rows = new List<Row>();
            foreach (var told in list.EnumerateArray())
            {
                var row = new Dictionary<string, OvsdbValue>(StringComparer.Ordinal);
                foreach (var column in told.ValueKind == JsonValueKind.Object ? told.EnumerateObject() : default)
                {
                    if (ReadValue(column.Value) is { } value)
                    {
                        row[column.Name] = value;
                    }
                }
                rows.Add(new(row));
            }
            if (rows.Count > 0 && OvsTableNames.Of([.. rows[0].Columns.Keys]) is { } table)
            {
                found += builder.OvsTables.Put(table, rows) ? 1 : 0;
            }
        }
        return found;
    }

    private static string? Caption(JsonElement json) =>
        json.TryGetProperty("caption", out var caption) && caption.ValueKind == JsonValueKind.String
        && caption.GetString() is { } words && words.EndsWith(" table", StringComparison.Ordinal) ? words[..^6] : null;

    private static List<Row> Rows(string[] columns, JsonElement data)
    {
        var rows = new List<Row>(data.GetArrayLength());
        foreach (var cells in data.EnumerateArray())
        {
            if (cells.ValueKind != JsonValueKind.Array)
            {
                continue;
            }
            var row = new Dictionary<string, OvsdbValue>(columns.Length, StringComparer.Ordinal);
            var i = 0;
            foreach (var cell in cells.EnumerateArray())
            {
                if (i < columns.Length && ReadValue(cell) is { } value)
                {
                    row[columns[i]] = value;
                }
                i++;
            }
            rows.Add(new(row));
        }
        return rows;
    }

    /// <summary>RFC 7047 §5.1 <c>value</c>; null where it is none.</summary>
    internal static OvsdbValue? ReadValue(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Array && json.GetArrayLength() == 2 && json[1].ValueKind == JsonValueKind.Array
            && json[0].ValueKind == JsonValueKind.String)
        {
            return json[0].GetString() switch
            {
                "set" => new OvsdbValue.Set([.. json[1].EnumerateArray().Select(ReadAtom).OfType<OvsdbValue.Atom>()]),
                "map" => new OvsdbValue.Map([.. json[1].EnumerateArray().SelectMany(ReadPair)]),
                _ => null,
            };
        }
        return ReadAtom(json);
    }

    private static IEnumerable<KeyValuePair<OvsdbValue.Atom, OvsdbValue.Atom>> ReadPair(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Array && json.GetArrayLength() == 2
            && ReadAtom(json[0]) is { } key && ReadAtom(json[1]) is { } value)
        {
            yield return new(key, value);
        }
    }

    private static OvsdbValue.Atom? ReadAtom(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => new OvsdbValue.Text(json.GetString()!),
        JsonValueKind.True => new OvsdbValue.Boolean(true),
        JsonValueKind.False => new OvsdbValue.Boolean(false),
        JsonValueKind.Number => json.TryGetInt64(out var integer)
            ? new OvsdbValue.Integer(integer)
            : new OvsdbValue.Real(json.GetDouble()),
        JsonValueKind.Array when json.GetArrayLength() == 2 && json[0].ValueKind == JsonValueKind.String
            && json[0].GetString() == "uuid" && json[1].ValueKind == JsonValueKind.String
            && Guid.TryParse(json[1].GetString(), out var uuid) => new OvsdbValue.Uuid(uuid),
        _ => null,
    };
}
