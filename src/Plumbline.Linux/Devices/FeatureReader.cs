using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Plumbline.Linux.Native;

namespace Plumbline.Linux.Devices;

/// <summary>
/// Asks the kernel which features of devices are on: the names once, then one SIOCETHTOOL (ETHTOOL_GFEATURES) a device, about a microsecond each. Needs no
/// permission.
/// </summary>
public static class FeatureReader
{
    private const int MostFeatures = 1024;

    /// <summary>The features of <paramref name="devices"/>, of those that are there and tell them.</summary>
    /// <param name="networkNamespace">Null: the calling thread's.</param>
    /// <param name="devices">Names, at most 15 characters each.</param>
    /// <exception cref="LinuxException">The namespace cannot be entered, or no socket can be had.</exception>
    public static IReadOnlyList<DeviceFeatures> Read(NetworkNamespace? networkNamespace, IReadOnlyList<string> devices)
    {
        ArgumentNullException.ThrowIfNull(devices);
        if (devices.Count == 0)
        {
            return [];
        }
        return networkNamespace is null ? Read(devices) : networkNamespace.Run(() => Read(devices));
    }

    private static List<DeviceFeatures> Read(IReadOnlyList<string> devices)
    {
        const int Datagram = 2;
        using var socket = Libc.socket(Libc.AF_INET, Datagram | Libc.SOCK_CLOEXEC, 0);
        if (socket.IsInvalid)
        {
            throw Problems.Refused("open a socket for ethtool's questions", Libc.Errno);
        }
        var result = new List<DeviceFeatures>(devices.Count);
        string[]? names = null;
        foreach (var device in devices)
        {
            names ??= ReadNames(socket, device);
            if (names is not null && ReadActive(socket, device, names) is { } active)
            {
                result.Add(new(device, active));
            }
        }
        return result;
    }

    /// <summary>
    /// ETHTOOL_GSSET_INFO <c>{u32 cmd, u32 reserved, u64 mask, u32 count}</c>, then ETHTOOL_GSTRINGS <c>{u32 cmd, u32 set, u32 len, char[32]…}</c>; any device
    /// answers the same.
    /// </summary>
    private static string[]? ReadNames(SafeSocketHandle socket, string device)
    {
        var ask = new uint[6];
        (ask[0], ask[2]) = (Libc.ETHTOOL_GSSET_INFO, 1u << (int)Libc.ETH_SS_FEATURES);
        if (!Ask(socket, device, ask) || ask[4] is 0 or > MostFeatures)
        {
            return null;
        }
        var count = (int)ask[4];
        var strings = new uint[3 + (count * Libc.ETH_GSTRING_LEN / sizeof(uint))];
        (strings[0], strings[1], strings[2]) = (Libc.ETHTOOL_GSTRINGS, Libc.ETH_SS_FEATURES, (uint)count);
        if (!Ask(socket, device, strings))
        {
            return null;
        }
        var bytes = MemoryMarshal.AsBytes<uint>(strings)[12..];
        var names = new string[count];
        for (var i = 0; i < count; i++)
        {
            var name = bytes.Slice(i * Libc.ETH_GSTRING_LEN, Libc.ETH_GSTRING_LEN);
            var end = name.IndexOf((byte)0);
            names[i] = Encoding.ASCII.GetString(end < 0 ? name : name[..end]);
        }
        return names;
    }

    /// <summary>ETHTOOL_GFEATURES <c>{u32 cmd, u32 size, {u32 available, requested, active, never_changed}…}</c>, 32 features a block.</summary>
    private static HashSet<string>? ReadActive(SafeSocketHandle socket, string device, string[] names)
    {
        var blocks = (names.Length + 31) / 32;
        var ask = new uint[2 + (blocks * 4)];
        (ask[0], ask[1]) = (Libc.ETHTOOL_GFEATURES, (uint)blocks);
        if (!Ask(socket, device, ask))
        {
            return null;
        }
        var active = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < names.Length; i++)
        {
            if ((ask[2 + (i / 32 * 4) + 2] >> (i % 32) & 1) != 0 && names[i].Length > 0)
            {
                active.Add(names[i]);
            }
        }
        return active;
    }

    private static unsafe bool Ask(SafeSocketHandle socket, string device, uint[] message)
    {
        var request = default(Libc.ifreq_data);
        if (device.Length == 0 || !Encoding.UTF8.TryGetBytes(device, new(request.ifr_name, 15), out _))
        {
            return false;
        }
        fixed (uint* data = message)
        {
            request.ifr_data = (nint)data;
            return Libc.ioctl(socket, Libc.SIOCETHTOOL, ref request) == 0;
        }
    }
}
