namespace Plumbline.Ovsdb;

/// <summary>How to connect.</summary>
public sealed record OvsdbSessionOptions
{
    /// <summary>How long connecting and each request may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>After this long without a word from the server we send an echo; after as long again the connection is dead.</summary>
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>PEM files for ssl: our key, our certificate, and the CA that signed the server's.</summary>
    public string? PrivateKeyFile { get; init; }

    /// <inheritdoc cref="PrivateKeyFile"/>
    public string? CertificateFile { get; init; }

    /// <inheritdoc cref="PrivateKeyFile"/>
    public string? AuthorityFile { get; init; }
}

/// <summary>
/// One connection to an ovsdb-server (RFC 7047). One task owns the socket; requests may overlap. Once the connection has ended,
/// every call answers with the same stored cause.
/// </summary>
public sealed partial class OvsdbSession : IAsyncDisposable
{
    /// <summary>Connects.</summary>
    /// <exception cref="OvsdbException">Nobody listens, no permission, TLS refused.</exception>
    public static Task<OvsdbSession> ConnectAsync(
        OvsdbEndpoint endpoint, OvsdbSessionOptions options, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Ends (never faults) when the connection does; its result says why.</summary>
    public Task<OvsdbException?> Completion => throw new NotImplementedException();

    /// <summary>get_schema, kept after the first time.</summary>
    public Task<DatabaseSchema> GetSchemaAsync(string database, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>transact: all or nothing.</summary>
    /// <returns>One result for each of <paramref name="operations"/>.</returns>
    /// <exception cref="OvsdbException">Any operation, or the commit, failed; nothing was changed.</exception>
    public Task<IReadOnlyList<OperationResult>> TransactAsync(
        string database, IReadOnlyList<Operation> operations, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Closes.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}

/// <summary>What a database can hold: tables and their columns (RFC 7047 §3.2).</summary>
/// <param name="Name">The database.</param>
/// <param name="Version">Its schema's version, e.g. 8.3.1.</param>
/// <param name="Tables">Column names by table.</param>
public sealed record DatabaseSchema(
    string Name, string Version, IReadOnlyDictionary<string, IReadOnlySet<string>> Tables)
{
    /// <summary>The table has the column.</summary>
    public bool Has(string table, string column) => Tables.TryGetValue(table, out var columns) && columns.Contains(column);
}
