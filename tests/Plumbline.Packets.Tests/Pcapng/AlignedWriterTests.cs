using System.Buffers;
using System.Buffers.Binary;
using Plumbline.Packets.Pcapng;

namespace Plumbline.Packets.Tests.Pcapng;

public class AlignedWriterTests
{
    private const int Piece = 1 << 17;

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // blocks are built in the stream's own memory
    public void No_block_crosses_a_piece_and_all_packets_are_read_back(bool lends)
    {
        var random = new Random(11);
        using var stream = lends ? new LendingStream() : new MemoryStream();
        var writer = new PcapngWriter(stream, new() { Application = "test" }, isAligned: true);
        writer.AddInterface(new() { Name = "a" });
        var sent = new List<byte[]>();
        for (var i = 0; i < 20_000; i++)
        {
            var data = new byte[random.Next(0, random.Next(4) == 0 ? 9000 : 200)];
            random.NextBytes(data);
            sent.Add(data);
            writer.WritePacket(0, 1_000_000_000L + i, data, data.Length, (PacketDirection)(i % 3));
            if (random.Next(700) == 0)
            {
                writer.Flush();
            }
        }
        writer.Flush();
        Assert.Equal(stream.Length, writer.Length);

        var file = stream.ToArray();
        for (var at = 0; at < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at + 4));
            Assert.Equal(at / Piece, (at + length - 1) / Piece);
            at += length;
        }
        stream.Position = 0;
        var reader = new PcapngReader(stream, "test");
        for (var i = 0; i < sent.Count; i++)
        {
            var packet = reader.ReadPacket()!;
            Assert.Equal(sent[i], packet.Data.ToArray());
            Assert.Equal(1_000_000_000L + i, packet.TimestampNanoseconds);
            Assert.Equal((PacketDirection)(i % 3), packet.Direction);
        }
        Assert.Null(reader.ReadPacket());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_packet_larger_than_a_piece_is_written_all_the_same(bool lends)
    {
        using var stream = lends ? new LendingStream() : new MemoryStream();
        var writer = new PcapngWriter(stream, new(), isAligned: true);
        writer.AddInterface(new() { Name = "a" });
        var large = new byte[262_144];
        Array.Fill(large, (byte)7);
        writer.WritePacket(0, 1, new byte[100], 100);
        writer.WritePacket(0, 2, large, large.Length);
        writer.WritePacket(0, 3, new byte[100], 100);
        writer.Flush();
        stream.Position = 0;
        var reader = new PcapngReader(stream, "test");
        Assert.Equal([100, 262_144, 100], new[] { reader.ReadPacket()!, reader.ReadPacket()!, reader.ReadPacket()! }.Select(p => p.Data.Length));
    }

    /// <summary>Lends windows of eight pieces, as the file of a capture does, and takes them away with each flush.</summary>
    private sealed class LendingStream : MemoryStream, IBufferWriter<byte>
    {
        private byte[]? _window;

        public override bool CanSeek => false;

        public Memory<byte> GetMemory(int sizeHint = 0)
        {
            Assert.InRange(sizeHint, 0, 8 * Piece - (int)(Length % (8 * Piece)));
            _window ??= new byte[8 * Piece + 100];
            return _window.AsMemory(100 + (int)(Length % (8 * Piece)), 8 * Piece - (int)(Length % (8 * Piece)));
        }

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

        public void Advance(int count)
        {
            var start = 100 + (int)(Length % (8 * Piece));
            Write(_window!, start, count);
            _window = Length % (8 * Piece) == 0 ? null : _window;
        }

        public override void Flush() => _window = null;
    }
}
