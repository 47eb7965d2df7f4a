using System.Net;
using System.Net.Sockets;
using Plumbline.Primitives;

namespace Plumbline.Packets.Pcapng;

public sealed partial class PcapngWriter
{
    /// <summary>Adds an IDB.</summary>
    /// <returns>Its number, for <see cref="WritePacket"/>.</returns>
    /// <exception cref="IOException">The stream's own; see the type.</exception>
    public int AddInterface(InterfaceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var room = Room(FixedRoom + BlockBuilder.OptionRoom(options.Name) + BlockBuilder.OptionRoom(options.Description)
            + BlockBuilder.OptionRoom(options.Filter) + BlockBuilder.OptionRoom(options.Comment));
        var block = new BlockBuilder(room, PcapngFormat.InterfaceDescriptionBlock);
        block.UInt16(PcapngFormat.LinkTypeEthernet);
        block.UInt16(0);
        block.UInt32((uint)options.SnapLength);
        block.TextOption(PcapngFormat.IfName, options.Name);
        block.TextOption(PcapngFormat.IfDescription, options.Description);
        if (options.Address is { } address)
        {
            Span<byte> octets = stackalloc byte[MacAddress.Length];
            address.CopyTo(octets);
            block.BytesOption(PcapngFormat.IfMacAddr, octets);
        }
        block.BytesOption(PcapngFormat.IfTsResol, [9]); // 10^-9 s
        block.TextOption(PcapngFormat.IfFilter, options.Filter, [0]); // kind 0: a capture filter's text
        block.TextOption(PcapngFormat.OptComment, options.Comment);
        _used += block.End();
        return _interfaceCount++;
    }

    /// <summary>Adds an NRB: names for addresses. A long list becomes several blocks; an empty one none.</summary>
    /// <exception cref="IOException">The stream's own; see the type.</exception>
    public void WriteNames(IReadOnlyList<KeyValuePair<IPAddress, string>> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        const int NamesInBlock = 64;
        const int MaxName = 1024;
        for (var first = 0; first < names.Count; first += NamesInBlock)
        {
            var room = Room(FixedRoom + NamesInBlock * (MaxName + 24));
            var block = new BlockBuilder(room, PcapngFormat.NameResolutionBlock);
            for (var i = first; i < Math.Min(first + NamesInBlock, names.Count); i++)
            {
                WriteName(ref block, names[i].Key, names[i].Value, MaxName);
            }
            block.UInt32(PcapngFormat.NrbRecordEnd);
            _used += block.End();
        }
    }

    /// <summary>Adds an EPB.</summary>
    /// <param name="interfaceNumber">What <see cref="AddInterface"/> returned.</param>
    /// <param name="timestampNanoseconds">Nanoseconds since 1970 UTC.</param>
    /// <param name="data">The bytes kept; copied before the call returns.</param>
    /// <param name="originalLength">Bytes on the wire.</param>
    /// <param name="direction">Goes into epb_flags; unknown writes no flags.</param>
    /// <param name="comment">opt_comment.</param>
    /// <exception cref="IOException">The stream's own; see the type.</exception>
    public void WritePacket(
        int interfaceNumber,
        long timestampNanoseconds,
        ReadOnlySpan<byte> data,
        int originalLength,
        PacketDirection direction = PacketDirection.Unknown,
        string? comment = null)
    {
        if ((uint)interfaceNumber >= (uint)_interfaceCount)
        {
            throw new ArgumentOutOfRangeException(nameof(interfaceNumber));
        }
        if (comment is null)
        {
            var batch = StartPackets();
            _ = batch.TryAdd(interfaceNumber, timestampNanoseconds, data, originalLength, direction);
            batch.Close();
            return;
        }
        var room = Room(FixedRoom + PcapngFormat.Padded(data.Length) + BlockBuilder.OptionRoom(comment));
        var block = new BlockBuilder(room, PcapngFormat.EnhancedPacketBlock);
        block.UInt32((uint)interfaceNumber);
        block.Timestamp(timestampNanoseconds);
        block.UInt32((uint)data.Length);
        block.UInt32((uint)originalLength);
        block.PaddedBytes(data);
        if (direction != PacketDirection.Unknown)
        {
            block.UInt32Option(PcapngFormat.EpbFlags, (uint)direction);
        }
        block.TextOption(PcapngFormat.OptComment, comment);
        _used += block.End();
    }

    /// <summary>Starts a row of packets; the writer is not to be used before <see cref="PacketBatch.Close"/>.</summary>
    /// <exception cref="IOException">Writing failed before.</exception>
    public PacketBatch StartPackets()
    {
        ThrowIfBroken();
        return new(this);
    }

    /// <summary>Adds an ISB.</summary>
    /// <exception cref="IOException">The stream's own; see the type.</exception>
    public void WriteStatistics(int interfaceNumber, InterfaceStatistics statistics)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        ArgumentOutOfRangeException.ThrowIfNegative(interfaceNumber);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(interfaceNumber, _interfaceCount);
        var room = Room(FixedRoom + BlockBuilder.OptionRoom(statistics.Comment));
        var block = new BlockBuilder(room, PcapngFormat.InterfaceStatisticsBlock);
        block.UInt32((uint)interfaceNumber);
        block.Timestamp(statistics.EndNanoseconds);
        block.TimestampOption(PcapngFormat.IsbStartTime, statistics.StartNanoseconds);
        block.TimestampOption(PcapngFormat.IsbEndTime, statistics.EndNanoseconds);
        block.UInt64Option(PcapngFormat.IsbIfRecv, statistics.Received);
        block.UInt64Option(PcapngFormat.IsbIfDrop, statistics.Dropped);
        block.UInt64Option(PcapngFormat.IsbFilterAccept, statistics.FilterAccepted);
        block.UInt64Option(PcapngFormat.IsbUsrDeliv, statistics.Delivered);
        block.TextOption(PcapngFormat.OptComment, statistics.Comment);
        _used += block.End();
    }

    /// <summary>More than any block's fixed fields and options of fixed size.</summary>
    private const int FixedRoom = 160;

    private void WriteSection(SectionOptions options)
    {
        var room = Room(FixedRoom + BlockBuilder.OptionRoom(options.Hardware)
            + BlockBuilder.OptionRoom(options.OperatingSystem)
            + BlockBuilder.OptionRoom(options.Application) + BlockBuilder.OptionRoom(options.Comment));
        var block = new BlockBuilder(room, PcapngFormat.SectionHeaderBlock);
        block.UInt32(PcapngFormat.ByteOrderMagic);
        block.UInt16(1); // version 1.0
        block.UInt16(0);
        block.UInt64(ulong.MaxValue); // section length -1: not known beforehand
        block.TextOption(PcapngFormat.ShbHardware, options.Hardware);
        block.TextOption(PcapngFormat.ShbOs, options.OperatingSystem);
        block.TextOption(PcapngFormat.ShbUserAppl, options.Application);
        block.TextOption(PcapngFormat.OptComment, options.Comment);
        _used += block.End();
    }

    /// <summary>u16 record type, u16 length, address, name with NUL, padding.</summary>
    private static void WriteName(ref BlockBuilder block, IPAddress address, string name, int maxName)
    {
        Span<byte> value = stackalloc byte[16 + 1024 + 1];
        _ = address.TryWriteBytes(value, out var length);
        var text = name.Replace('\0', ' ');
        length += BlockBuilder.FitText(text, value.Slice(length, maxName));
        value[length++] = 0;
        block.UInt16(address.AddressFamily == AddressFamily.InterNetwork
            ? PcapngFormat.NrbRecordIPv4
            : PcapngFormat.NrbRecordIPv6);
        block.UInt16((ushort)length);
        block.PaddedBytes(value[..length]);
    }
}
