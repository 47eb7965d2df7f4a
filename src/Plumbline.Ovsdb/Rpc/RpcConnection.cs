using Plumbline.Ovsdb.Wire;

namespace Plumbline.Ovsdb.Rpc;

/// <summary>Takes a notification's method and the JSON of its params. Runs where messages are received, one after the other.</summary>
internal delegate void NotificationHandler(string method, ReadOnlySpan<byte> parameters);

/// <summary>
/// JSON-RPC 1.0 over a byte stream (RFC 7047 §4). One at a time receives: at first the caller who waits (see RpcConnection.Direct.cs),
/// later one task. Requests may overlap and their answers come in any order. Why the connection ended is stored once; every waiter
/// and every later call gets that. Answers are read by the receiver, so what a notification says is always seen before the
/// answer that was sent after it.
/// </summary>
internal sealed partial class RpcConnection : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Stream _stream;
    private readonly RpcPeer _peer;
    private readonly TimeSpan _probeInterval;
    private readonly NotificationHandler? _notified;
    private readonly Dictionary<long, PendingReply> _pending = [];
    private readonly TaskCompletionSource<OvsdbException?> _completion =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
    private OvsdbException? _end;
    private long _nextId;

    /// <summary>Takes over <paramref name="transport"/>; <see cref="Start"/> begins to receive, or the first call does.</summary>
    /// <param name="transport">Connected.</param>
    /// <param name="peer">Whom to.</param>
    /// <param name="probeInterval">See <see cref="OvsdbSessionOptions.ProbeInterval"/>; zero for never.</param>
    /// <param name="directPatience">See <see cref="OvsdbSessionOptions.HoldsCaller"/>.</param>
    /// <param name="notified">Gets notifications; null where none are awaited.</param>
    public RpcConnection(
        RpcTransport transport, RpcPeer peer, TimeSpan probeInterval, TimeSpan directPatience, NotificationHandler? notified)
    {
        _directPatience = directPatience;
        _stream = transport.Stream;
        _direct = transport.Direct;
        _peer = peer;
        _probeInterval = probeInterval;
        _notified = notified;
    }

    /// <summary>Whom the connection leads to.</summary>
    public RpcPeer Peer => _peer;

    /// <summary>Ends (never faults) with the connection: with why it ended, or null where it was disposed of.</summary>
    public Task<OvsdbException?> Completion
    {
        get
        {
            Start(); // somebody has to look
            return _completion.Task;
        }
    }

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <param name="method">The method.</param>
    /// <param name="writeParameters">Writes the elements of <c>params</c>; runs at once.</param>
    /// <param name="read">Reads <c>result</c>.</param>
    /// <param name="timeout">How long the answer may take.</param>
    /// <param name="tellCancel">Where we stop waiting, the server is told (RFC 7047 §4.1.4 <c>cancel</c>).</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="OvsdbException">The other side refused, was silent or is gone.</exception>
    public Task<T> CallAsync<T>(
        string method,
        Action<JsonText> writeParameters,
        ResultReader<T> read,
        TimeSpan timeout,
        bool tellCancel,
        CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }
        var id = Interlocked.Increment(ref _nextId) - 1;
        var request = WriteRequest(method, id, writeParameters);
        var reply = new PendingReply<T>(_peer, method, read);
        bool direct;
        lock (_gate)
        {
            if (_end is not null)
            {
                return Task.FromException<T>(_end);
            }
            _pending.Add(id, reply);
            direct = TryEnterDirect(request.Length);
        }
        if (direct)
        {
            ExchangeDirect(request, reply, timeout);
            if (reply.IsCompleted)
            {
                return reply.Task;
            }
        }
        else
        {
            Send(request);
        }
        return WaitAsync(reply, id, method, timeout, tellCancel, cancellationToken);
    }

    /// <summary>Closes, and returns when the receiving task has ended. Not to be called from it.</summary>
    public ValueTask DisposeAsync()
    {
        End(null);
        return new(_receiving);
    }

    /// <summary>Stores why the connection ended (null: we closed it) and gives it to everybody. Only the first call counts.</summary>
    public void End(OvsdbException? cause)
    {
        PendingReply[] waiting;
        lock (_gate)
        {
            if (_end is not null)
            {
                return;
            }
            _end = cause ?? Problems.ClosedHere(_peer);
            waiting = [.. _pending.Values];
            _pending.Clear();
        }
        StopProbing();
        _directEnd?.Dispose();
        _stream.Dispose();
        foreach (var reply in waiting)
        {
            reply.Fail(_end);
        }
        _completion.TrySetResult(cause);
    }

    private async Task<T> WaitAsync<T>(
        PendingReply<T> reply, long id, string method, TimeSpan timeout, bool tellCancel, CancellationToken cancellationToken)
    {
        var waits = true;
        try
        {
            var answer = await reply.Task.WaitAsync(timeout, cancellationToken);
            waits = false;
            return answer;
        }
        catch (TimeoutException silence)
        {
            throw Problems.Silent(_peer, method, timeout, silence);
        }
        finally
        {
            if (waits && Forget(id) && tellCancel)
            {
                Send(WriteCancel(id));
            }
        }
    }

    /// <summary>True where the answer had not come.</summary>
    private bool Forget(long id)
    {
        lock (_gate)
        {
            return _pending.Remove(id);
        }
    }

    private static ReadOnlyMemory<byte> WriteRequest(string method, long id, Action<JsonText> writeParameters)
    {
        var json = new JsonText();
        json.StartObject();
        json.Name("id");
        json.Number(id);
        json.Name("method");
        json.Text(method);
        json.Name("params");
        json.StartArray();
        writeParameters(json);
        json.EndArray();
        json.EndObject();
        return json.Written;
    }

    private static ReadOnlyMemory<byte> WriteCancel(long id)
    {
        var json = new JsonText();
        json.StartObject();
        json.Name("id");
        json.Null();
        json.Name("method");
        json.Text("cancel");
        json.Name("params");
        json.StartArray();
        json.Number(id);
        json.EndArray();
        json.EndObject();
        return json.Written;
    }
}
