using Plumbline.Ovsdb.Rpc;

namespace Plumbline.Ovsdb;

/// <summary>
/// A copy of some tables that follows the server (monitor_cond_since, else monitor_cond, else monitor) and reconnects by itself,
/// with a pause that grows from 0.1 to 5 s. Readers get immutable tables; a whole transaction appears at once, and one's own
/// transaction (through <see cref="Session"/>) is in <see cref="Tables"/> before its answer returns.
/// </summary>
public sealed partial class OvsdbReplica : IAsyncDisposable
{
    private static readonly ReplicaTables _nothing =
        new(new Dictionary<string, IReadOnlyDictionary<Guid, Row>>());

    private readonly OvsdbEndpoint _endpoint;
    private readonly OvsdbSessionOptions _options;
    private readonly string _database;
    private readonly IReadOnlyList<MonitoredTable> _wanted;
    private readonly RpcPeer _peer;
    private readonly CancellationTokenSource _stop = new();
    private volatile ReplicaTables _tables = _nothing;
    private volatile TaskCompletionSource _changed = NewSignal();
    private volatile string _method = "";
    private volatile OvsdbSession? _session;
    private volatile OvsdbException? _trouble;
    private Task _following = Task.CompletedTask;

    private OvsdbReplica(
        OvsdbEndpoint endpoint, OvsdbSessionOptions options, string database, IReadOnlyList<MonitoredTable> wanted)
    {
        _endpoint = endpoint;
        _options = options;
        _database = database;
        _wanted = wanted;
        _peer = OvsdbSession.GetPeer(endpoint);
    }

    /// <summary>Connects and returns once the first copy is whole.</summary>
    /// <exception cref="OvsdbException">The first connection failed; later ones are tried again for ever.</exception>
    public static async Task<OvsdbReplica> StartAsync(
        OvsdbEndpoint endpoint,
        OvsdbSessionOptions options,
        string database,
        IReadOnlyList<MonitoredTable> tables,
        CancellationToken cancellationToken)
    {
        var replica = new OvsdbReplica(endpoint, options, database, tables);
        try
        {
            var session = await replica.OpenAsync(cancellationToken);
            replica._following = replica.FollowAsync(session);
            return replica;
        }
        catch
        {
            await replica.DisposeAsync();
            throw;
        }
    }

    /// <summary>The newest copy: rows by table and UUID. Kept as it was while reconnecting.</summary>
    public ReplicaTables Tables => _tables;

    /// <summary>The method in use: monitor_cond_since, monitor_cond or monitor.</summary>
    public string Method => _method;

    /// <summary>False while reconnecting.</summary>
    public bool IsConnected => _session is not null;

    /// <summary>Why the last connection ended, or the last attempt failed; null where neither has happened.</summary>
    public OvsdbException? Trouble => _trouble;

    /// <summary>The session of the moment, for transactions; throws while reconnecting. It belongs to the replica.</summary>
    /// <exception cref="OvsdbException">There is none at the moment (<see cref="OvsdbFailure.Closed"/>).</exception>
    public OvsdbSession Session => _session ?? throw Problems.Reconnecting(_peer, _trouble);

    /// <summary>Waits until <paramref name="condition"/> holds for the newest copy, and returns that copy.</summary>
    /// <exception cref="OvsdbException">The replica was disposed of meanwhile (<see cref="OvsdbFailure.Closed"/>).</exception>
    public async Task<ReplicaTables> WaitAsync(Func<ReplicaTables, bool> condition, CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = _changed.Task; // before the look at the tables, or a change in between would be missed
            var tables = _tables;
            if (condition(tables))
            {
                return tables;
            }
            if (_stop.IsCancellationRequested)
            {
                throw Problems.ClosedHere(_peer);
            }
            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Stops following, and closes the session.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _following;
        Signal();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Publish(ReplicaTables tables)
    {
        _tables = tables;
        Signal();
    }

    private void Signal() => Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();
}
