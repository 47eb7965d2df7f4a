using System.Runtime.ExceptionServices;
using Plumbline.Primitives;

namespace Plumbline.Packets.Pcapng;

/// <summary>
/// Reads a stream some chunks ahead, in a thread of its own: what the kernel copies and what zstd unpacks then costs no time of the thread
/// that understands the packets (bench/read). A <see cref="PcapngReader"/> works in the chunks themselves. At most
/// <see cref="MostChunks"/> of them wait. One thread may read.
/// </summary>
public sealed class ReadAheadStream : ReadingStream
{
    /// <summary>Room before a chunk's bytes for those of the chunk before that belong to the same packet.</summary>
    internal const int Headroom = 1 << 16;

    private const int ChunkSize = 1 << 19;
    private const int MostChunks = 6;

    private readonly Stream _stream;
    private readonly Queue<(byte[] Chunk, int Length)> _full = [];
    private readonly Stack<byte[]> _free = [];
    private readonly object _gate = new();
    private Thread? _thread;
    private byte[]? _current;
    private int _start;
    private int _end;
    private int _made;
    private bool _isOver;
    private bool _isDisposed;
    private ExceptionDispatchInfo? _error;

    /// <summary>Reads <paramref name="stream"/>, which it then owns; the thread starts with the first read.</summary>
    public ReadAheadStream(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_start == _end)
        {
            if (_current is not null)
            {
                GiveBack(_current);
                _current = null;
            }
            if (!TryTake(out var chunk, out var length))
            {
                return 0;
            }
            (_current, _start, _end) = (chunk, Headroom, Headroom + length);
        }
        var count = Math.Min(buffer.Length, _end - _start);
        _current.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    /// <summary>The next chunk: its bytes begin at <see cref="Headroom"/>. False at the end. The caller gives it back.</summary>
    /// <exception cref="Exception">What reading threw.</exception>
    internal bool TryTake(out byte[] chunk, out int length)
    {
        Start();
        lock (_gate)
        {
            while (_full.Count == 0 && !_isOver)
            {
                Monitor.Wait(_gate);
            }
            if (_full.TryDequeue(out var next))
            {
                (chunk, length) = next;
                return true;
            }
        }
        _error?.Throw();
        (chunk, length) = ([], 0);
        return false;
    }

    /// <summary>Takes a chunk back.</summary>
    internal void GiveBack(byte[] chunk)
    {
        lock (_gate)
        {
            _free.Push(chunk);
            Monitor.PulseAll(_gate);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lock (_gate)
            {
                _isDisposed = true;
                Monitor.PulseAll(_gate);
            }
            _thread?.Join();
            _stream.Dispose();
        }
        base.Dispose(disposing);
    }

    private void Start()
    {
        if (_thread is not null)
        {
            return;
        }
        _thread = new(ReadAll) { IsBackground = true, Name = "read ahead" };
        _thread.Start();
    }

    private void ReadAll()
    {
        try
        {
            while (TakeFree() is { } chunk)
            {
                var length = _stream.ReadAtLeast(chunk.AsSpan(Headroom), ChunkSize, throwOnEndOfStream: false);
                if (length == 0)
                {
                    break;
                }
                lock (_gate)
                {
                    _full.Enqueue((chunk, length));
                    Monitor.PulseAll(_gate);
                }
            }
        }
        catch (Exception exception)
        {
            _error = ExceptionDispatchInfo.Capture(exception); // whoever reads gets it, behind what came before it
        }
        lock (_gate)
        {
            _isOver = true;
            Monitor.PulseAll(_gate);
        }
    }

    private byte[]? TakeFree()
    {
        lock (_gate)
        {
            while (_free.Count == 0 && _made == MostChunks && !_isDisposed)
            {
                Monitor.Wait(_gate);
            }
            if (_isDisposed)
            {
                return null;
            }
            if (_free.TryPop(out var chunk))
            {
                return chunk;
            }
            _made++;
            return GC.AllocateUninitializedArray<byte>(Headroom + ChunkSize);
        }
    }
}
