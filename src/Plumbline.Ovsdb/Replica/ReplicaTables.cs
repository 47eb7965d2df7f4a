using System.Collections.ObjectModel;

namespace Plumbline.Ovsdb;

/// <summary>
/// Tables at one moment, between two transactions. Immutable. Rows hold every followed column that the schema has, and <c>_uuid</c>.
/// </summary>
/// <param name="Rows">Rows by table, then by UUID.</param>
public sealed record ReplicaTables(IReadOnlyDictionary<string, IReadOnlyDictionary<Guid, Row>> Rows)
{
    /// <summary>The rows of a table; none where it is not followed.</summary>
    public IReadOnlyDictionary<Guid, Row> this[string table] =>
        Rows.TryGetValue(table, out var rows) ? rows : ReadOnlyDictionary<Guid, Row>.Empty;
}
