using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Plumbline.Packets.Pcapng;

/// <summary>
/// Writes pcapng (draft-ietf-opsawg-pcapng), little-endian, nanosecond timestamps, into any stream; buffers, so call
/// <see cref="Flush"/> before someone reads. Not thread-safe. The stream stays the caller's.
/// <para>
/// <b>When writing fails</b> (disk full, reader gone) the <see cref="IOException"/> of the stream comes out of the call
/// that had to empty the buffer, as it was thrown; the block that this call was asked to add is not in the file. Only
/// whole blocks are handed to the stream, so what an earlier call wrote is readable. Where the disk itself took a part
/// of the buffer and the stream can seek, the file is cut back to the end of its last whole block, and the blocks
/// behind stay in the buffer: the next call tries them again (there may be room by then). A pipe cannot be cut back:
/// after its first error every call throws. For this to work with a <see cref="FileStream"/> open it with
/// <c>bufferSize: 0</c>, so that it keeps nothing of its own.
/// </para>
/// </summary>
public sealed partial class PcapngWriter
{
    /// <summary>Large enough that a write call costs little beside the packets in it.</summary>
    private const int BufferSize = 1 << 17;

    private readonly Stream _stream;
    /// <summary>An aligned stream that lends its own memory: blocks are built where they are written from.</summary>
    private readonly IBufferWriter<byte>? _lender;
    private byte[] _own = [];
    private byte[] _buffer = [];
    private int _first;
    private int _used;
    private int _limit;
    private bool _isLent;
    private long _handedOver;
    private int _interfaceCount;
    private IOException? _broken;
    private readonly bool _isAligned;

    /// <summary>Starts a section: SHB with hardware, OS, application and comment.</summary>
    /// <param name="stream">What to write to.</param>
    /// <param name="options">Of the section.</param>
    /// <param name="isAligned">
    /// No block crosses a multiple of 128 KiB of the file: what is left before it becomes a block of a type for local use, which readers
    /// skip. So a file that is written in such pieces ends with a whole block wherever it ends. A stream that lends memory of arrays
    /// (<see cref="IBufferWriter{T}"/>) up to such a multiple at least spares us a copy.
    /// </param>
    public PcapngWriter(Stream stream, SectionOptions options, bool isAligned = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(options);
        _stream = stream;
        _isAligned = isAligned;
        _lender = isAligned ? stream as IBufferWriter<byte> : null;
        WriteSection(options);
    }

    /// <summary>Bytes written so far, those still in the buffer included.</summary>
    public long Length => _handedOver + _used;

    /// <summary>Hands everything to the stream and flushes it.</summary>
    /// <exception cref="IOException">The stream's own; see the type.</exception>
    public void Flush()
    {
        Empty();
        if (_isAligned)
        {
            _stream.Flush(); // earlier pieces may wait in its window
        }
    }

    /// <summary>Hands the buffer to the stream; an aligned one collects pieces until it is told to flush.</summary>
    private void Empty()
    {
        ThrowIfBroken();
        if (_isLent)
        {
            _lender!.Advance(_used);
            _handedOver += _used;
            (_isLent, _used, _limit) = (false, 0, 0);
            return;
        }
        if (_used == 0)
        {
            return;
        }
        var start = _stream.CanSeek ? _stream.Position : -1;
        try
        {
            _stream.Write(_buffer, 0, _used);
            if (!_isAligned)
            {
                _stream.Flush(); // a stream that kept something would lose it at the next error
            }
        }
        catch (IOException error)
        {
            if (start < 0 || !TryCutBack(start))
            {
                _broken = error;
            }
            throw;
        }
        _handedOver += _used;
        (_used, _limit) = (0, 0);
    }

    /// <summary>Ends the file behind the last whole block that reached it, and forgets what did.</summary>
    private bool TryCutBack(long start)
    {
        try
        {
            var arrived = Math.Clamp(_stream.Length - start, 0, _used);
            var whole = WholeBlocks(_buffer.AsSpan(0, (int)arrived));
            _stream.SetLength(start + whole);
            _stream.Position = start + whole;
            _handedOver += whole;
            _used -= whole;
            _buffer.AsSpan(whole, _used).CopyTo(_buffer);
            return true;
        }
        catch (IOException)
        {
            return false; // the first error is the one to tell; readers stop at the half block
        }
    }

    /// <summary>How many bytes of <paramref name="written"/>, which this type wrote and something cut off, are whole blocks.</summary>
    public static int WholeBlocks(ReadOnlySpan<byte> written)
    {
        var whole = 0;
        while (written.Length - whole >= PcapngFormat.BlockOverhead
            && BinaryPrimitives.ReadInt32LittleEndian(written[(whole + 4)..]) is var length
            && length >= PcapngFormat.BlockOverhead && length <= written.Length - whole)
        {
            whole += length;
        }
        return whole;
    }

    /// <summary>
    /// At least <paramref name="length"/> bytes to build the next block in; <see cref="_used"/> is its place.
    /// </summary>
    private Span<byte> Room(int length)
    {
        ThrowIfBroken();
        length += PcapngFormat.BlockOverhead; // so that a filler fits behind it
        if (_limit - _used < length)
        {
            MakeRoom(length);
        }
        return _buffer.AsSpan(_first + _used, _limit - _used);
    }

    private void MakeRoom(int length)
    {
        ThrowIfBroken();
        if (_used > 0)
        {
            Fill();
        }
        Empty();
        TakePiece();
        if (_limit < length && _limit < BufferSize)
        {
            Fill(); // the short piece before the next multiple
            Empty();
            TakePiece();
        }
        if (_limit < length)
        {
            Empty();
            UseOwn(length);
        }
    }

    /// <summary>Memory up to the next multiple of the file, the stream's own where it lends it.</summary>
    private void TakePiece()
    {
        var limit = _isAligned ? BufferSize - (int)(_handedOver & (BufferSize - 1)) : BufferSize;
        if (_lender is null)
        {
            UseOwn(limit);
            return;
        }
        try
        {
            if (!MemoryMarshal.TryGetArray<byte>(_lender.GetMemory(limit), out var lent))
            {
                UseOwn(limit);
                return;
            }
            (_buffer, _first, _limit, _isLent) = (lent.Array!, lent.Offset, limit, true);
        }
        catch (IOException error)
        {
            _broken = error;
            throw;
        }
    }

    private void UseOwn(int length)
    {
        if (_own.Length < length)
        {
            _own = new byte[Math.Max(length, BufferSize)];
        }
        (_buffer, _first, _limit) = (_own, 0, length);
    }

    /// <summary>A block of nothing up to the limit, where one fits.</summary>
    private void Fill()
    {
        var left = _limit - _used;
        if (_isAligned && left >= PcapngFormat.BlockOverhead && _limit <= BufferSize)
        {
            var block = _buffer.AsSpan(_first + _used, left);
            block.Clear();
            BinaryPrimitives.WriteUInt32LittleEndian(block, PcapngFormat.LocalFillerBlock);
            BinaryPrimitives.WriteUInt32LittleEndian(block[4..], (uint)left);
            BinaryPrimitives.WriteUInt32LittleEndian(block[^4..], (uint)left);
            _used += left;
        }
    }

    private void ThrowIfBroken()
    {
        if (_broken is not null)
        {
            throw new IOException(_broken.Message, _broken);
        }
    }
}
