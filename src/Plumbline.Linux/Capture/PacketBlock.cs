using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Plumbline.Linux.Capture;

/// <summary>
/// Packets that the kernel handed over together (a block of the ring; its layout stands at <see cref="PacketRing"/>), to be gone through
/// once. All that <see cref="MoveNext"/> shows is the ring's memory and valid while the handler that got the block runs. Each packet of a
/// fast capture goes this way: everything here is a few loads that are compiled into the caller's loop (bench/capture-rate).
/// </summary>
public unsafe ref struct PacketBlock
{
    /// <summary>Octets of an 802.1Q tag; the headroom before a packet (PACKET_RESERVE) that putting one back needs.</summary>
    internal const int VlanTagLength = 4;

    private const uint TP_STATUS_VLAN_VALID = 1 << 4;
    private const uint TP_STATUS_VLAN_TPID_VALID = 1 << 6;
    private const int AddressesLength = 12;
    private const int PACKET_OUTGOING = 4;

    private readonly long _lastNanoseconds;
    private readonly int _snapLength;
    private readonly bool _skipsOutgoing;
    private byte* _header;
    private byte* _next;
    private byte* _start;
    private uint _left;
    private int _length;
    private int _originalLength;
    private long _time;
    private int _leftOut;

    internal PacketBlock(byte* first, uint count, int snapLength, long lastNanoseconds, bool skipsOutgoing)
    {
        _next = first;
        _left = count;
        _snapLength = snapLength;
        _lastNanoseconds = lastNanoseconds;
        _skipsOutgoing = skipsOutgoing;
    }

    /// <summary>Packets that <see cref="MoveNext"/> has not come to yet, those included that it will leave out.</summary>
    public readonly int Left => (int)_left;

    /// <summary>Nanoseconds since 1970-01-01 UTC.</summary>
    public readonly long TimestampNanoseconds => _time;

    /// <summary>Bytes on the wire, VLAN tag included.</summary>
    public readonly int OriginalLength => _originalLength;

    /// <summary>The host sent it through this device.</summary>
    public readonly bool IsOutgoing => PacketType == PACKET_OUTGOING;

    /// <summary>The bytes that are kept, the VLAN tag that the kernel took off put back.</summary>
    public readonly ReadOnlySpan<byte> Data => new(_start, _length);

    /// <summary>The same for who takes packets one by one.</summary>
    public readonly CapturedPacket Packet => new(_time, _originalLength, PacketType);

    /// <summary>Came after <see cref="PacketCapture.Stop()"/>, or goes the way that was not asked for; so many so far.</summary>
    internal readonly int LeftOut => _leftOut;

    /// <summary>Where to go on.</summary>
    internal readonly byte* Next => _next;

    private readonly int PacketType => *(_header + 48 + 10);

    /// <summary>The next packet; false at the block's end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // once a packet
    public bool MoveNext()
    {
        while (_left != 0)
        {
            _left--;
            var header = _next;
            _header = header;
            _next = header + *(uint*)header;
            _time = *(uint*)(header + 4) * 1_000_000_000L + *(uint*)(header + 8);
            _length = *(int*)(header + 12);
            _originalLength = *(int*)(header + 16);
            _start = header + *(ushort*)(header + 24);
            if ((*(uint*)(header + 20) & TP_STATUS_VLAN_VALID) != 0 && _length >= AddressesLength)
            {
                _start = PutBackTag(header, _start);
                _length += VlanTagLength;
                _originalLength += VlanTagLength;
            }
            _length = Math.Min(_length, _snapLength);
            if (_time <= _lastNanoseconds && !(_skipsOutgoing && IsOutgoing))
            {
                return true;
            }
            _leftOut++;
        }
        return false;
    }

    /// <summary>The kernel keeps an 802.1Q tag beside the packet; it stood behind the addresses.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // untagged packets pay nothing for it
    private static byte* PutBackTag(byte* header, byte* untagged)
    {
        var tag = *(ushort*)(header + 32);
        var protocol = (*(uint*)(header + 20) & TP_STATUS_VLAN_TPID_VALID) != 0 ? *(ushort*)(header + 36) : (ushort)0x8100;
        var start = untagged - VlanTagLength;
        new ReadOnlySpan<byte>(untagged, AddressesLength).CopyTo(new Span<byte>(start, AddressesLength));
        var place = new Span<byte>(start + AddressesLength, VlanTagLength);
        BinaryPrimitives.WriteUInt16BigEndian(place, protocol);
        BinaryPrimitives.WriteUInt16BigEndian(place[2..], tag);
        return start;
    }
}
