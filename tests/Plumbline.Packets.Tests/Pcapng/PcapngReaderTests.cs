using System.IO.Compression;
using System.Net;
using Plumbline.Packets.Pcapng;
using Plumbline.Testing;

namespace Plumbline.Packets.Tests.Pcapng;

public sealed class PcapngReaderTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Both_byte_orders_and_all_packet_blocks_are_read(bool bigEndian)
    {
        var file = new BlockFile(bigEndian)
            .Section()
            .Interface(snapLength: 4, (9, [3]), (14, BlockFile.U64(bigEndian, 100))) // milliseconds, 100 s later
            .Interface(snapLength: 0, (9, [0x8A])) // 2^-10 s
            .Block(0x0BAD, new byte[20])
            .Block(6, w => w.U32(0).U32(0).U32(5000).U32(3).U32(9).Bytes([1, 2, 3, 0]).Option(2, w.ToU32(1)).Option(1, "hello"u8).End())
            .Block(6, w => w.U32(1).U32(0).U32(512).U32(0).U32(0))
            .Block(3, w => w.U32(6).Bytes([1, 2, 3, 4, 5, 6, 0, 0]))
            .Block(2, w => w.U16(1).U16(7).U32(0).U32(2048).U32(1).U32(1).Bytes([9, 0, 0, 0]))
            .Block(4, w => w.U16(1).U16(6).Bytes([10, 0, 0, 1, (byte)'r', 0, 0, 0]).U16(9).U16(1).Bytes([1, 0, 0, 0]).U32(0))
            .Block(5, w => w.U32(0).U32(0).U32(6000).Option(4, w.ToU64(11)).Option(5, w.ToU64(2)).End())
            .ToArray();

        var reader = new PcapngReader(new MemoryStream(file), "made");
        var packets = ReadAll(reader);

        Assert.Equal(
            [(0, 105_000_000_000L, 9, "010203"), (1, 500_000_000L, 0, ""), (0, null, 6, "01020304"), (1, 2_000_000_000L, 1, "09")],
            packets.Select(p => (p.InterfaceNumber, p.TimestampNanoseconds, p.OriginalLength, Convert.ToHexString(p.Data.Span))));
        Assert.Equal((PacketDirection.Inbound, "hello"), (packets[0].Direction, packets[0].Comment));
        Assert.Equal("r", reader.Names[IPAddress.Parse("10.0.0.1")]);
        Assert.Equal(
            new InterfaceStatistics { EndNanoseconds = 106_000_000_000, Received = 11, Dropped = 2 }, reader.Interfaces[0].Statistics);
        Assert.False(reader.IsTruncated);
    }

    [Fact]
    public void A_second_section_counts_its_own_interfaces_and_may_turn_the_byte_order()
    {
        byte[] file =
        [
            .. new BlockFile(false).Section().Interface(0).Block(6, w => w.U32(0).U32(0).U32(1).U32(0).U32(0)).ToArray(),
            .. new BlockFile(true).Section().Interface(0).Block(6, w => w.U32(0).U32(0).U32(2).U32(0).U32(0)).ToArray(),
        ];
        var reader = new PcapngReader(new MemoryStream(file), "made");
        Assert.Equal([(0, 0, 1000L), (1, 0, 2000L)], ReadAll(reader).Select(p => (p.Section, p.InterfaceNumber, p.TimestampNanoseconds!.Value)));
        Assert.Equal([(0, 0), (1, 0)], reader.Interfaces.Select(i => (i.Section, i.Number)));
    }

    [Theory]
    [InlineData("D4C3B2A1", 1_000_000_007_000)]
    [InlineData("A1B2C3D4", 1_000_000_007_000)]
    [InlineData("4D3CB2A1", 1_000_000_000_007)]
    [InlineData("A1B23C4D", 1_000_000_000_007)]
    public void Classic_pcap_is_read_by_all_four_magics(string magic, long nanoseconds)
    {
        var bigEndian = magic.StartsWith("A1", StringComparison.Ordinal);
        var w = new BlockFile.Writer(bigEndian);
        w.Bytes(Convert.FromHexString(magic)).U16(2).U16(4).U32(0).U32(0).U32(65535).U32(1).U32(1000).U32(7).U32(3).U32(60).Bytes([1, 2, 3]);
        var reader = new PcapngReader(new MemoryStream(w.ToArray()), "made");
        var packet = Assert.Single(ReadAll(reader));
        Assert.Equal((nanoseconds, 60, "010203"), (packet.TimestampNanoseconds!.Value, packet.OriginalLength, Convert.ToHexString(packet.Data.Span)));
        Assert.Equal(new CapturedInterface { Number = 0, LinkType = 1, SnapLength = 65535 }, Assert.Single(reader.Interfaces));
        Assert.False(reader.IsTruncated);
    }

    [Theory]
    [InlineData(6, 1, 1000L)]
    [InlineData(9, 1, 1L)]
    [InlineData(12, 5000, 5L)]
    [InlineData(127, 5000, 0L)]
    [InlineData(0, 3, 3_000_000_000L)]
    [InlineData(0x80, 3, 3_000_000_000L)]
    [InlineData(0x81, 3, 1_500_000_000L)]
    [InlineData(0xFF, 3, 0L)]
    [InlineData(0, long.MaxValue, null)]
    public void Every_resolution_of_time_stamps_is_turned_into_nanoseconds(int resolution, long ticks, long? nanoseconds) =>
        Assert.Equal(nanoseconds, new TimestampScale((byte)resolution).ToNanoseconds((ulong)ticks));

    [Fact]
    public void A_file_cut_anywhere_gives_the_packets_before_and_says_so()
    {
        var (file, ends) = SmallFile();
        for (var length = 4; length < file.Length; length++)
        {
            var reader = new PcapngReader(new MemoryStream(file, 0, length), "cut");
            Assert.Equal(ends.Count(end => end.IsPacket && end.Offset <= length), ReadAll(reader).Count);
            Assert.Equal(!ends.Any(end => end.Offset == length), reader.IsTruncated);
        }
    }

    [Fact]
    public void Damage_is_a_PacketsException_and_neither_endless_nor_large()
    {
        var (file, _) = SmallFile();
        var random = new Random(5);
        byte[] nasty = [0, 1, 0x7F, 0x80, 0xFF];
        for (var i = 0; i < 20_000; i++)
        {
            var damaged = (byte[])file.Clone();
            for (var bytes = random.Next(1, 5); bytes > 0; bytes--)
            {
                damaged[random.Next(damaged.Length)] = random.Next(2) == 0 ? nasty[random.Next(nasty.Length)] : (byte)random.Next(256);
            }
            try
            {
                Assert.InRange(ReadAll(new PcapngReader(new MemoryStream(damaged), "damaged")).Count, 0, 100);
            }
            catch (PacketsException e)
            {
                Assert.StartsWith("damaged", e.Problem.Where, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("0A0D0D0A1C0000004D3C2B1A01000000FFFFFFFFFFFFFFFF1C000000" + "0600000003000000", "a block of 3 bytes")]
    [InlineData("0A0D0D0A1C0000004D3C2B1A01000000FFFFFFFFFFFFFFFF1C000000" + "06000000FCFFFFFF", "a block of 4294967292 bytes")]
    [InlineData("0A0D0D0A1C0000004D3C2B1A01000000FFFFFFFFFFFFFFFF1C000000" + "060000002000000000000000000000000000000000000000000000002000000000",
        "interface 0 is not described before it is used")]
    [InlineData("0A0D0D0A1C0000004D3C2B1A01000000FFFFFFFFFFFFFFFF1D000000", "a block says 28 bytes at its start and 29 at its end")]
    [InlineData("0A0D0D0A1C000000AABBCCDD01000000FFFFFFFFFFFFFFFF1C000000", "a section with the byte-order magic ddccbbaa")]
    [InlineData("D4C3B2A1020004000000000000000000FFFF000001000000" + "0000000000000000FFFFFFFFFFFFFFFF", "a packet of 4294967295 bytes")]
    public void Damage_is_named(string hex, string what)
    {
        var error = Assert.Throws<PacketsException>(() => ReadAll(new PcapngReader(new MemoryStream(Convert.FromHexString(hex)), "x.pcapng")));
        Assert.Equal($"capture file is damaged: {what}", error.Problem.What);
        Assert.StartsWith("x.pcapng, offset ", error.Problem.Where, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0A0D")]
    [InlineData("504B0304AABBCCDD")]
    public void What_is_no_capture_file_is_refused_at_once(string hex)
    {
        var error = Assert.Throws<PacketsException>(() => new PcapngReader(new MemoryStream(Convert.FromHexString(hex)), "notes.txt"));
        Assert.Equal("not a capture file: it starts neither as pcapng nor as pcap", error.Problem.What);
        Assert.Equal("notes.txt", error.Problem.Where);
    }

    [Fact]
    public void Gzip_is_unpacked_on_the_way()
    {
        var (file, ends) = SmallFile();
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(file);
        }
        packed.Position = 0;
        var reader = new PcapngReader(packed, "x.pcapng.gz");
        Assert.Equal(ends.Count(end => end.IsPacket), ReadAll(reader).Count);
    }

    [Fact]
    public void A_stream_that_gives_one_byte_at_a_time_is_read_as_well()
    {
        var (file, ends) = SmallFile();
        Assert.Equal(ends.Count(end => end.IsPacket), ReadAll(new PcapngReader(new Trickle(file), "pipe")).Count);
    }

    [SkippableTheory]
    [InlineData("pcap")]
    [InlineData("nsecpcap")]
    [InlineData("pcapng")]
    public void What_editcap_writes_is_read(string format)
    {
        Root.SkipUnlessInstalled("editcap");
        var (file, _) = SmallFile();
        var folder = Directory.CreateTempSubdirectory("plt-editcap-").FullName;
        var (from, to) = (Path.Join(folder, "from"), Path.Join(folder, "to"));
        File.WriteAllBytes(from, file);
        Tool.Run("editcap", ["-F", format, from, to]);

        var ours = ReadAll(new PcapngReader(new MemoryStream(file), "from"));
        var theirs = ReadAll(new PcapngReader(new MemoryStream(File.ReadAllBytes(to)), "to"));
        Directory.Delete(folder, recursive: true);

        Assert.Equal(ours.Select(p => Convert.ToHexString(p.Data.Span)), theirs.Select(p => Convert.ToHexString(p.Data.Span)));
        Assert.Equal(ours.Select(p => p.TimestampNanoseconds / 1000), theirs.Select(p => p.TimestampNanoseconds / 1000));
    }

    private static List<RecordedPacket> ReadAll(PcapngReader reader)
    {
        var packets = new List<RecordedPacket>();
        while (reader.ReadPacket() is { } packet)
        {
            packets.Add(packet);
        }
        return packets;
    }

    /// <summary>A file of each kind of block that we write, and where its blocks end.</summary>
    private static (byte[] File, List<(long Offset, bool IsPacket)> Ends) SmallFile()
    {
        using var stream = new MemoryStream();
        var ends = new List<(long, bool)>();
        var writer = new PcapngWriter(stream, new() { Application = "test" });
        ends.Add((writer.Length, false));
        var number = writer.AddInterface(new() { Name = "tap", Filter = "icmp" });
        ends.Add((writer.Length, false));
        writer.WriteNames([new(IPAddress.Loopback, "lo")]);
        ends.Add((writer.Length, false));
        for (var i = 0; i < 4; i++)
        {
            writer.WritePacket(number, 1_700_000_000_123_456_789 + i, new byte[20 + i], 60, PacketDirection.Inbound, i == 2 ? "two" : null);
            ends.Add((writer.Length, true));
        }
        writer.WriteStatistics(number, new() { EndNanoseconds = 5, Received = 4 });
        ends.Add((writer.Length, false));
        writer.Flush();
        return (stream.ToArray(), ends);
    }

    private sealed class Trickle(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 1));
    }

    /// <summary>Blocks in either byte order, for what our writer does not write.</summary>
    private sealed class BlockFile(bool bigEndian)
    {
        private readonly List<byte> _bytes = [];

        public static byte[] U64(bool bigEndian, ulong value) => new Writer(bigEndian).ToU64(value);

        public BlockFile Section() => Block(0x0A0D0D0A, w => w.U32(0x1A2B3C4D).U16(1).U16(0).U32(uint.MaxValue).U32(uint.MaxValue));

        public BlockFile Interface(uint snapLength, params (ushort Code, byte[] Value)[] options) => Block(1, w =>
        {
            w.U16(1).U16(0).U32(snapLength);
            foreach (var (code, value) in options)
            {
                w.Option(code, value);
            }
        });

        public BlockFile Block(uint type, byte[] body) => Block(type, w => w.Bytes(body));

        public BlockFile Block(uint type, Action<Writer> fill)
        {
            var body = new Writer(bigEndian);
            fill(body);
            var bytes = body.ToArray();
            var length = (uint)bytes.Length + 12;
            _bytes.AddRange(new Writer(bigEndian).U32(type).U32(length).Bytes(bytes).U32(length).ToArray());
            return this;
        }

        public byte[] ToArray() => [.. _bytes];

        public sealed class Writer(bool bigEndian)
        {
            private readonly List<byte> _bytes = [];

            public Writer U16(ushort value) => Number(BitConverter.GetBytes(value));

            public Writer U32(uint value) => Number(BitConverter.GetBytes(value));

            public Writer Bytes(ReadOnlySpan<byte> value)
            {
                _bytes.AddRange(value);
                return this;
            }

            public Writer Option(ushort code, ReadOnlySpan<byte> value) =>
                U16(code).U16((ushort)value.Length).Bytes(value).Bytes(new byte[-value.Length & 3]);

            public Writer End() => U32(0);

            public byte[] ToU32(uint value) => new Writer(bigEndian).U32(value).ToArray();

            public byte[] ToU64(ulong value) => new Writer(bigEndian).Number(BitConverter.GetBytes(value)).ToArray();

            public byte[] ToArray() => [.. _bytes];

            private Writer Number(byte[] littleEndian)
            {
                if (bigEndian)
                {
                    Array.Reverse(littleEndian);
                }
                return Bytes(littleEndian);
            }
        }
    }
}
