using System.Buffers;
using System.Text.Json;

namespace Plumbline.Ovsdb.Rpc;

/// <summary>Takes a notification's (or a request's) method and the JSON of its params. Runs on the receiving task, in order.</summary>
internal delegate void NotificationHandler(string method, ReadOnlySpan<byte> parameters);

/// <summary>
/// JSON-RPC 1.0 over a byte stream (RFC 7047 §4). One task receives; requests may overlap and their answers come in any order.
/// Why the connection ended is stored once; every waiter and every later call gets that. Answers are read on the receiving task, so
/// what a notification says is always seen before the answer that was sent after it.
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
    private Task _receiving = Task.CompletedTask;
    private OvsdbException? _end;
    private long _nextId;

    /// <summary>Takes over <paramref name="stream"/>; <see cref="Start"/> begins to receive.</summary>
    /// <param name="stream">Connected.</param>
    /// <param name="peer">Whom to.</param>
    /// <param name="probeInterval">See <see cref="OvsdbSessionOptions.ProbeInterval"/>; zero for never.</param>
    /// <param name="notified">Gets notifications; null where none are awaited.</param>
    public RpcConnection(Stream stream, RpcPeer peer, TimeSpan probeInterval, NotificationHandler? notified)
    {
        _stream = stream;
        _peer = peer;
        _probeInterval = probeInterval;
        _notified = notified;
    }

    /// <summary>Whom the connection leads to.</summary>
    public RpcPeer Peer => _peer;

    /// <summary>Ends (never faults) with the connection: with why it ended, or null where it was disposed of.</summary>
    public Task<OvsdbException?> Completion => _completion.Task;

    /// <summary>Begins to receive.</summary>
    public void Start()
    {
        _receiving = ReceiveAsync();
        StartProbing();
    }

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <param name="method">The method.</param>
    /// <param name="writeParameters">Writes the elements of <c>params</c>; runs at once.</param>
    /// <param name="read">Reads <c>result</c>.</param>
    /// <param name="timeout">How long the answer may take.</param>
    /// <param name="tellCancel">Where we stop waiting, the server is told (RFC 7047 §4.1.4 <c>cancel</c>).</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="OvsdbException">The other side refused, was silent or is gone.</exception>
    public async Task<T> CallAsync<T>(
        string method,
        Action<Utf8JsonWriter> writeParameters,
        ResultReader<T> read,
        TimeSpan timeout,
        bool tellCancel,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var reply = new PendingReply<T>(_peer, method, read);
        var id = Register(reply);
        var waits = true;
        try
        {
            Send(WriteRequest(method, id, writeParameters));
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

    /// <summary>Closes, and returns when the receiving task has ended. Not to be called from it.</summary>
    public async ValueTask DisposeAsync()
    {
        End(null);
        await _receiving;
    }

    private long Register(PendingReply reply)
    {
        lock (_gate)
        {
            if (_end is not null)
            {
                throw _end;
            }
            _pending.Add(_nextId, reply);
            return _nextId++;
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
        _stream.Dispose();
        foreach (var reply in waiting)
        {
            reply.Fail(_end);
        }
        _completion.TrySetResult(cause);
    }

    private static ReadOnlyMemory<byte> WriteRequest(string method, long id, Action<Utf8JsonWriter> writeParameters)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        writer.WriteStartObject();
        writer.WriteNumber("id"u8, id);
        writer.WriteString("method"u8, method);
        writer.WriteStartArray("params"u8);
        writeParameters(writer);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    private static ReadOnlyMemory<byte> WriteCancel(long id)
    {
        var buffer = new ArrayBufferWriter<byte>(64);
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        writer.WriteStartObject();
        writer.WriteNull("id"u8);
        writer.WriteString("method"u8, "cancel"u8);
        writer.WriteStartArray("params"u8);
        writer.WriteNumberValue(id);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }
}
