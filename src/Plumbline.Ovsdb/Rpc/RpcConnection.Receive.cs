using System.Buffers.Text;
using System.Net.Security;
using System.Net.Sockets;
using Plumbline.Ovsdb.Wire;

namespace Plumbline.Ovsdb.Rpc;

internal sealed partial class RpcConnection
{
    /// <summary>No message is longer; a bigger one is a server gone mad. A full Open_vSwitch database of 10,000 ports has some 20 MB.</summary>
    internal const int MaxMessageLength = 256 << 20;

    private byte[] _buffer = GC.AllocateUninitializedArray<byte>(32 << 10);
    private int _filled;
    private MessageFramer _framer;
    private volatile bool _spokenTo;

    private Task _receiving = Task.CompletedTask;
    private bool _started;
    private bool _startAsked;

    /// <summary>Begins to receive, unless that has begun.</summary>
    public void Start()
    {
        lock (_gate)
        {
            _startAsked = true;
            if (_started || _isDirect || _end is not null)
            {
                return; // he who receives directly starts it when he leaves
            }
            _started = true;
            StartProbing();
            _receiving = Task.Run(ReceiveAsync);
        }
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (true)
            {
                if (!Received(await _stream.ReadAsync(_buffer.AsMemory(_filled))))
                {
                    return;
                }
            }
        }
        catch (InvalidDataException odd)
        {
            End(Problems.NotTheProtocol(_peer, odd));
        }
        catch (Exception broken) when (broken is IOException or SocketException or ObjectDisposedException)
        {
            End(Broken(broken));
        }
        finally
        {
            End(Problems.ClosedThere(_peer, null)); // counts only where a handler of ours has thrown: nobody shall wait in vain
        }
    }

    /// <summary>
    /// The other side closed. With TLS 1.3 our side of the handshake is over before the server has looked at our certificate, so that
    /// it says no where its first word is awaited.
    /// </summary>
    private OvsdbException Broken(Exception? inner) => _stream is SslStream && !_spokenTo
        ? Problems.TlsRefused(_peer, inner ?? new EndOfStreamException("the server closed without a word"))
        : Problems.ClosedThere(_peer, inner);

    /// <summary>Takes in what stands at the buffer's end. False: nothing came, for the other side has closed.</summary>
    private bool Received(int count)
    {
        if (count == 0)
        {
            End(Broken(null));
            return false;
        }
        _filled += count;
        _spokenTo = true;
        Heard();
        HandleWhole();
        if (_filled == _buffer.Length)
        {
            Grow();
        }
        return true;
    }

    /// <summary>Handles the messages that are whole, and moves the rest to the front.</summary>
    private void HandleWhole()
    {
        var done = 0;
        while (_framer.Find(_buffer.AsSpan(done, _filled - done)) is > 0 and var length)
        {
            var message = RpcMessage.Parse(_buffer.AsSpan(done, length));
            done += length;
            Handle(ref message);
        }
        if (done > 0)
        {
            _buffer.AsSpan(done, _filled - done).CopyTo(_buffer);
            _filled -= done;
        }
    }

    private void Grow()
    {
        if (_buffer.Length >= MaxMessageLength)
        {
            throw new InvalidDataException($"a message is longer than {MaxMessageLength >> 20} MiB");
        }
        // by steps that an answer of megabytes takes twice: what is not filled is never touched, and what is outgrown is left to the collector
        var bigger = GC.AllocateUninitializedArray<byte>(Math.Min(_buffer.Length * 8, MaxMessageLength));
        _buffer.AsSpan(0, _filled).CopyTo(bigger);
        _buffer = bigger;
    }

    private void Handle(ref RpcMessage message)
    {
        if (message.Method is null)
        {
            HandleAnswer(ref message);
        }
        else if (message.Id.IsEmpty)
        {
            _notified?.Invoke(message.Method, message.Params);
        }
        else if (message.Method == "echo")
        {
            Send(WriteAnswer(message.Id, message.Params, "null"u8));
        }
        else
        {
            Send(WriteAnswer(message.Id, "null"u8, "\"unknown method\""u8));
        }
    }

    private void HandleAnswer(ref RpcMessage message)
    {
        if (message.Id.SequenceEqual(ProbeId))
        {
            return; // its coming was all that mattered
        }
        if (!Utf8Parser.TryParse(message.Id, out long id, out var used) || used != message.Id.Length)
        {
            throw new InvalidDataException("an answer bears an id that we never gave");
        }
        PendingReply? reply;
        lock (_gate)
        {
            _pending.Remove(id, out reply);
            if (reply is null && (id < 0 || id >= Interlocked.Read(ref _nextId)))
            {
                throw new InvalidDataException("an answer bears an id that we never gave");
            }
        }
        reply?.Answer(ref message); // null: nobody waits for it any more
    }

    private static byte[] WriteAnswer(ReadOnlySpan<byte> id, ReadOnlySpan<byte> result, ReadOnlySpan<byte> error)
    {
        result = result.IsEmpty ? "null"u8 : result;
        return [.. "{\"id\":"u8, .. id, .. ",\"result\":"u8, .. result, .. ",\"error\":"u8, .. error, .. "}"u8];
    }
}
