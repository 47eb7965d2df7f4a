using System.Runtime.InteropServices;
using Plumbline.Linux.Native;
using Plumbline.Primitives;

namespace Plumbline.Linux.Compression;

/// <summary>Reads a zstd file (RFC 8878), one frame or several, by the system's libzstd.</summary>
public sealed unsafe class ZstdStream : ReadingStream
{
    private readonly Stream _compressed;
    private readonly byte[] _input = new byte[1 << 17];
    private nint _stream;
    private int _start;
    private int _end;
    private bool _isInFrame;

    /// <summary>Starts reading; owns <paramref name="compressed"/>.</summary>
    /// <exception cref="IOException">libzstd.so.1 is not installed.</exception>
    public ZstdStream(Stream compressed)
    {
        _compressed = compressed;
        try
        {
            _stream = Libzstd.ZSTD_createDStream();
        }
        catch (DllNotFoundException exception)
        {
            throw new IOException("zstd: libzstd.so.1 is not installed (Debian package libzstd1)", exception);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The file is damaged, or ends inside a frame.</exception>
    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_stream == 0, this);
        while (!buffer.IsEmpty)
        {
            if (_start == _end)
            {
                (_start, _end) = (0, _compressed.Read(_input));
                if (_end == 0 && !_isInFrame)
                {
                    return 0;
                }
            }
            var written = Decompress(buffer);
            if (written > 0)
            {
                return written;
            }
            if (_end == 0)
            {
                throw new InvalidDataException("zstd: the file ends inside a frame");
            }
        }
        return 0;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_stream != 0)
        {
            _ = Libzstd.ZSTD_freeDStream(_stream);
            _stream = 0;
        }
        if (disposing)
        {
            _compressed.Dispose();
        }
        base.Dispose(disposing);
    }

    private int Decompress(Span<byte> buffer)
    {
        fixed (byte* input = _input, output = buffer)
        {
            var from = new Libzstd.ZSTD_inBuffer { src = input, size = (nuint)_end, pos = (nuint)_start };
            var to = new Libzstd.ZSTD_outBuffer { dst = output, size = (nuint)buffer.Length };
            var result = Libzstd.ZSTD_decompressStream(_stream, &to, &from);
            if (Libzstd.ZSTD_isError(result) != 0)
            {
                throw new InvalidDataException($"zstd: {Marshal.PtrToStringUTF8((nint)Libzstd.ZSTD_getErrorName(result))}");
            }
            _start = (int)from.pos;
            _isInFrame = result != 0;
            return (int)to.pos;
        }
    }
}
