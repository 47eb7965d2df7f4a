using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Plumbline.Linux.Native;

/// <summary>
/// net/if.h: the requests of netdevice(7), which look into the namespace that the socket was made in.
/// </summary>
internal static partial class Libc
{
    public const nuint SIOCGIFNAME = 0x8910;
    public const nuint SIOCGIFFLAGS = 0x8913;
    public const nuint SIOCGIFHWADDR = 0x8927;
    public const nuint SIOCGIFINDEX = 0x8933;
    public const ushort IFF_UP = 1;
    public const ushort ARPHRD_ETHER = 1;
    public const ushort ARPHRD_LOOPBACK = 772;

    [LibraryImport("libc", SetLastError = true)]
    public static partial int ioctl(SafeSocketHandle socket, nuint request, ref ifreq argument);

    /// <summary>40 bytes on 64 bit, the union starts at 16.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 40)]
    public unsafe struct ifreq
    {
        [FieldOffset(0)] public fixed byte ifr_name[16];
        [FieldOffset(16)] public int ifr_ifindex;
        [FieldOffset(16)] public ushort ifr_flags;
        [FieldOffset(16)] public ushort ifr_hwaddr_sa_family;
    }
}
