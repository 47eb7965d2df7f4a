using Plumbline.Primitives;

namespace Plumbline.Linux.Files;

/// <summary>
/// Writes to another stream in a thread of its own: one that compresses, so that whoever reads packets need not wait for it. What waits is
/// bounded: when all pieces of 1 MiB are full, <see cref="Write(ReadOnlySpan{byte})"/> waits. One thread may call; an error of the other
/// stream comes out of each call from then on.
/// </summary>
public sealed class QueuedStream : WritingStream
{
    private const int PieceSize = 1 << 20;

    private readonly Stream _stream;
    private readonly int _most;
    private readonly Queue<Piece> _full = [];
    private readonly Stack<byte[]> _free = [];
    private readonly object _gate = new();
    private readonly Thread _thread;
    private byte[]? _current;
    private int _used;
    private int _made;
    private bool _isBusy;
    private bool _isClosed;
    private IOException? _error;

    /// <summary>Starts the thread.</summary>
    /// <param name="stream">Where to; stays the caller's, who leaves it alone until <see cref="Complete"/> or Dispose.</param>
    /// <param name="pieces">How many MiB may wait.</param>
    public QueuedStream(Stream stream, int pieces = 16)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfLessThan(pieces, 2);
        _stream = stream;
        _most = pieces;
        _thread = new(WriteAll) { IsBackground = true, Name = "compressing" };
        _thread.Start();
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The other stream's, now or before.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            _current ??= TakeFree();
            var count = Math.Min(buffer.Length, PieceSize - _used);
            buffer[..count].CopyTo(_current.AsSpan(_used));
            _used += count;
            buffer = buffer[count..];
            if (_used == PieceSize)
            {
                HandOver(flush: false);
            }
        }
    }

    /// <summary>The other stream is flushed when all that was written has gone there; does not wait for it.</summary>
    /// <exception cref="IOException">The other stream's, before.</exception>
    public override void Flush()
    {
        if (_current is not null)
        {
            HandOver(flush: true);
        }
        lock (_gate)
        {
            ThrowIfFailed();
        }
    }

    /// <summary>Waits until all has gone to the other stream.</summary>
    /// <exception cref="IOException">The other stream's.</exception>
    public void Complete()
    {
        Flush();
        lock (_gate)
        {
            while (_error is null && (_full.Count > 0 || _isBusy))
            {
                Monitor.Wait(_gate);
            }
            ThrowIfFailed();
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lock (_gate)
            {
                _isClosed = true;
                Monitor.PulseAll(_gate);
            }
            _thread.Join();
        }
        base.Dispose(disposing);
    }

    private byte[] TakeFree()
    {
        lock (_gate)
        {
            while (_error is null && _free.Count == 0 && _made == _most)
            {
                Monitor.Wait(_gate);
            }
            ThrowIfFailed();
            if (_free.TryPop(out var piece))
            {
                return piece;
            }
            _made++;
            return GC.AllocateUninitializedArray<byte>(PieceSize);
        }
    }

    private void HandOver(bool flush)
    {
        lock (_gate)
        {
            _full.Enqueue(new(_current!, _used, flush));
            (_current, _used) = (null, 0);
            Monitor.PulseAll(_gate);
        }
    }

    private void WriteAll()
    {
        while (Take() is { } piece)
        {
            IOException? failed = null;
            try
            {
                if (_error is null)
                {
                    _stream.Write(piece.Bytes, 0, piece.Length);
                    if (piece.Flush)
                    {
                        _stream.Flush();
                    }
                }
            }
            catch (IOException exception)
            {
                failed = exception;
            }
            lock (_gate)
            {
                _error ??= failed;
                _isBusy = false;
                _free.Push(piece.Bytes);
                Monitor.PulseAll(_gate);
            }
        }
    }

    private Piece? Take()
    {
        lock (_gate)
        {
            while (_full.Count == 0 && !_isClosed)
            {
                Monitor.Wait(_gate);
            }
            _isBusy = _full.Count > 0;
            return _full.TryDequeue(out var piece) ? piece : null;
        }
    }

    private void ThrowIfFailed()
    {
        if (_error is not null)
        {
            throw new IOException(_error.Message, _error.HResult);
        }
    }

    private sealed record Piece(byte[] Bytes, int Length, bool Flush);
}
