using System.Text.Json;
using Plumbline.Ovsdb;

namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// The state that a database's log leads to (ovsdb/file.c). A transaction names the rows it changes, with the columns that change: null deletes
/// the row. With <c>_is_diff</c> (OVS 2.16 and later) a set's or map's new elements replace, and known ones take away.
/// </summary>
internal sealed class OvsLog
{
    private readonly Dictionary<string, Dictionary<Guid, Dictionary<string, OvsdbValue>>> _tables = new(StringComparer.Ordinal);
    private readonly HashSet<(string Table, string Column)> _sets = [];

    /// <summary>The schema's version.</summary>
    public string? SchemaVersion { get; private set; }

    /// <summary>Each table with its rows.</summary>
    public IEnumerable<(string Table, IReadOnlyList<Row> Rows)> Tables
    {
        get
        {
            foreach (var (table, rows) in _tables)
            {
                var list = new List<Row>(rows.Count);
                foreach (var (uuid, columns) in rows)
                {
                    columns["_uuid"] = uuid;
                    list.Add(new(columns));
                }
                yield return (table, list);
            }
        }
    }

    /// <summary>A record that holds a schema begins a log.</summary>
    public static bool IsSchema(JsonElement record) =>
        record.ValueKind == JsonValueKind.Object && record.TryGetProperty("tables", out var tables)
        && tables.ValueKind == JsonValueKind.Object && record.TryGetProperty("name", out _);

    /// <summary>Lays a record over what is known.</summary>
    public void Apply(JsonElement record, bool isCluster)
    {
        if (record.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("a record is no object");
        }
        if (isCluster)
        {
            // "prev_data" of the header is the state at the last compaction, "data" an entry: [schema or null, transaction]
            var data = JsonMembers.Member(record, "prev_data") is { ValueKind: JsonValueKind.Array } before
                ? before
                : JsonMembers.Member(record, "data");
            if (data.ValueKind == JsonValueKind.Array && data.GetArrayLength() == 2)
            {
                if (IsSchema(data[0]))
                {
                    ReadSchema(data[0]);
                }
                if (data[1].ValueKind == JsonValueKind.Object)
                {
                    ApplyTransaction(data[1]);
                }
            }
        }
        else if (IsSchema(record))
        {
            ReadSchema(record);
        }
        else
        {
            ApplyTransaction(record);
        }
    }

    private void ReadSchema(JsonElement schema)
    {
        SchemaVersion = JsonMembers.Text(schema, "version");
        foreach (var table in JsonMembers.Member(schema, "tables").EnumerateObject())
        {
            if (JsonMembers.Member(table.Value, "columns") is not { ValueKind: JsonValueKind.Object } columns)
            {
                continue;
            }
            foreach (var column in columns.EnumerateObject())
            {
                var type = JsonMembers.Member(column.Value, "type");
                var most = JsonMembers.Member(type, "max");
                if (JsonMembers.Member(type, "value").ValueKind != JsonValueKind.Undefined
                    || most.ValueKind == JsonValueKind.String || (JsonMembers.Number(type, "max") ?? 1) > 1)
                {
                    _sets.Add((table.Name, column.Name));
                }
            }
        }
    }

    private void ApplyTransaction(JsonElement transaction)
    {
        var isDiff = JsonMembers.Switch(transaction, "_is_diff") is true;
        foreach (var table in transaction.EnumerateObject())
        {
            if (table.Name.StartsWith('_') || table.Value.ValueKind != JsonValueKind.Object)
            {
                continue;
            }
            if (!_tables.TryGetValue(table.Name, out var rows))
            {
                _tables[table.Name] = rows = [];
            }
            foreach (var change in table.Value.EnumerateObject())
            {
                if (!Guid.TryParse(change.Name, out var uuid))
                {
                    throw new JsonException($"\"{change.Name}\" is no row of table {table.Name}");
                }
                if (change.Value.ValueKind != JsonValueKind.Object)
                {
                    rows.Remove(uuid);
                    continue;
                }
                if (!rows.TryGetValue(uuid, out var row))
                {
                    rows[uuid] = row = new(StringComparer.Ordinal);
                }
                foreach (var column in change.Value.EnumerateObject())
                {
                    if (OvsTableJsonSource.ReadValue(column.Value) is { } value)
                    {
                        row[column.Name] = isDiff && row.TryGetValue(column.Name, out var before)
                            && _sets.Contains((table.Name, column.Name)) ? Change(before, value) : value;
                    }
                }
            }
        }
    }

    private static OvsdbValue Change(OvsdbValue before, OvsdbValue difference)
    {
        if (difference is OvsdbValue.Map || before is OvsdbValue.Map)
        {
            var pairs = new List<KeyValuePair<OvsdbValue.Atom, OvsdbValue.Atom>>(Pairs(before));
            foreach (var pair in Pairs(difference))
            {
                var at = pairs.FindIndex(known => known.Key == pair.Key);
                if (at < 0)
                {
                    pairs.Add(pair);
                }
                else if (pairs[at].Value == pair.Value)
                {
                    pairs.RemoveAt(at);
                }
                else
                {
                    pairs[at] = pair;
                }
            }
            return new OvsdbValue.Map(pairs);
        }
        var items = new HashSet<OvsdbValue.Atom>(Items(before));
        items.SymmetricExceptWith(Items(difference));
        return new OvsdbValue.Set([.. items]);
    }

    private static IReadOnlyList<KeyValuePair<OvsdbValue.Atom, OvsdbValue.Atom>> Pairs(OvsdbValue value) =>
        value is OvsdbValue.Map map ? map.Pairs : [];

    private static IReadOnlyList<OvsdbValue.Atom> Items(OvsdbValue value) => value switch
    {
        OvsdbValue.Atom atom => [atom],
        OvsdbValue.Set set => set.Items,
        _ => [],
    };
}
