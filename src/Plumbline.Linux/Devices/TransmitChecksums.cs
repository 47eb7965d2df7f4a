using System.Text;
using Plumbline.Linux.Native;

namespace Plumbline.Linux.Devices;

/// <summary>
/// Whether the kernel leaves checksums of TCP and UDP to a device (<c>ethtool -K DEVICE tx off</c>). Between veth devices nobody fills them in: a
/// program that reads frames from a packet socket, as Open vSwitch's userspace datapath does, passes on packets that their receiver drops.
/// </summary>
public static class TransmitChecksums
{
    /// <summary>The kernel fills in all checksums before the device gets a packet. Lasts as long as the device.</summary>
    /// <param name="networkNamespace">Where the device is.</param>
    /// <param name="device">Its name, at most 15 characters.</param>
    /// <exception cref="LinuxException">There is no such device, it does not know the setting, or no permission.</exception>
    public static void FillIn(NetworkNamespace networkNamespace, string device)
    {
        ArgumentNullException.ThrowIfNull(networkNamespace);
        ArgumentException.ThrowIfNullOrEmpty(device);
        networkNamespace.Run(() => Set(device, 0));
    }

    /// <summary>ETHTOOL_STXCSUM <c>{u32 cmd, u32 data}</c>.</summary>
    private static unsafe void Set(string device, uint value)
    {
        const int Datagram = 2;
        using var socket = Libc.socket(Libc.AF_INET, Datagram | Libc.SOCK_CLOEXEC, 0);
        if (socket.IsInvalid)
        {
            throw Problems.Refused("open a socket for ethtool's settings", Libc.Errno);
        }
        var request = default(Libc.ifreq_data);
        if (!Encoding.UTF8.TryGetBytes(device, new Span<byte>(request.ifr_name, 15), out _))
        {
            throw new ArgumentException("a device's name has at most 15 octets", nameof(device));
        }
        var message = stackalloc uint[] { Libc.ETHTOOL_STXCSUM, value };
        request.ifr_data = (nint)message;
        if (Libc.ioctl(socket, Libc.SIOCETHTOOL, ref request) != 0)
        {
            throw Problems.Refused($"change the checksum offload of {device}", Libc.Errno);
        }
    }
}
