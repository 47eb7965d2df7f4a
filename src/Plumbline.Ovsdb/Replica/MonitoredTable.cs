namespace Plumbline.Ovsdb;

/// <summary>
/// Which columns of a table to follow; a table or columns that the server's schema lacks are left out, for asking for them would fail
/// the whole request. Leave statistics and status columns alone unless they are needed: they change every few seconds.
/// </summary>
/// <param name="Table">The table.</param>
/// <param name="Columns">Its columns; <c>_uuid</c> is always there and need not be named.</param>
public sealed record MonitoredTable(string Table, IReadOnlyList<string> Columns);
