namespace Plumbline.Ovsdb;

/// <summary>What a database can hold: tables and their columns (RFC 7047 §3.2).</summary>
/// <param name="Name">The database.</param>
/// <param name="Version">Its schema's version, e.g. 8.3.1.</param>
/// <param name="Tables">Tables by name.</param>
public sealed record DatabaseSchema(string Name, string Version, IReadOnlyDictionary<string, TableSchema> Tables)
{
    /// <summary>The table has the column.</summary>
    public bool Has(string table, string column) =>
        Tables.TryGetValue(table, out var schema) && schema.Columns.ContainsKey(column);
}
