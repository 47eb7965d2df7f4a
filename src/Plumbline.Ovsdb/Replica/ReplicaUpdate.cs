using System.Diagnostics;

namespace Plumbline.Ovsdb.Replica;

/// <summary>
/// Tables + changes = tables (ovsdb-server(7) "update2"). Only tables that change are copied. A modify holds differences: a column
/// of at most one element has its new value; a bigger set holds the elements that are in just one of old and new; a map holds pairs:
/// with a key that is not there = added, with another value = changed, with the same value = removed.
/// </summary>
internal static class ReplicaUpdate
{
    /// <exception cref="InvalidDataException">The changes do not fit the tables.</exception>
    public static ReplicaTables Apply(
        ReplicaTables tables, List<RowChange> changes, IReadOnlyDictionary<string, FollowedTable> followed)
    {
        var result = new Dictionary<string, IReadOnlyDictionary<Guid, Row>>(tables.Rows);
        var copied = new Dictionary<string, Dictionary<Guid, Row>>();
        foreach (var change in changes)
        {
            if (!followed.TryGetValue(change.Table, out var table))
            {
                throw new InvalidDataException($"an update of {change.Table}, which was not asked for");
            }
            if (!copied.TryGetValue(change.Table, out var rows))
            {
                rows = new(tables[change.Table]);
                copied.Add(change.Table, rows);
                result[change.Table] = rows;
            }
            switch (change.Kind)
            {
                case RowChangeKind.Put:
                    rows[change.Uuid] = Complete(change.Uuid, change.Row!, table); // Put always bears a row
                    break;
                case RowChangeKind.Modify:
                    rows[change.Uuid] = rows.TryGetValue(change.Uuid, out var old)
                        ? Modify(old, change.Row!, table) // so does Modify
                        : throw new InvalidDataException($"a change to row {change.Uuid} of {change.Table}, which is not there");
                    break;
                case RowChangeKind.Delete:
                    rows.Remove(change.Uuid);
                    break;
                default:
                    throw new UnreachableException();
            }
        }
        return new(result);
    }

    private static Row Complete(Guid uuid, Row row, FollowedTable table)
    {
        var columns = new Dictionary<string, OvsdbValue>(table.Columns.Count + 1) { ["_uuid"] = uuid };
        foreach (var (column, type) in table.Columns)
        {
            columns[column] = row.Columns.TryGetValue(column, out var value) ? value : type.Default;
        }
        return new(columns);
    }

    private static Row Modify(Row old, Row difference, FollowedTable table)
    {
        var columns = new Dictionary<string, OvsdbValue>(old.Columns);
        foreach (var (column, change) in difference.Columns)
        {
            if (!table.Columns.TryGetValue(column, out var type))
            {
                throw new InvalidDataException($"a change to column {column} of {table.Name}, which was not asked for");
            }
            columns[column] = type.Max <= 1 ? change
                : type.IsMap ? ApplyToMap(columns[column], change)
                : ApplyToSet(old.GetAtoms(column), difference.GetAtoms(column));
        }
        return new(columns);
    }

    private static OvsdbValue ApplyToSet(IReadOnlyList<OvsdbValue.Atom> old, IReadOnlyList<OvsdbValue.Atom> difference)
    {
        var items = new SortedSet<OvsdbValue.Atom>(old, AtomOrder.Instance);
        foreach (var atom in difference)
        {
            if (!items.Remove(atom))
            {
                items.Add(atom);
            }
        }
        // as on the wire, and so as in a fresh copy: a set of one is the bare atom
        return items.Count switch
        {
            0 => OvsdbValue.Empty,
            1 => items.Min!,
            _ => new OvsdbValue.Set([.. items]),
        };
    }

    private static OvsdbValue ApplyToMap(OvsdbValue old, OvsdbValue difference)
    {
        if (old is not OvsdbValue.Map kept || difference is not OvsdbValue.Map changes)
        {
            throw new InvalidDataException("a change to a map that is no map");
        }
        var pairs = new SortedDictionary<OvsdbValue.Atom, OvsdbValue.Atom>(AtomOrder.Instance);
        foreach (var (key, value) in kept.Pairs)
        {
            pairs[key] = value;
        }
        foreach (var (key, value) in changes.Pairs)
        {
            if (pairs.TryGetValue(key, out var present) && present == value)
            {
                pairs.Remove(key);
            }
            else
            {
                pairs[key] = value;
            }
        }
        return pairs.Count == 0 ? OvsdbValue.EmptyMap : new OvsdbValue.Map([.. pairs]);
    }
}
