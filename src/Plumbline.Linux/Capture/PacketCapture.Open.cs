using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Plumbline.Linux.Capture.Native;

namespace Plumbline.Linux.Capture;

public sealed unsafe partial class PacketCapture
{
    /// <summary>
    /// Holds the largest packet. Not larger, since at low rates each retired block carries few packets: the number of blocks times
    /// <see cref="RetireMilliseconds"/> is how long a reader may stall (64 × 40 ms with the default ring).
    /// </summary>
    private const int BlockSize = 1 << 18;

    private const int FrameSize = 1 << 11;

    /// <summary>How long the kernel keeps a block that is not full; the delay with which live output follows.</summary>
    private const int RetireMilliseconds = 40;

    /// <summary>Opens the ring; packets arriving from now on are kept.</summary>
    /// <exception cref="LinuxException">
    /// No such device, it is down or no Ethernet, no permission, a bad filter, libpcap missing for a filter, or the ring did not fit
    /// into memory.
    /// </exception>
    public static PacketCapture Open(PacketCaptureOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.SnapLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.RingBytes, 1);
        return options.Namespace is { } @namespace ? @namespace.Run(() => OpenHere(options)) : OpenHere(options);
    }

    private static PacketCapture OpenHere(PacketCaptureOptions options)
    {
        // protocol 0: nothing is received before bind
        var socket = IfPacket.socket(IfPacket.AF_PACKET, IfPacket.SOCK_RAW | IfPacket.SOCK_CLOEXEC, 0);
        SafeFileHandle? wake = null;
        MappedMemory? memory = null;
        try
        {
            if (socket.IsInvalid)
            {
                throw Problems.NoPermission(options, Marshal.GetLastPInvokeError());
            }
            var ifIndex = FindDevice(socket, options, out var isLoopback);
            AttachFilter(socket, options);
            memory = MapRing(socket, options);
            // a packet on lo passes twice, sent and received; once is enough (libpcap does the same)
            var skipsOutgoing = options.IncomingOnly || isLoopback;
            if (skipsOutgoing)
            {
                // unknown before Linux 4.20; the reader skips them in any case
                _ = SetOption(socket, IfPacket.SOL_PACKET, IfPacket.PACKET_IGNORE_OUTGOING, 1);
            }
            wake = Poll.eventfd(0, Poll.EFD_CLOEXEC | Poll.EFD_NONBLOCK);
            if (wake.IsInvalid)
            {
                throw Problems.Refused(options, "make an eventfd", Marshal.GetLastPInvokeError());
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

    private static int FindDevice(SafeFileHandle socket, PacketCaptureOptions options, out bool isLoopback)
    {
        if (!TryMakeRequest(options.Device, out var request)
            || IfPacket.ioctl(socket, IfPacket.SIOCGIFINDEX, &request) != 0)
        {
            throw Problems.NoDevice(options);
        }
        var ifIndex = request.ifr_ifindex;
        if (IfPacket.ioctl(socket, IfPacket.SIOCGIFHWADDR, &request) != 0)
        {
            throw Problems.NoDevice(options);
        }
        isLoopback = request.ifr_hwaddr_sa_family == IfPacket.ARPHRD_LOOPBACK;
        if (!isLoopback && request.ifr_hwaddr_sa_family != IfPacket.ARPHRD_ETHER)
        {
            throw Problems.NotEthernet(options, request.ifr_hwaddr_sa_family);
        }
        if (IfPacket.ioctl(socket, IfPacket.SIOCGIFFLAGS, &request) != 0)
        {
            throw Problems.NoDevice(options);
        }
        return (request.ifr_flags & IfPacket.IFF_UP) != 0 ? ifIndex : throw Problems.DeviceIsDown(options);
    }

    private static bool TryMakeRequest(string device, out IfPacket.ifreq request)
    {
        request = default;
        fixed (byte* name = request.ifr_name)
        {
            return device.Length > 0 && Encoding.UTF8.TryGetBytes(device, new(name, 15), out _);
        }
    }

    private static void AttachFilter(SafeFileHandle socket, PacketCaptureOptions options)
    {
        const ushort BPF_RET_K = 0x06;
        IfPacket.sock_filter[] program = options.Filter is { } expression
            ? PacketFilter.Compile(options.Device, expression, SnapLength(options))
            : [new() { code = BPF_RET_K, k = (uint)SnapLength(options) }];
        var errno = Attach(socket, program);
        if (errno != 0)
        {
            throw Problems.FilterTooLong(options, program.Length, errno);
        }
    }

    private static MappedMemory MapRing(SafeFileHandle socket, PacketCaptureOptions options)
    {
        if (SetOption(socket, IfPacket.SOL_PACKET, IfPacket.PACKET_VERSION, IfPacket.TPACKET_V3) is var version and not 0)
        {
            throw Problems.Refused(options, "switch to TPACKET_V3", version);
        }
        if (SetOption(socket, IfPacket.SOL_PACKET, IfPacket.PACKET_RESERVE, PacketRing.VlanTagLength) is var reserve and not 0)
        {
            throw Problems.Refused(options, "reserve room for VLAN tags", reserve);
        }
        var blocks = Math.Clamp((options.RingBytes - 1) / BlockSize + 1, 2, int.MaxValue / BlockSize);
        var ring = new IfPacket.tpacket_req3
        {
            tp_block_size = BlockSize,
            tp_block_nr = (uint)blocks,
            tp_frame_size = FrameSize,
            tp_frame_nr = (uint)(blocks * (BlockSize / FrameSize)),
            tp_retire_blk_tov = RetireMilliseconds,
        };
        if (IfPacket.setsockopt(
                socket, IfPacket.SOL_PACKET, IfPacket.PACKET_RX_RING, &ring, (uint)sizeof(IfPacket.tpacket_req3)) != 0
            || MappedMemory.TryMap(socket, blocks * BlockSize) is not { } memory)
        {
            throw Problems.NoMemory(options, blocks * BlockSize, Marshal.GetLastPInvokeError());
        }
        return memory;
    }

    private static void Bind(SafeFileHandle socket, PacketCaptureOptions options, int ifIndex)
    {
        if (options.Promiscuous)
        {
            var membership = new IfPacket.packet_mreq { mr_ifindex = ifIndex, mr_type = IfPacket.PACKET_MR_PROMISC };
            if (IfPacket.setsockopt(
                    socket, IfPacket.SOL_PACKET, IfPacket.PACKET_ADD_MEMBERSHIP, &membership, (uint)sizeof(IfPacket.packet_mreq)) != 0)
            {
                throw Lost(options, Marshal.GetLastPInvokeError());
            }
        }
        var address = new IfPacket.sockaddr_ll
        {
            sll_family = IfPacket.AF_PACKET,
            sll_protocol = BinaryPrimitives.ReverseEndianness(IfPacket.ETH_P_ALL),
            sll_ifindex = ifIndex,
        };
        if (IfPacket.bind(socket, &address, (uint)sizeof(IfPacket.sockaddr_ll)) != 0)
        {
            throw Lost(options, Marshal.GetLastPInvokeError());
        }
        // a device that is down does not fail bind, it leaves ENETDOWN behind
        var errno = TakeError(socket);
        if (errno != 0)
        {
            throw Lost(options, errno);
        }
    }

    /// <summary>The device was there a moment ago.</summary>
    private static LinuxException Lost(PacketCaptureOptions options, int errno) => errno switch
    {
        IfPacket.ENODEV => Problems.NoDevice(options),
        IfPacket.ENETDOWN => Problems.DeviceIsDown(options),
        _ => Problems.Refused(options, "bind the packet socket", errno),
    };

    private static int SnapLength(PacketCaptureOptions options) => Math.Min(options.SnapLength, MaxSnapLength);

    /// <returns>0 or errno.</returns>
    private static int SetOption(SafeFileHandle socket, int level, int option, int value) =>
        IfPacket.setsockopt(socket, level, option, &value, sizeof(int)) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <returns>0 or errno.</returns>
    private static int Attach(SafeFileHandle socket, ReadOnlySpan<IfPacket.sock_filter> program)
    {
        fixed (IfPacket.sock_filter* instructions = program)
        {
            var filter = new IfPacket.sock_fprog { len = (ushort)program.Length, filter = instructions };
            return program.Length > ushort.MaxValue ? IfPacket.EINVAL
                : IfPacket.setsockopt(
                    socket, IfPacket.SOL_SOCKET, IfPacket.SO_ATTACH_FILTER, &filter, (uint)sizeof(IfPacket.sock_fprog)) == 0 ? 0
                : Marshal.GetLastPInvokeError();
        }
    }

    /// <summary>SO_ERROR: the pending error, which reading clears.</summary>
    private static int TakeError(SafeFileHandle socket)
    {
        int errno;
        var length = (uint)sizeof(int);
        return IfPacket.getsockopt(socket, IfPacket.SOL_SOCKET, IfPacket.SO_ERROR, &errno, &length) == 0
            ? errno
            : Marshal.GetLastPInvokeError();
    }
}
