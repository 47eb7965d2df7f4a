using System.Runtime.InteropServices;
using Plumbline.Linux.Native;
using Plumbline.Primitives;

namespace Plumbline.Linux.Compression;

/// <summary>Writes a zstd file (RFC 8878) of one frame by the system's libzstd, at its fastest level: it has to keep up with packets.</summary>
public sealed unsafe class ZstdWriteStream : WritingStream
{
    private readonly Stream _compressed;
    private readonly byte[] _output = new byte[1 << 17];
    private nint _context;
    private bool _isComplete;

    /// <summary>Starts a frame; <paramref name="compressed"/> stays the caller's.</summary>
    /// <exception cref="IOException">libzstd.so.1 is not installed.</exception>
    public ZstdWriteStream(Stream compressed)
    {
        _compressed = compressed;
        try
        {
            _context = Libzstd.ZSTD_createCCtx();
        }
        catch (DllNotFoundException exception)
        {
            throw new IOException("zstd: libzstd.so.1 is not installed (Debian package libzstd1)", exception);
        }
        Check(Libzstd.ZSTD_CCtx_setParameter(_context, Libzstd.ZSTD_c_compressionLevel, 1));
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer) => Compress(buffer, Libzstd.ZSTD_e_continue);

    /// <summary>Ends a block, so that readers see what was written.</summary>
    public override void Flush()
    {
        Compress([], Libzstd.ZSTD_e_flush);
        _compressed.Flush();
    }

    /// <summary>Ends the frame.</summary>
    public void Complete()
    {
        if (!_isComplete)
        {
            _isComplete = true;
            Compress([], Libzstd.ZSTD_e_end);
            _compressed.Flush();
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_context != 0)
        {
            _ = Libzstd.ZSTD_freeCCtx(_context);
            _context = 0;
        }
        base.Dispose(disposing);
    }

    private void Compress(ReadOnlySpan<byte> data, int directive)
    {
        ObjectDisposedException.ThrowIf(_context == 0, this);
        fixed (byte* input = data, output = _output)
        {
            var from = new Libzstd.ZSTD_inBuffer { src = input, size = (nuint)data.Length };
            nuint left;
            do
            {
                var to = new Libzstd.ZSTD_outBuffer { dst = output, size = (nuint)_output.Length };
                left = Libzstd.ZSTD_compressStream2(_context, &to, &from, directive);
                Check(left);
                _compressed.Write(_output, 0, (int)to.pos);
            }
            while (from.pos < from.size || directive != Libzstd.ZSTD_e_continue && left != 0);
        }
    }

    private static void Check(nuint result)
    {
        if (Libzstd.ZSTD_isError(result) != 0)
        {
            throw new IOException($"zstd: {Marshal.PtrToStringUTF8((nint)Libzstd.ZSTD_getErrorName(result))}");
        }
    }
}
