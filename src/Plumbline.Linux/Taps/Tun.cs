using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Plumbline.Linux.Taps;

/// <summary>linux/if_tun.h, as far as a tap needs it.</summary>
internal static partial class Tun
{
    public const string Device = "/dev/net/tun";

    /// <summary>Ethernet frames, not IP packets.</summary>
    public const short IFF_TAP = 0x0002;

    /// <summary>No packet information before each frame.</summary>
    public const short IFF_NO_PI = 0x1000;

    /// <summary>A struct virtio_net_hdr before each frame.</summary>
    public const short IFF_VNET_HDR = 0x4000;

    /// <summary>_IOW('T', 202, int).</summary>
    public const nuint TUNSETIFF = 0x400454CA;

    public const int O_RDWR = 2;

    /// <summary>struct ifreq: 16 bytes of name, then a union of which the flags are the first two; 40 bytes in all.</summary>
    [InlineArray(Size)]
    public struct ifreq
    {
        public const int Size = 40;
        public const int FlagsOffset = 16;
        private byte _first;
    }

    [LibraryImport("libc", SetLastError = true)]
    public static partial int ioctl(SafeFileHandle file, nuint request, ref ifreq argument);
}
