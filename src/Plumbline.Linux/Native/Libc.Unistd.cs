using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Plumbline.Linux.Native;

/// <summary>unistd.h: read(2), write(2), pwrite(2), unlink(2), execve(2). close(2) is the handles' own.</summary>
internal static partial class Libc
{
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint read(SafeFileHandle file, Span<byte> buffer, nint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint write(SafeFileHandle file, ReadOnlySpan<byte> data, nint length);

    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial nint pwrite(SafeFileHandle file, byte* data, nint length, long offset);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int unlink(string path);

    /// <summary>Over an open <paramref name="to"/> it goes at once; the copy is not closed by execve(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int dup2(SafeFileHandle from, int to);

    /// <summary>Returns only where it failed. Both vectors end with a null pointer.</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int execve(string path, ReadOnlySpan<nint> arguments, ReadOnlySpan<nint> environment);
}
