using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Plumbline.Linux.Capture.Native;

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
    public unsafe byte* Address => (byte*)handle;

    /// <summary>Maps the first <paramref name="length"/> bytes of <paramref name="fd"/>; null, with errno set, where the kernel refuses.</summary>
    public static MappedMemory? TryMap(SafeFileHandle fd, int length)
    {
        var address = Mman.mmap(0, (nuint)length, Mman.PROT_READ | Mman.PROT_WRITE, Mman.MAP_SHARED, fd, 0);
        return address == Mman.MAP_FAILED ? null : new(address, length);
    }

    protected override bool ReleaseHandle() => Mman.munmap(handle, (nuint)Length) == 0;
}
