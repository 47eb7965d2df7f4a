using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Plumbline.Linux.Native;

/// <summary>linux/ethtool.h, linux/sockios.h: SIOCETHTOOL, which looks into the namespace that the socket was made in.</summary>
internal static partial class Libc
{
    public const nuint SIOCETHTOOL = 0x8946;
    public const uint ETHTOOL_STXCSUM = 0x17;
    public const uint ETHTOOL_GSTRINGS = 0x1b;
    public const uint ETHTOOL_GSSET_INFO = 0x37;
    public const uint ETHTOOL_GFEATURES = 0x3a;
    public const uint ETH_SS_FEATURES = 4;
    public const int ETH_GSTRING_LEN = 32;

    [LibraryImport("libc", SetLastError = true)]
    public static partial int ioctl(SafeSocketHandle socket, nuint request, ref ifreq_data argument);

    /// <summary><c>struct ifreq</c> with ifr_data: 40 bytes on 64 bit, the pointer at 16.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 40)]
    public unsafe struct ifreq_data
    {
        [FieldOffset(0)] public fixed byte ifr_name[16];
        [FieldOffset(16)] public nint ifr_data;
    }
}
