namespace Plumbline.Packets.Pcapng;

/// <summary>
/// Looks ahead in a stream. Its buffer grows with the bytes that really came, never by what a file claims, so a damaged
/// length costs no memory.
/// </summary>
internal sealed class ByteSource(Stream stream)
{
    private byte[] _buffer = new byte[1 << 19];
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
        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_end == _buffer.Length && _start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }
        else if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }
        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        return read > 0;
    }
}
