namespace Plumbline.Ovsdb;

/// <summary>Which columns of a table to follow; columns that the server's schema lacks are left out.</summary>
/// <param name="Table">The table.</param>
/// <param name="Columns">Its columns.</param>
public sealed record MonitoredTable(string Table, IReadOnlyList<string> Columns);

/// <summary>
/// A copy of some tables that follows the server (monitor_cond_since, else monitor_cond, else monitor) and reconnects by itself,
/// with a pause that grows from 0.1 to 5 s. Readers get immutable tables; a whole transaction appears at once.
/// </summary>
public sealed partial class OvsdbReplica : IAsyncDisposable
{
    /// <summary>Connects and returns once the first copy is whole.</summary>
    public static Task<OvsdbReplica> StartAsync(
        OvsdbEndpoint endpoint,
        OvsdbSessionOptions options,
        string database,
        IReadOnlyList<MonitoredTable> tables,
        CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>The newest copy: rows by table and UUID.</summary>
    public ReplicaTables Tables => throw new NotImplementedException();

    /// <summary>The method in use: monitor_cond_since, monitor_cond or monitor.</summary>
    public string Method => throw new NotImplementedException();

    /// <summary>False while reconnecting.</summary>
    public bool IsConnected => throw new NotImplementedException();

    /// <summary>The session of the moment, for transactions; throws while reconnecting.</summary>
    public OvsdbSession Session => throw new NotImplementedException();

    /// <summary>Waits until <paramref name="condition"/> holds for the newest copy, and returns that copy.</summary>
    public Task<ReplicaTables> WaitAsync(Func<ReplicaTables, bool> condition, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Stops following.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}

/// <summary>Tables at one moment. Immutable.</summary>
/// <param name="Rows">Rows by table, then by UUID.</param>
public sealed record ReplicaTables(IReadOnlyDictionary<string, IReadOnlyDictionary<Guid, Row>> Rows)
{
    /// <summary>The rows of a table; none where it is not followed.</summary>
    public IReadOnlyDictionary<Guid, Row> this[string table] =>
        Rows.TryGetValue(table, out var rows) ? rows : System.Collections.ObjectModel.ReadOnlyDictionary<Guid, Row>.Empty;
}
