using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Plumbline.Linux.Native;

/// <summary>A shared mapping of a file descriptor, unmapped when disposed.</summary>
internal sealed class MappedMemory : SafeHandleZeroOrMinusOneIsInvalid
{
    private MappedMemory(nint address, int length)
        : base(ownsHandle: true)
    {
        Length = length;
        SetHandle(address);
    }

    public int Length { get; }

    /// <summary>Valid until <see cref="SafeHandle.Dispose()"/>.</summary>
    public nint Address => handle;

    /// <summary>
    /// Maps the first <paramref name="length"/> bytes of <paramref name="socket"/>; null, with errno set, where the
    /// kernel refuses.
    /// </summary>
    public static MappedMemory? TryMap(SafeSocketHandle socket, int length)
    {
        var address = Libc.mmap(0, (nuint)length, Libc.PROT_READ | Libc.PROT_WRITE, Libc.MAP_SHARED, socket, 0);
        return address == Libc.MAP_FAILED ? null : new(address, length);
    }

    protected override bool ReleaseHandle() => Libc.munmap(handle, (nuint)Length) == 0;
}
