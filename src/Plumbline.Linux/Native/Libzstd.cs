using System.Runtime.InteropServices;

namespace Plumbline.Linux.Native;

/// <summary>zstd.h, the stable part: streaming, both ways. dpkg itself needs this library: Debian and Ubuntu always have it.</summary>
internal static unsafe partial class Libzstd
{
    private const string Library = "libzstd.so.1";

    [LibraryImport(Library)]
    internal static partial nint ZSTD_createDStream();

    [LibraryImport(Library)]
    internal static partial nuint ZSTD_freeDStream(nint stream);

    /// <summary>0: a frame ended; an error code (<see cref="ZSTD_isError"/>); else a hint.</summary>
    [LibraryImport(Library)]
    internal static partial nuint ZSTD_decompressStream(nint stream, ZSTD_outBuffer* output, ZSTD_inBuffer* input);

    internal const int ZSTD_e_continue = 0;
    internal const int ZSTD_e_flush = 1;
    internal const int ZSTD_e_end = 2;
    internal const int ZSTD_c_compressionLevel = 100;

    [LibraryImport(Library)]
    internal static partial nint ZSTD_createCCtx();

    [LibraryImport(Library)]
    internal static partial nuint ZSTD_freeCCtx(nint context);

    [LibraryImport(Library)]
    internal static partial nuint ZSTD_CCtx_setParameter(nint context, int parameter, int value);

    /// <summary>0: all of the directive is done; an error code; else how much waits at least.</summary>
    [LibraryImport(Library)]
    internal static partial nuint ZSTD_compressStream2(nint context, ZSTD_outBuffer* output, ZSTD_inBuffer* input, int directive);

    [LibraryImport(Library)]
    internal static partial uint ZSTD_isError(nuint code);

    [LibraryImport(Library)]
    internal static partial byte* ZSTD_getErrorName(nuint code);

    internal struct ZSTD_inBuffer
    {
        public byte* src;
        public nuint size;
        public nuint pos;
    }

    internal struct ZSTD_outBuffer
    {
        public byte* dst;
        public nuint size;
        public nuint pos;
    }
}
