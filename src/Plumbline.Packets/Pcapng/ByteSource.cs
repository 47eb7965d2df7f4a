namespace Plumbline.Packets.Pcapng;

/// <summary>
/// Looks ahead in a stream. Its buffer grows with the bytes that really came, never by what a file claims, so a damaged
/// length costs no memory. In a <see cref="ReadAheadStream"/>'s chunks it works without copying them.
/// </summary>
internal sealed class ByteSource(Stream stream)
{
    private readonly ReadAheadStream? _ahead = stream as ReadAheadStream;
    private byte[] _buffer = stream is ReadAheadStream ? [] : new byte[1 << 19];
    private bool _isChunk;
    private int _start;
    private int _end;

    /// <summary>Bytes taken so far.</summary>
    public long Position { get; private set; }

    /// <summary>
    /// Up to <paramref name="count"/> of the next bytes, fewer only at the end; valid until the next call.
    /// </summary>
    public ReadOnlySpan<byte> Peek(int count)
    {
        while (_end - _start < count && Fill())
        {
        }
        return _buffer.AsSpan(_start, Math.Min(count, _end - _start));
    }

    /// <summary>Takes <paramref name="count"/> bytes.</summary>
    /// <returns>False where the stream ends before.</returns>
    public bool Skip(long count)
    {
        while (count > 0)
        {
            var step = (int)Math.Min(count, _end - _start);
            _start += step;
            Position += step;
            count -= step;
            if (count > 0 && !Fill())
            {
                return false;
            }
        }
        return true;
    }

    private bool Fill()
    {
        if (_ahead is not null)
        {
            return FillFrom(_ahead);
        }
        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_end == _buffer.Length && _start > 0)
        {
            MoveToFront();
        }
        else if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }
        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        return read > 0;
    }

    /// <summary>
    /// The next chunk takes the buffer's place, with the bytes that are left before its own. More than fit there (a block of more than
    /// 64 KiB) gather in a buffer of ours.
    /// </summary>
    private bool FillFrom(ReadAheadStream ahead)
    {
        if (!ahead.TryTake(out var chunk, out var length))
        {
            return false;
        }
        var left = _end - _start;
        if (left <= ReadAheadStream.Headroom)
        {
            var start = ReadAheadStream.Headroom - left;
            _buffer.AsSpan(_start, left).CopyTo(chunk.AsSpan(start));
            if (_isChunk)
            {
                ahead.GiveBack(_buffer);
            }
            (_buffer, _isChunk, _start, _end) = (chunk, true, start, ReadAheadStream.Headroom + length);
            return true;
        }
        if (_isChunk || _buffer.Length - _end < length)
        {
            var larger = _isChunk || _buffer.Length - left < length ? new byte[2 * (left + length)] : _buffer;
            _buffer.AsSpan(_start, left).CopyTo(larger);
            if (_isChunk)
            {
                ahead.GiveBack(_buffer);
            }
            (_buffer, _isChunk, _start, _end) = (larger, false, 0, left);
        }
        chunk.AsSpan(ReadAheadStream.Headroom, length).CopyTo(_buffer.AsSpan(_end));
        _end += length;
        ahead.GiveBack(chunk);
        return true;
    }

    private void MoveToFront()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
    }
}
