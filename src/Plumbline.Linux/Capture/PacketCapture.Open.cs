using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Plumbline.Linux.Native;

namespace Plumbline.Linux.Capture;

public sealed partial class PacketCapture
{
    private const int FrameSize = 1 << 11;

    /// <summary>Opens the ring; packets arriving from now on are kept.</summary>
    /// <exception cref="LinuxException">
    /// No such device, it is down or no Ethernet, no permission, a bad filter, libpcap missing for a filter, or the
    /// ring did not fit into memory.
    /// </exception>
    public static PacketCapture Open(PacketCaptureOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.SnapLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.RingBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BlockBytes, 1 << 17);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.RetireMilliseconds, 1);
        return options.Namespace is { } @namespace ? @namespace.Run(() => OpenHere(options)) : OpenHere(options);
    }

    private static PacketCapture OpenHere(PacketCaptureOptions options)
    {
        // protocol 0: nothing is received before bind
        var socket = Libc.socket(Libc.AF_PACKET, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, 0);
        SafeFileHandle? wake = null;
        MappedMemory? memory = null;
        try
        {
            if (socket.IsInvalid)
            {
                throw Problems.NoPacketSocket(options, Libc.Errno);
            }
            var ifIndex = FindDevice(socket, options, out var isLoopback);
            AttachFilter(socket, options);
            memory = MapRing(socket, options);
            // a packet on lo passes twice, sent and received; once is enough (libpcap does the same)
            var skipsOutgoing = options.IncomingOnly || isLoopback;
            if (skipsOutgoing)
            {
                // unknown before Linux 4.20; the reader skips them in any case
                _ = Libc.setsockopt(socket, Libc.SOL_PACKET, Libc.PACKET_IGNORE_OUTGOING, 1);
            }
            wake = Libc.eventfd(0, Libc.EFD_CLOEXEC | Libc.EFD_NONBLOCK);
            if (wake.IsInvalid)
            {
                throw Problems.Refused(options, "make an eventfd", Libc.Errno);
            }
            Bind(socket, options, ifIndex);
            return new(options, socket, wake, memory, ifIndex, skipsOutgoing);
        }
        catch
        {
            wake?.Dispose();
            memory?.Dispose();
            socket.Dispose();
            throw;
        }
    }

    private static int FindDevice(SafeSocketHandle socket, PacketCaptureOptions options, out bool isLoopback)
    {
        if (!TryMakeRequest(options.Device, out var request)
            || Libc.ioctl(socket, Libc.SIOCGIFINDEX, ref request) != 0)
        {
            throw Problems.NoDevice(options);
        }
        var ifIndex = request.ifr_ifindex;
        if (Libc.ioctl(socket, Libc.SIOCGIFHWADDR, ref request) != 0)
        {
            throw Problems.NoDevice(options);
        }
        isLoopback = request.ifr_hwaddr_sa_family == Libc.ARPHRD_LOOPBACK;
        if (!isLoopback && request.ifr_hwaddr_sa_family != Libc.ARPHRD_ETHER)
        {
            throw Problems.NotEthernet(options, request.ifr_hwaddr_sa_family);
        }
        if (Libc.ioctl(socket, Libc.SIOCGIFFLAGS, ref request) != 0)
        {
            throw Problems.NoDevice(options);
        }
        return options.AwaitUp || (request.ifr_flags & Libc.IFF_UP) != 0 ? ifIndex : throw Problems.DeviceIsDown(options);
    }

    private static unsafe bool TryMakeRequest(string device, out Libc.ifreq request)
    {
        request = default;
        fixed (byte* name = request.ifr_name)
        {
            return device.Length > 0 && Encoding.UTF8.TryGetBytes(device, new(name, 15), out _);
        }
    }

    private static void AttachFilter(SafeSocketHandle socket, PacketCaptureOptions options)
    {
        Libc.sock_filter[] program = options.Filter is { } expression
            ? PacketFilter.Compile(options.Device, expression, SnapLength(options))
            : [new() { code = Libc.BPF_RET_K, k = (uint)SnapLength(options) }];
        var errno = Attach(socket, program);
        if (errno != 0)
        {
            throw Problems.FilterTooLong(options, program.Length, errno);
        }
    }

    private static MappedMemory MapRing(SafeSocketHandle socket, PacketCaptureOptions options)
    {
        if (Libc.setsockopt(socket, Libc.SOL_PACKET, Libc.PACKET_VERSION, Libc.TPACKET_V3) != 0)
        {
            throw Problems.Refused(options, "switch to TPACKET_V3", Libc.Errno);
        }
        if (Libc.setsockopt(socket, Libc.SOL_PACKET, Libc.PACKET_RESERVE, PacketBlock.VlanTagLength) != 0)
        {
            throw Problems.Refused(options, "reserve room for VLAN tags", Libc.Errno);
        }
        var size = options.BlockBytes;
        var blocks = Math.Clamp((options.RingBytes - 1) / size + 1, 2, int.MaxValue / size);
        var ring = new Libc.tpacket_req3
        {
            tp_block_size = (uint)size,
            tp_block_nr = (uint)blocks,
            tp_frame_size = FrameSize,
            tp_frame_nr = (uint)(blocks * (size / FrameSize)),
            tp_retire_blk_tov = (uint)options.RetireMilliseconds,
        };
        if (SetOption(socket, Libc.PACKET_RX_RING, in ring) != 0
            || MappedMemory.TryMap(socket, blocks * size) is not { } memory)
        {
            throw Problems.NoMemory(options, blocks * size, Libc.Errno);
        }
        return memory;
    }

    private static void Bind(SafeSocketHandle socket, PacketCaptureOptions options, int ifIndex)
    {
        if (options.Promiscuous)
        {
            var membership = new Libc.packet_mreq { mr_ifindex = ifIndex, mr_type = Libc.PACKET_MR_PROMISC };
            if (SetOption(socket, Libc.PACKET_ADD_MEMBERSHIP, in membership) != 0)
            {
                throw Lost(options, Libc.Errno);
            }
        }
        var address = new Libc.sockaddr_ll
        {
            sll_family = Libc.AF_PACKET,
            sll_protocol = BinaryPrimitives.ReverseEndianness(Libc.ETH_P_ALL),
            sll_ifindex = ifIndex,
        };
        if (Libc.bind(socket, Bytes(in address), Unsafe.SizeOf<Libc.sockaddr_ll>()) != 0)
        {
            throw Lost(options, Libc.Errno);
        }
        // a device that is down does not fail bind, it leaves ENETDOWN behind
        var errno = TakeError(socket);
        if (errno != 0 && !(options.AwaitUp && errno == Libc.ENETDOWN))
        {
            throw Lost(options, errno);
        }
    }

    /// <summary>The device was there a moment ago.</summary>
    private static LinuxException Lost(PacketCaptureOptions options, int errno) => errno switch
    {
        Libc.ENODEV => Problems.NoDevice(options),
        Libc.ENETDOWN => Problems.DeviceIsDown(options),
        _ => Problems.Refused(options, "bind the packet socket", errno),
    };

    private static int SnapLength(PacketCaptureOptions options) => Math.Min(options.SnapLength, MaxSnapLength);

    private static int SetOption<T>(SafeSocketHandle socket, int option, ref readonly T value)
        where T : unmanaged => Libc.setsockopt(socket, Libc.SOL_PACKET, option, Bytes(in value), Unsafe.SizeOf<T>());

    private static ReadOnlySpan<byte> Bytes<T>(ref readonly T value)
        where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value));

    /// <returns>0 or errno.</returns>
    private static unsafe int Attach(SafeSocketHandle socket, ReadOnlySpan<Libc.sock_filter> program)
    {
        if (program.Length > ushort.MaxValue)
        {
            return Libc.EINVAL;
        }
        fixed (Libc.sock_filter* instructions = program)
        {
            var filter = new Libc.sock_fprog { len = (ushort)program.Length, filter = instructions };
            var result = Libc.setsockopt(
                socket, Libc.SOL_SOCKET, Libc.SO_ATTACH_FILTER, Bytes(in filter), sizeof(Libc.sock_fprog));
            return result == 0 ? 0 : Libc.Errno;
        }
    }

    /// <summary>SO_ERROR: the pending error, which reading clears.</summary>
    private static int TakeError(SafeSocketHandle socket)
    {
        Span<byte> errno = stackalloc byte[sizeof(int)];
        var length = errno.Length;
        return Libc.getsockopt(socket, Libc.SOL_SOCKET, Libc.SO_ERROR, errno, ref length) == 0
            ? MemoryMarshal.Read<int>(errno)
            : Libc.Errno;
    }
}
