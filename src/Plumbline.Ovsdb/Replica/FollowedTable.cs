namespace Plumbline.Ovsdb.Replica;

/// <summary>A <see cref="MonitoredTable"/> after the server's schema was asked: what is really there, with types.</summary>
internal sealed record FollowedTable(string Name, IReadOnlyDictionary<string, ColumnType> Columns)
{
    /// <summary>Leaves out what the schema lacks.</summary>
    public static IReadOnlyDictionary<string, FollowedTable> Choose(
        IReadOnlyList<MonitoredTable> wanted, DatabaseSchema schema)
    {
        var result = new Dictionary<string, FollowedTable>();
        foreach (var (name, columns) in wanted)
        {
            if (!schema.Tables.TryGetValue(name, out var table))
            {
                continue;
            }
            var types = new Dictionary<string, ColumnType>();
            foreach (var column in columns)
            {
                if (table.Columns.TryGetValue(column, out var type))
                {
                    types[column] = type;
                }
            }
            result[name] = new(name, types);
        }
        return result;
    }

    /// <summary>The same tables with the same columns and types, so that a kept copy can be carried on.</summary>
    public static bool Same(
        IReadOnlyDictionary<string, FollowedTable>? one, IReadOnlyDictionary<string, FollowedTable> other)
    {
        if (one is null || one.Count != other.Count)
        {
            return false;
        }
        foreach (var (name, table) in one)
        {
            if (!other.TryGetValue(name, out var twin) || twin.Columns.Count != table.Columns.Count)
            {
                return false;
            }
            foreach (var (column, type) in table.Columns)
            {
                if (!twin.Columns.TryGetValue(column, out var twinType)
                    || (type.Key, type.Value, type.Min, type.Max) != (twinType.Key, twinType.Value, twinType.Min, twinType.Max))
                {
                    return false;
                }
            }
        }
        return true;
    }
}
