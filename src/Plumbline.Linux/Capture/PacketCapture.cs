using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Plumbline.Linux.Native;

namespace Plumbline.Linux.Capture;

/// <summary>
/// An AF_PACKET socket with a TPACKET_V3 receive ring (packet(7), Documentation/networking/packet_mmap.rst) on one
/// device. One thread reads; <see cref="Stop()"/> may be called from any. To read several at once, wait with
/// <see cref="WaitAny"/> and call <see cref="Read"/> with <see cref="TimeSpan.Zero"/> on each.
/// <para>
/// No packet is lost at either end. At the start the socket is made for no protocol, gets its filter and its ring, and
/// is bound last: nothing that the filter refuses can slip in. At the end a capture goes through three phases, all
/// driven by <see cref="Read"/>: it <i>lingers</i> some milliseconds for packets that had arrived but wait in a
/// softirq's backlog (those that arrive after <see cref="Stop()"/> are known by their time stamps and left out); it
/// <i>drains</i>: a filter that refuses everything is attached, and the ring is read until the block that the kernel
/// was filling has been handed over by its retire timer; then it has <i>ended</i>.
/// </para>
/// </summary>
public sealed partial class PacketCapture : IDisposable
{
    /// <summary>The most that is kept of one packet, in bytes: libpcap's limit.</summary>
    internal const int MaxSnapLength = 262_144;

    private readonly PacketCaptureOptions _options;
    private readonly int _snapLength;
    private readonly SafeSocketHandle _socket;
    private readonly SafeFileHandle _wake;
    private readonly MappedMemory _memory;
    private readonly PacketRing _ring;
    private readonly int _ifIndex;
    private readonly bool _skipsOutgoing;
    private readonly PacketCapture[] _self;
    private readonly Lock _gate = new();
    private ulong _received;
    private ulong _dropped;
    private ulong _leftOut;
    private bool _disposed;

    private PacketCapture(
        PacketCaptureOptions options,
        SafeSocketHandle socket,
        SafeFileHandle wake,
        MappedMemory memory,
        int ifIndex,
        bool skipsOutgoing)
    {
        _options = options;
        _snapLength = SnapLength(options);
        _socket = socket;
        _wake = wake;
        _memory = memory;
        _ring = new(memory.Address, options.BlockBytes, memory.Length / options.BlockBytes);
        _ifIndex = ifIndex;
        _skipsOutgoing = skipsOutgoing;
        _self = [this];
    }

    /// <summary>The device's name as it was asked for.</summary>
    public string Device => _options.Device;

    /// <summary>Its ring, for who reads several as one.</summary>
    internal PacketRing Ring => _ring;

    /// <summary>The most that is kept of a packet, in bytes.</summary>
    internal int MaxLength => _snapLength;

    /// <summary>
    /// PACKET_STATISTICS since the start: seen by the filter, and dropped because the ring was full. Once
    /// <see cref="Read"/> has returned -1, Received - Dropped is the number of packets it handed over. May be called
    /// from any thread.
    /// </summary>
    public PacketCaptureStatistics ReadStatistics()
    {
        lock (_gate)
        {
            Libc.tpacket_stats_v3 statistics = default;
            var length = Unsafe.SizeOf<Libc.tpacket_stats_v3>();
            var bytes = MemoryMarshal.AsBytes(new Span<Libc.tpacket_stats_v3>(ref statistics));
            // reading sets the kernel's counters to 0
            if (!_disposed
                && Libc.getsockopt(_socket, Libc.SOL_PACKET, Libc.PACKET_STATISTICS, bytes, ref length) == 0)
            {
                _received += statistics.tp_packets;
                _dropped += statistics.tp_drops;
            }
            return new(_received - Math.Min(_received, Volatile.Read(ref _leftOut)), _dropped);
        }
    }

    /// <summary>Closes socket and ring. Not while <see cref="Read"/> runs.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }
            _ = ReadStatistics();
            _disposed = true;
            _memory.Dispose();
            _socket.Dispose();
            _wake.Dispose();
        }
    }
}
