using Plumbline.Ovsdb;

namespace Plumbline.Node.Sources;

internal sealed partial class OvsTables
{
    /// <summary>Adds a table's rows. What was told first stands: of a row that is known, only columns that are not are added.</summary>
    /// <returns>False for a table that tells us nothing.</returns>
    public bool Put(string table, IReadOnlyList<Row> rows)
    {
        switch (table)
        {
            case "Open_vSwitch":
                Root = MergeRoot(Root, rows);
                return true;
            case "Bridge":
                Bridges = Merge(Bridges, rows);
                return true;
            case "Port":
                Ports = Merge(Ports, rows);
                return true;
            case "Interface":
                Interfaces = Merge(Interfaces, rows);
                return true;
            case "Mirror":
                Mirrors = Merge(Mirrors, rows);
                return true;
            case "Controller":
                Controllers = Merge(Controllers, rows);
                return true;
            case "Manager":
                Managers = Merge(Managers, rows);
                return true;
            default:
                return false;
        }
    }

    /// <summary>There is one row: each that is told, with its UUID or without, tells of that one.</summary>
    private static List<Row> MergeRoot(IReadOnlyList<Row> known, IReadOnlyList<Row> more)
    {
        var columns = new Dictionary<string, OvsdbValue>(StringComparer.Ordinal);
        foreach (var row in known.Concat(more))
        {
            foreach (var (column, value) in row.Columns)
            {
                columns.TryAdd(column, value);
            }
        }
        return columns.Count > 0 ? [new(columns)] : [];
    }

    private static List<Row> Merge(IReadOnlyList<Row>? known, IReadOnlyList<Row> more)
    {
        var rows = new List<Row>(known ?? []);
        var places = new Dictionary<string, int>(rows.Count, StringComparer.Ordinal);
        for (var i = 0; i < rows.Count; i++)
        {
            places.TryAdd(KeyOf(rows[i]), i);
            if (rows[i].GetString("name") is { } name)
            {
                places.TryAdd("name " + name, i);
            }
        }
        foreach (var row in more)
        {
            var key = KeyOf(row);
            if (!places.TryGetValue(key, out var at)
                && (key.StartsWith("name ", StringComparison.Ordinal) || row.GetString("name") is not { } name || !IsWithout(rows, places, name, out at)))
            {
                places.TryAdd(key, rows.Count);
                rows.Add(row);
                continue;
            }
            var columns = new Dictionary<string, OvsdbValue>(rows[at].Columns, StringComparer.Ordinal);
            foreach (var (column, value) in row.Columns)
            {
                columns.TryAdd(column, value);
            }
            rows[at] = new(columns);
        }
        return rows;
    }

    /// <summary>A row of that name stands there that was told without its UUID.</summary>
    private static bool IsWithout(List<Row> rows, Dictionary<string, int> places, string name, out int at) =>
        places.TryGetValue("name " + name, out at) && !rows[at].Columns.ContainsKey("_uuid");

    private static string KeyOf(Row row) =>
        row.Columns.ContainsKey("_uuid") ? row.Uuid.ToString() : "name " + (row.GetString("name") ?? row.GetString("target") ?? "");
}
