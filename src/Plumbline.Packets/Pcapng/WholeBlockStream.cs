using Plumbline.Primitives;

namespace Plumbline.Packets.Pcapng;

/// <summary>
/// Passes pcapng on block by block, as it comes over a connection that may break anywhere: what the other stream has is whole blocks. Where
/// that one fails in the middle (a full disk) and can seek, it is cut back to the last whole block. The other stream is owned.
/// </summary>
public sealed class WholeBlockStream : WritingStream
{
    /// <summary>More than any block: what is longer is no pcapng and passes as it is.</summary>
    private const int MostWaiting = 1 << 26;

    private readonly Stream _stream;
    private byte[] _waiting = new byte[1 << 17];
    private int _used;

    /// <summary>Begins at the start of a file.</summary>
    public WholeBlockStream(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
    }

    /// <summary>The connection ended inside a block.</summary>
    public bool IsCutOff => _used > 0;

    /// <summary>Nothing came, not even a part of a block.</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <inheritdoc/>
    /// <exception cref="IOException">The other stream's.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_waiting.Length - _used < buffer.Length)
        {
            Array.Resize(ref _waiting, Math.Max(2 * _waiting.Length, _used + buffer.Length));
        }
        IsEmpty &= buffer.IsEmpty;
        buffer.CopyTo(_waiting.AsSpan(_used));
        _used += buffer.Length;
        var whole = _used > MostWaiting ? _used : PcapngWriter.WholeBlocks(_waiting.AsSpan(0, _used));
        if (whole > 0)
        {
            PassOn(whole);
            _waiting.AsSpan(whole, _used - whole).CopyTo(_waiting);
            _used -= whole;
        }
    }

    /// <inheritdoc/>
    public override void Flush() => _stream.Flush();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stream.Dispose();
        }
        base.Dispose(disposing);
    }

    private void PassOn(int whole)
    {
        var start = _stream.CanSeek ? _stream.Length : -1;
        try
        {
            _stream.Write(_waiting, 0, whole);
        }
        catch (IOException) when (start >= 0)
        {
            CutBack(start, whole);
            throw;
        }
    }

    private void CutBack(long start, int whole)
    {
        try
        {
            var arrived = (int)Math.Clamp(_stream.Length - start, 0, whole);
            _stream.SetLength(start + PcapngWriter.WholeBlocks(_waiting.AsSpan(0, arrived)));
        }
        catch (IOException)
        {
            return; // no disk: the first error is the one to tell
        }
    }
}
