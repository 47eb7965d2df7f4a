using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Plumbline.Packets.Pcapng;

/// <summary>The blocks of draft-ietf-opsawg-pcapng §4.</summary>
public sealed partial class PcapngReader
{
    private const int BlockHeader = 8;

    /// <summary>Bytes of the block that the caller's last packet lies in: taken when it asks for the next.</summary>
    private int _last;

    private void TakeLast()
    {
        if (_last > 0)
        {
            _ = _source.Skip(_last);
            _last = 0;
        }
    }

    private bool ReadBlocksUntilPacket(out PacketView packet)
    {
        packet = default;
        TakeLast();
        while (true)
        {
            var header = _source.Peek(BlockHeader);
            if (header.Length < BlockHeader)
            {
                IsTruncated = header.Length > 0;
                return false;
            }
            var isSection = BinaryPrimitives.ReadUInt32LittleEndian(header) == PcapngFormat.SectionHeaderBlock;
            if (isSection && !TryStartSection())
            {
                IsTruncated = true;
                return false;
            }
            var reader = new BlockReader(_source.Peek(BlockHeader), _bigEndian);
            var type = reader.UInt32();
            var length = reader.UInt32();
            if (length < PcapngFormat.BlockOverhead || length % 4 != 0)
            {
                throw new InvalidDataException($"a block of {length} bytes");
            }
            if (!IsKnown(type))
            {
                if (!SkipUnknown(length))
                {
                    IsTruncated = true;
                    return false;
                }
                continue;
            }
            if (length > MaxLength)
            {
                throw new InvalidDataException($"a block of {length} bytes");
            }
            var block = _source.Peek((int)length);
            if (block.Length < (int)length)
            {
                IsTruncated = true;
                return false;
            }
            CheckTrailer(block[^4..], length);
            if (ReadBlock(type, new(block[BlockHeader..^4], _bigEndian), out packet))
            {
                _last = (int)length;
                return true;
            }
            _ = _source.Skip(length);
        }
    }

    private static bool IsKnown(uint type) => type is PcapngFormat.SectionHeaderBlock
        or PcapngFormat.InterfaceDescriptionBlock or PcapngFormat.PacketBlock or PcapngFormat.SimplePacketBlock
        or PcapngFormat.NameResolutionBlock or PcapngFormat.InterfaceStatisticsBlock
        or PcapngFormat.EnhancedPacketBlock;

    private bool SkipUnknown(uint length)
    {
        if (!_source.Skip(length - 4L))
        {
            return false;
        }
        var trailer = _source.Peek(4);
        if (trailer.Length < 4)
        {
            return false;
        }
        CheckTrailer(trailer, length);
        return _source.Skip(4);
    }

    private void CheckTrailer(ReadOnlySpan<byte> trailer, uint length)
    {
        var again = new BlockReader(trailer, _bigEndian).UInt32();
        if (again != length)
        {
            throw new InvalidDataException($"a block says {length} bytes at its start and {again} at its end");
        }
    }

    /// <summary>The magic behind the length tells the byte order of both, and of all that follows.</summary>
    private bool TryStartSection()
    {
        var start = _source.Peek(BlockHeader + 4);
        if (start.Length < BlockHeader + 4)
        {
            return false;
        }
        _bigEndian = BinaryPrimitives.ReadUInt32LittleEndian(start[BlockHeader..]) switch
        {
            PcapngFormat.ByteOrderMagic => false,
            0x4D3C_2B1A => true,
            var magic => throw new InvalidDataException($"a section with the byte-order magic {magic:x8}"),
        };
        return true;
    }

    private bool ReadBlock(uint type, BlockReader body, out PacketView packet)
    {
        packet = default;
        switch (type)
        {
            case PcapngFormat.EnhancedPacketBlock: packet = ReadFullPacket(body, isObsolete: false); return true;
            case PcapngFormat.PacketBlock: packet = ReadFullPacket(body, isObsolete: true); return true;
            case PcapngFormat.SimplePacketBlock: packet = ReadSimplePacket(body); return true;
            case PcapngFormat.InterfaceDescriptionBlock: ReadInterface(body); return false;
            case PcapngFormat.NameResolutionBlock: ReadNames(body); return false;
            case PcapngFormat.InterfaceStatisticsBlock: ReadStatistics(body); return false;
            default:
                _section++;
                _sectionStart = _interfaces.Count;
                return false;
        }
    }

    private void ReadInterface(BlockReader body)
    {
        var linkType = body.UInt16();
        _ = body.UInt16();
        var captured = new CapturedInterface
        {
            Section = _section,
            Number = _interfaces.Count - _sectionStart,
            LinkType = linkType,
            SnapLength = (int)Math.Min(body.UInt32(), int.MaxValue),
        };
        var scale = TimestampScale.Microseconds;
        while (body.ReadOption())
        {
            switch (body.OptionCode)
            {
                case PcapngFormat.IfName: captured = captured with { Name = body.OptionText }; break;
                case PcapngFormat.IfDescription: captured = captured with { Description = body.OptionText }; break;
                case PcapngFormat.OptComment: captured = captured with { Comment = body.OptionText }; break;
                case PcapngFormat.IfFilter when body.OptionValue is [0, .. var text]:
                    captured = captured with { Filter = Encoding.UTF8.GetString(text) };
                    break;
                case PcapngFormat.IfTsResol when body.OptionValue is [var resolution, ..]:
                    scale = scale with { Resolution = resolution };
                    break;
                case PcapngFormat.IfTsOffset:
                    scale = scale with { OffsetSeconds = (long)body.OptionReader().UInt64() };
                    break;
                default: break;
            }
        }
        _interfaces.Add(captured);
        _scales.Add(scale);
    }

    private void ReadNames(BlockReader body)
    {
        while (body.Left >= 4)
        {
            var type = body.UInt16();
            var length = body.UInt16();
            var value = body.PaddedBytes(length);
            if (type == PcapngFormat.NrbRecordEnd)
            {
                return;
            }
            var addressLength = type == PcapngFormat.NrbRecordIPv4 ? 4 : 16;
            if (type is PcapngFormat.NrbRecordIPv4 or PcapngFormat.NrbRecordIPv6 && value.Length > addressLength)
            {
                var name = value[addressLength..];
                var end = name.IndexOf((byte)0);
                _names[new IPAddress(value[..addressLength])] = Encoding.UTF8.GetString(end < 0 ? name : name[..end]);
            }
        }
    }

    private void ReadStatistics(BlockReader body)
    {
        var index = InterfaceIndex(body.UInt32());
        var scale = _scales[index];
        var statistics = new InterfaceStatistics { EndNanoseconds = scale.ToNanoseconds(body.Timestamp()) ?? 0 };
        while (body.ReadOption())
        {
            var value = body.OptionReader();
            statistics = body.OptionCode switch
            {
                PcapngFormat.IsbStartTime =>
                    statistics with { StartNanoseconds = scale.ToNanoseconds(value.Timestamp()) },
                PcapngFormat.IsbEndTime =>
                    statistics with
                    {
                        EndNanoseconds = scale.ToNanoseconds(value.Timestamp()) ?? statistics.EndNanoseconds,
                    },
                PcapngFormat.IsbIfRecv => statistics with { Received = value.UInt64() },
                PcapngFormat.IsbIfDrop => statistics with { Dropped = value.UInt64() },
                PcapngFormat.IsbFilterAccept => statistics with { FilterAccepted = value.UInt64() },
                PcapngFormat.IsbUsrDeliv => statistics with { Delivered = value.UInt64() },
                PcapngFormat.OptComment => statistics with { Comment = body.OptionText },
                _ => statistics,
            };
        }
        _interfaces[index] = _interfaces[index] with { Statistics = statistics };
    }

    /// <summary>u32 original length, data: of interface 0, without time, cut to its snap length.</summary>
    private PacketView ReadSimplePacket(BlockReader body)
    {
        var index = InterfaceIndex(0);
        var snapLength = _interfaces[index].SnapLength;
        var original = body.Length();
        var length = Math.Min(original, body.Left);
        return new()
        {
            Interface = index,
            Data = body.Bytes(snapLength == 0 ? length : Math.Min(length, snapLength)),
            OriginalLength = original,
            LinkType = _interfaces[index].LinkType,
        };
    }

    /// <summary>
    /// EPB: u32 interface, timestamp, u32 captured length, u32 original length, data, options. The obsolete packet
    /// block splits the first word into u16 interface and u16 drops; the options that we read have the same codes.
    /// </summary>
    private PacketView ReadFullPacket(BlockReader body, bool isObsolete)
    {
        uint number;
        if (isObsolete)
        {
            number = body.UInt16();
            _ = body.UInt16();
        }
        else
        {
            number = body.UInt32();
        }
        var index = InterfaceIndex(number);
        var time = body.Timestamp();
        var length = body.Length();
        var original = body.Length();
        var data = body.PaddedBytes(length);
        var options = body.Rest;
        if (!options.IsEmpty)
        {
            while (body.ReadOption()) // a damaged option is told here, not where somebody looks for it
            {
                if (body.OptionCode == PcapngFormat.EpbFlags)
                {
                    _ = body.OptionReader().UInt32();
                }
            }
        }
        return new()
        {
            Interface = index,
            TimestampNanoseconds = _scales[index].ToNanoseconds(time),
            Data = data,
            OriginalLength = original,
            LinkType = _interfaces[index].LinkType,
            Options = options,
            IsBigEndian = _bigEndian,
        };
    }

    private int InterfaceIndex(uint number) => number < _interfaces.Count - _sectionStart
        ? _sectionStart + (int)number
        : throw new InvalidDataException($"interface {number} is not described before it is used");
}
