using Plumbline.Ovsdb.Rpc;
using Plumbline.Ovsdb.Wire;

namespace Plumbline.Ovsdb;

/// <summary>
/// One connection to an ovsdb-server (RFC 7047). Requests may overlap, from any thread. Once the connection has ended, every call
/// answers with the same stored cause. On a unix socket the first requests may hold the calling thread
/// (<see cref="OvsdbSessionOptions.HoldsCaller"/>).
/// </summary>
public sealed partial class OvsdbSession : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly OvsdbSessionOptions _options;
    private readonly RpcConnection _connection;
    private readonly Dictionary<string, Task<DatabaseSchema>> _schemas = [];

    private OvsdbSession(OvsdbSessionOptions options, RpcConnection connection)
    {
        _options = options;
        _connection = connection;
    }

    /// <summary>Connects.</summary>
    /// <exception cref="OvsdbException">Nobody listens, no permission, TLS refused.</exception>
    public static Task<OvsdbSession> ConnectAsync(
        OvsdbEndpoint endpoint, OvsdbSessionOptions options, CancellationToken cancellationToken) =>
        ConnectAsync(endpoint, options, null, cancellationToken);

    /// <summary>As the public one; <paramref name="notified"/> gets notifications, where messages are received.</summary>
    internal static Task<OvsdbSession> ConnectAsync(
        OvsdbEndpoint endpoint,
        OvsdbSessionOptions options,
        NotificationHandler? notified,
        CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<OvsdbSession>(cancellationToken);
        }
        var peer = GetPeer(endpoint);
        if (endpoint is OvsdbEndpoint.Unix unix)
        {
            try
            {
                if (RpcConnector.TryConnectAtOnce(unix, peer) is { } transport)
                {
                    return Task.FromResult(Open(transport, endpoint, peer, options, notified));
                }
            }
            catch (OvsdbException trouble)
            {
                return Task.FromException<OvsdbSession>(trouble);
            }
        }
        return ConnectSlowlyAsync(endpoint, peer, options, notified, cancellationToken);
    }

    private static async Task<OvsdbSession> ConnectSlowlyAsync(
        OvsdbEndpoint endpoint,
        RpcPeer peer,
        OvsdbSessionOptions options,
        NotificationHandler? notified,
        CancellationToken cancellationToken)
    {
        var transport = await RpcConnector.ConnectAsync(endpoint, peer, options, cancellationToken);
        return Open(transport, endpoint, peer, options, notified);
    }

    private static OvsdbSession Open(
        RpcTransport transport,
        OvsdbEndpoint endpoint,
        RpcPeer peer,
        OvsdbSessionOptions options,
        NotificationHandler? notified)
    {
        var isUnix = endpoint is OvsdbEndpoint.Unix;
        var connection = new RpcConnection(transport, peer, isUnix ? TimeSpan.Zero : options.ProbeInterval, options.HoldsCaller, notified);
        if (notified is null)
        {
            connection.StartWhenNeeded();
        }
        else
        {
            connection.Start(); // somebody is to be told whatever comes
        }
        return new(options, connection);
    }

    /// <summary>Ends (never faults) when the connection does; its result says why, null where it was disposed of.</summary>
    public Task<OvsdbException?> Completion => _connection.Completion;

    /// <summary>echo: the server is there and has handled all that was sent before.</summary>
    /// <exception cref="OvsdbException">It is not.</exception>
    public Task EchoAsync(CancellationToken cancellationToken) =>
        _connection.CallAsync("echo", static _ => { }, static _ => true, _options.Timeout, false, cancellationToken);

    /// <summary>list_dbs: the databases that the server has.</summary>
    /// <exception cref="OvsdbException">The connection failed.</exception>
    public Task<IReadOnlyList<string>> ListDatabasesAsync(CancellationToken cancellationToken) =>
        _connection.CallAsync("list_dbs", static _ => { }, ListReader.ParseStrings, _options.Timeout, false, cancellationToken);

    /// <summary>get_schema, kept after the first time.</summary>
    /// <exception cref="OvsdbException">There is no such database, or the connection failed.</exception>
    public Task<DatabaseSchema> GetSchemaAsync(string database, CancellationToken cancellationToken)
    {
        Task<DatabaseSchema>? schema;
        lock (_gate)
        {
            // one request serves everybody who asks, so it must not hang on one caller's token
            if (!_schemas.TryGetValue(database, out schema) || schema.IsFaulted)
            {
                schema = _connection.CallAsync(
                    "get_schema", w => w.Text(database), SchemaReader.Parse, _options.Timeout, false, CancellationToken.None);
                _schemas[database] = schema;
            }
        }
        return schema.IsCompleted ? schema : schema.WaitAsync(cancellationToken);
    }

    /// <summary>Closes.</summary>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    /// <summary>Any request; <paramref name="read"/> runs on the receiving task, before whatever comes after the answer.</summary>
    internal Task<T> CallAsync<T>(
        string method, Action<JsonText> writeParameters, ResultReader<T> read, CancellationToken cancellationToken) =>
        _connection.CallAsync(method, writeParameters, read, _options.Timeout, false, cancellationToken);

    /// <summary>Ends the connection with a cause of ours; may be called on the receiving task.</summary>
    internal void End(OvsdbException cause) => _connection.End(cause);

    internal static RpcPeer GetPeer(OvsdbEndpoint endpoint) => new("ovsdb-server", endpoint.ToString());
}
