using System.Runtime.InteropServices;

namespace Plumbline.Linux.Native;

/// <summary>zstd.h, the stable part: streaming decompression. dpkg itself needs this library: Debian and Ubuntu always have it.</summary>
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
