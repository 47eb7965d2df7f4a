using System.Runtime.InteropServices;

namespace Plumbline.Linux.Netlink.Protocol;

/// <summary><c>struct ifinfomsg</c> (linux/rtnetlink.h), 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct @ifinfomsg
{
    public const int Length = 16;
    public byte ifi_family;
    public byte pad;
    public ushort ifi_type;
    public int ifi_index;
    public uint ifi_flags;
    public uint ifi_change;
}

/// <summary><c>struct ifaddrmsg</c> (linux/if_addr.h), 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct @ifaddrmsg
{
    public const int Length = 8;
    public byte ifa_family;
    public byte ifa_prefixlen;
    public byte ifa_flags;
    public byte ifa_scope;
    public int ifa_index;
}

/// <summary><c>struct rtmsg</c> (linux/rtnetlink.h), 12 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct @rtmsg
{
    public const int Length = 12;
    public byte rtm_family;
    public byte rtm_dst_len;
    public byte rtm_src_len;
    public byte rtm_tos;
    public byte rtm_table;
    public byte rtm_protocol;
    public byte rtm_scope;
    public byte rtm_type;
    public uint rtm_flags;
}

/// <summary><c>struct ndmsg</c> (linux/neighbour.h), 12 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct @ndmsg
{
    public const int Length = 12;
    public byte ndm_family;
    public byte pad1;
    public ushort pad2;
    public int ndm_ifindex;
    public ushort ndm_state;
    public byte ndm_flags;
    public byte ndm_type;
}

/// <summary><c>struct rtgenmsg</c> (linux/rtnetlink.h), 1 byte, padded to 4.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct @rtgenmsg
{
    public const int Length = 4;
    public int rtgen_family;
}

/// <summary><c>struct nfgenmsg</c> (linux/netfilter/nfnetlink.h), 4 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct @nfgenmsg
{
    public const int Length = 4;
    public byte nfgen_family;
    public byte version;
    public ushort res_id;
}

/// <summary><c>struct rtnexthop</c> (linux/rtnetlink.h), 8 bytes; its length counts the attributes that follow.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct @rtnexthop
{
    public const int Length = 8;
    public ushort rtnh_len;
    public byte rtnh_flags;
    public byte rtnh_hops;
    public int rtnh_ifindex;
}

/// <summary>Reads a fixed header.</summary>
internal static class FixedHeader
{
    /// <summary>The struct at the start of <paramref name="message"/>.</summary>
    /// <exception cref="InvalidDataException">The message is shorter than the struct.</exception>
    public static T Read<T>(ReadOnlySpan<byte> message)
        where T : unmanaged => MemoryMarshal.TryRead<T>(message, out var header)
            ? header
            : throw new InvalidDataException($"a netlink message of {message.Length} bytes is shorter than its header");
}
