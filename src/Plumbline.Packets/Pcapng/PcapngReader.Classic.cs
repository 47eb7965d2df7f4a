namespace Plumbline.Packets.Pcapng;

/// <summary>
/// The classic format (draft-ietf-opsawg-pcap).
/// <code>
/// file:   u32 magic, u16 major, u16 minor, u32 0, u32 0, u32 snaplen, u32 linktype (low 28 bits)
/// packet: u32 seconds, u32 micro- or nanoseconds, u32 captured length, u32 original length, data without padding
/// </code>
/// </summary>
public sealed partial class PcapngReader
{
    private const int ClassicFileHeader = 24;
    private const int ClassicPacketHeader = 16;

    private static bool IsClassicMagic(uint magic, out bool bigEndian, out TimestampScale scale)
    {
        (bigEndian, scale) = magic switch
        {
            0xA1B2_C3D4 => (false, new(6)),
            0xD4C3_B2A1 => (true, new(6)),
            0xA1B2_3C4D => (false, new(9)),
            0x4D3C_B2A1 => (true, new(9)),
            _ => (false, default(TimestampScale)),
        };
        return scale != default;
    }

    private bool ReadClassicHeader(TimestampScale scale)
    {
        var bytes = _source.Peek(ClassicFileHeader);
        if (bytes.Length < ClassicFileHeader)
        {
            IsTruncated = true;
            return false;
        }
        var header = new BlockReader(bytes[16..], _bigEndian);
        var snapLength = header.UInt32();
        _interfaces.Add(new()
        {
            Number = 0,
            LinkType = (int)(header.UInt32() & 0x0FFF_FFFF),
            SnapLength = (int)Math.Min(snapLength, int.MaxValue),
        });
        _scales.Add(scale);
        _section = 0;
        return _source.Skip(ClassicFileHeader);
    }

    private bool ReadClassicPacket(out PacketView packet)
    {
        packet = default;
        TakeLast();
        var bytes = _source.Peek(ClassicPacketHeader);
        if (bytes.Length < ClassicPacketHeader)
        {
            IsTruncated = bytes.Length > 0;
            return false;
        }
        var header = new BlockReader(bytes, _bigEndian);
        var seconds = header.UInt32();
        var fraction = header.UInt32();
        var length = header.UInt32();
        var original = header.UInt32();
        if (length > MaxLength)
        {
            throw new InvalidDataException($"a packet of {length} bytes");
        }
        var whole = ClassicPacketHeader + (int)length;
        bytes = _source.Peek(whole);
        if (bytes.Length < whole)
        {
            IsTruncated = true;
            return false;
        }
        packet = new PacketView
        {
            Interface = 0,
            TimestampNanoseconds = seconds * 1_000_000_000L + fraction * (_scales[0].Resolution == 6 ? 1000L : 1),
            Data = bytes[ClassicPacketHeader..],
            OriginalLength = (int)Math.Min(original, int.MaxValue),
            LinkType = _interfaces[0].LinkType,
        };
        _last = whole;
        return true;
    }
}
