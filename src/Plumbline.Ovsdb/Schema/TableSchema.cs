namespace Plumbline.Ovsdb;

/// <summary>A table of a schema.</summary>
/// <param name="Columns">Its columns by name, without <c>_uuid</c> and <c>_version</c>, which every table has.</param>
/// <param name="IsRoot">Rows live without being referenced; rows of other tables vanish at commit.</param>
public sealed record TableSchema(IReadOnlyDictionary<string, ColumnType> Columns, bool IsRoot);
