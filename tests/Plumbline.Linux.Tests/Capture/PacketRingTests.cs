using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Plumbline.Linux.Capture;

namespace Plumbline.Linux.Tests.Capture;

/// <summary>Rings made by hand after linux/if_packet.h, as the kernel fills them.</summary>
public sealed class PacketRingTests
{
    private const int BlockSize = 4096;
    private const int BlockCount = 3;
    private const int Full = 262_144;
    private readonly byte[] _memory = GC.AllocateArray<byte>(BlockSize * BlockCount, pinned: true);
    private readonly PacketRing _ring;

    public PacketRingTests() => _ring = new(Marshal.UnsafeAddrOfPinnedArrayElement(_memory, 0), BlockSize, BlockCount);

    [Fact]
    public void Nothing_is_read_from_a_block_that_the_kernel_still_fills()
    {
        Fill(0, [Frame(1)]);
        HandOver(0, false);
        Assert.False(_ring.IsReady);
        Assert.False(_ring.OpenBlock());
        Assert.False(_ring.IsEmpty);
    }

    [Fact]
    public void Blocks_are_read_in_order_and_handed_back_empty()
    {
        Assert.True(_ring.IsEmpty);
        Fill(0, [Frame(1), Frame(2)]);
        Fill(1, [Frame(3)]);
        Assert.True(_ring.IsReady);

        Assert.Equal(["01", "02", "03"], ReadAll().Select(p => p.Data[^2..]));

        Assert.True(_ring.IsEmpty);
        Assert.Equal(0, _memory[8]);
        Fill(2, [Frame(4)]);
        Fill(0, [Frame(5)]);
        Assert.Equal(["04", "05"], ReadAll().Select(p => p.Data[^2..]));
    }

    [Fact]
    public void An_empty_block_is_passed_over()
    {
        Fill(0, []);
        Fill(1, [Frame(1)]);
        Assert.Single(ReadAll());
    }

    [Fact]
    public void A_block_left_in_the_middle_is_gone_on_with()
    {
        Fill(0, [Frame(1), Frame(2)]);
        Assert.True(_ring.OpenBlock());
        var block = _ring.Rest(Full, long.MaxValue, false);
        Assert.True(block.MoveNext());
        _ring.ReadUpTo(block);
        Assert.True(_ring.IsReady);
        Assert.False(_ring.IsEmpty);
        Assert.Equal("02", Assert.Single(ReadAll()).Data[^2..]);
    }

    [Fact]
    public void Time_length_and_direction_come_from_the_packets_header()
    {
        Fill(0, [Frame(1) with { Seconds = 4_000_000_000, Nanoseconds = 999_999_999, Original = 1514, Type = 4 }]);
        var (packet, _) = Assert.Single(ReadAll());
        Assert.Equal(new(4_000_000_000_999_999_999, 1514, 4), packet);
        Assert.True(packet.IsOutgoing);
    }

    [Theory]
    [InlineData(0x10, 0, "8100")] // TP_STATUS_VLAN_VALID alone: an old kernel, 802.1Q
    [InlineData(0x50, 0x88A8, "88A8")] // with TP_STATUS_VLAN_TPID_VALID
    public void A_tag_that_the_kernel_took_off_is_put_back_behind_the_addresses(int status, int protocol, string put)
    {
        Fill(0, [Frame(7) with { Status = (uint)status, Tag = 0x2005, TagProtocol = (ushort)protocol }]);
        var (packet, data) = Assert.Single(ReadAll());
        Assert.Equal($"FFFFFFFFFFFF020000000001{put}2005080007", data);
        Assert.Equal(19, packet.OriginalLength);
    }

    [Fact]
    public void Snap_length_is_of_the_packet_as_it_was_on_the_wire()
    {
        Fill(0, [Frame(7) with { Status = 0x10, Tag = 5 }, Frame(8)]);
        Assert.Equal(["FFFFFFFFFFFF0200000000018100", "FFFFFFFFFFFF0200000000010800"], ReadAll(14).Select(p => p.Data));
    }

    [Fact]
    public void Late_packets_and_those_of_the_other_way_are_left_out_and_counted()
    {
        Fill(0, [Frame(1) with { Nanoseconds = 5 }, Frame(2) with { Nanoseconds = 6 }, Frame(3) with { Type = 4 }, Frame(4)]);
        Assert.True(_ring.OpenBlock());
        var block = _ring.Rest(Full, 5, skipsOutgoing: true);
        var seen = new List<string>();
        while (block.MoveNext())
        {
            seen.Add(Convert.ToHexString(block.Data)[^2..]);
        }
        Assert.Equal(["01", "04"], seen);
        Assert.Equal(2, block.LeftOut);
    }

    private static RingPacket Frame(byte number) => new() { Data = [255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 1, 8, 0, number] };

    private List<(CapturedPacket Packet, string Data)> ReadAll(int snapLength = Full)
    {
        var packets = new List<(CapturedPacket, string)>();
        while (_ring.OpenBlock())
        {
            var block = _ring.Rest(snapLength, long.MaxValue, false);
            while (block.MoveNext())
            {
                packets.Add((block.Packet, Convert.ToHexString(block.Data)));
            }
            _ring.CloseBlock();
        }
        return packets;
    }

    private void HandOver(int block, bool toUser = true) => _memory[block * BlockSize + 8] = (byte)(toUser ? 1 : 0);

    private void Fill(int block, RingPacket[] packets)
    {
        const int First = 48;
        const int Step = 256;
        const int Mac = 86; // TPACKET3_HDRLEN 68, the MAC header so placed that the network header is aligned, 4 reserved
        var start = _memory.AsSpan(block * BlockSize, BlockSize);
        BinaryPrimitives.WriteUInt32LittleEndian(start[12..], (uint)packets.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(start[16..], First);
        for (var i = 0; i < packets.Length; i++)
        {
            var packet = packets[i];
            var header = start[(First + i * Step)..];
            BinaryPrimitives.WriteUInt32LittleEndian(header, i < packets.Length - 1 ? Step : 0u);
            BinaryPrimitives.WriteUInt32LittleEndian(header[4..], packet.Seconds);
            BinaryPrimitives.WriteUInt32LittleEndian(header[8..], packet.Nanoseconds);
            BinaryPrimitives.WriteInt32LittleEndian(header[12..], packet.Data.Length);
            BinaryPrimitives.WriteInt32LittleEndian(header[16..], packet.Original ?? packet.Data.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(header[20..], packet.Status);
            BinaryPrimitives.WriteUInt16LittleEndian(header[24..], Mac);
            BinaryPrimitives.WriteUInt32LittleEndian(header[32..], packet.Tag);
            BinaryPrimitives.WriteUInt16LittleEndian(header[36..], packet.TagProtocol);
            header[58] = packet.Type;
            packet.Data.CopyTo(header[Mac..]);
        }
        HandOver(block);
    }

    private sealed record RingPacket
    {
        public required byte[] Data { get; init; }

        public uint Seconds { get; init; }

        public uint Nanoseconds { get; init; }

        public int? Original { get; init; }

        public uint Status { get; init; } = 1;

        public uint Tag { get; init; }

        public ushort TagProtocol { get; init; }

        public byte Type { get; init; }
    }
}
