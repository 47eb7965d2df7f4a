using System.IO.Pipes;
using System.Net;
using Plumbline.Packets.Pcapng;
using Plumbline.Primitives;
using Plumbline.Testing;

namespace Plumbline.Packets.Tests.Pcapng;

public sealed class PcapngWriterTests
{
    private const long Time = 1_700_000_000_123_456_789; // 0x17979cfe3d85cd15

    // by hand after draft-ietf-opsawg-pcapng §4
    private const string Section =
        "0A0D0D0A" + "3C000000" + "4D3C2B1A" + "0100" + "0000" + "FFFFFFFFFFFFFFFF"
        + "0200" + "0300" + "78383600" // shb_hardware "x86", one byte of padding
        + "0300" + "0500" + "4C696E7578000000" // shb_os "Linux"
        + "0400" + "0400" + "706C756D" // shb_userappl "plum", no padding
        + "00000000" + "3C000000";

    private const string Interface =
        "01000000" + "40000000" + "0100" + "0000" + "00000400"
        + "0200" + "0300" + "74617000" // if_name "tap"
        + "0600" + "0600" + "FA163EC3EAD50000" // if_MACaddr
        + "0900" + "0100" + "09000000" // if_tsresol 10^-9
        + "0B00" + "0500" + "0069636D70000000" // if_filter, kind 0, "icmp"
        + "00000000" + "40000000";

    private const string Packet =
        "06000000" + "3C000000" + "00000000" + "FE9C9717" + "15CD853D" + "05000000" + "40000000" // high half of the time first
        + "0102030405000000"
        + "0200" + "0400" + "02000000" // epb_flags: outbound
        + "0100" + "0200" + "68690000" // opt_comment "hi"
        + "00000000" + "3C000000";

    private const string Names =
        "04000000" + "38000000"
        + "0100" + "0C00" + "AC10000C" + "746573742D766D00" // IPv4, "test-vm" NUL
        + "0200" + "1300" + "FE800000000000000000000000000001" + "763600" + "00" // IPv6, "v6" NUL, one byte of padding
        + "0000" + "0000" + "38000000";

    [Fact]
    public void Blocks_are_what_the_draft_says_to_the_byte()
    {
        using var stream = new MemoryStream();
        var writer = new PcapngWriter(stream, new() { Hardware = "x86", OperatingSystem = "Linux", Application = "plum" });
        var number = writer.AddInterface(new()
        {
            Name = "tap",
            Filter = "icmp",
            SnapLength = 262_144,
            Address = MacAddress.Parse("fa:16:3e:c3:ea:d5"),
        });
        writer.WritePacket(number, Time, [1, 2, 3, 4, 5], 64, PacketDirection.Outbound, "hi");
        writer.WriteNames([new(IPAddress.Parse("172.16.0.12"), "test-vm"), new(IPAddress.Parse("fe80::1"), "v6")]);
        Assert.Equal(0, stream.Length);
        var length = writer.Length;
        writer.Flush();

        Assert.Equal(length, stream.Length);
        Assert.Equal(Section + Interface + Packet + Names, Convert.ToHexString(stream.ToArray()));
    }

    [Fact]
    public void What_we_write_we_read_back()
    {
        using var stream = new MemoryStream();
        var writer = new PcapngWriter(stream, new() { Comment = "made by a test" });
        writer.WriteNames([new(IPAddress.Parse("10.0.0.1"), "router"), new(IPAddress.Parse("fe80::1"), "ünïcode\0vm")]);
        var tap = writer.AddInterface(new() { Name = "test-vm tap", Description = "tap9c6c3d8d-9b", Filter = "icmp", SnapLength = 96 });
        var wire = writer.AddInterface(new() { Name = "wire" });
        var random = new Random(1);
        var data = Enumerable.Range(0, 500).Select(i => RandomBytes(random, i)).ToList();
        for (var i = 0; i < data.Count; i++)
        {
            writer.WritePacket(
                i % 2 == 0 ? tap : wire, Time + i, data[i], data[i].Length + i, (PacketDirection)(i % 3), i % 5 == 0 ? $"packet {i}" : null);
        }
        var statistics = new InterfaceStatistics
        {
            StartNanoseconds = Time,
            EndNanoseconds = Time + 500,
            Received = 300,
            Dropped = 50,
            FilterAccepted = 260,
            Delivered = 250,
            Comment = "the ring was full",
        };
        writer.WriteStatistics(tap, statistics);
        writer.Flush();
        stream.Position = 0;

        var reader = new PcapngReader(stream, "memory");
        for (var i = 0; i < data.Count; i++)
        {
            var packet = reader.ReadPacket();
            Assert.NotNull(packet);
            Assert.Equal(
                (i % 2, Time + i, data[i].Length + i, (PacketDirection)(i % 3), i % 5 == 0 ? $"packet {i}" : null),
                (packet.InterfaceNumber, packet.TimestampNanoseconds, packet.OriginalLength, packet.Direction, packet.Comment));
            Assert.Equal(data[i], packet.Data.ToArray());
        }
        Assert.Null(reader.ReadPacket());
        Assert.False(reader.IsTruncated);
        Assert.Equal(
            [
                new() { Number = 0, LinkType = 1, Name = "test-vm tap", Description = "tap9c6c3d8d-9b", Filter = "icmp", SnapLength = 96, Statistics = statistics },
                new CapturedInterface { Number = 1, LinkType = 1, Name = "wire" },
            ],
            reader.Interfaces);
        Assert.Equal("router", reader.Names[IPAddress.Parse("10.0.0.1")]);
        Assert.Equal("ünïcode vm", reader.Names[IPAddress.Parse("fe80::1")]);
    }

    [Fact]
    public void Text_too_long_for_an_option_is_cut_between_characters()
    {
        using var stream = new MemoryStream();
        var writer = new PcapngWriter(stream, new());
        writer.AddInterface(new() { Name = "x" + new string('é', 100_000) });
        writer.WriteNames([new(IPAddress.Loopback, new string('é', 3000))]);
        writer.Flush();
        stream.Position = 0;

        var reader = new PcapngReader(stream, "memory");
        Assert.Null(reader.ReadPacket());
        Assert.Equal("x" + new string('é', 32_763), reader.Interfaces[0].Name);
        Assert.Equal(new string('é', 512), reader.Names[IPAddress.Loopback]);
    }

    [Fact]
    public void A_packet_larger_than_the_buffer_is_written_whole()
    {
        using var stream = new MemoryStream();
        var writer = new PcapngWriter(stream, new());
        var number = writer.AddInterface(new() { Name = "tap" });
        var data = RandomBytes(new Random(3), 262_144);
        writer.WritePacket(number, 0, data, data.Length);
        writer.WritePacket(number, 1, [1], 1);
        writer.Flush();
        stream.Position = 0;

        var reader = new PcapngReader(stream, "memory");
        Assert.Equal(data, reader.ReadPacket()!.Data.ToArray());
        Assert.Equal(1, reader.ReadPacket()!.Data.Length);
    }

    [Fact]
    public void A_full_disk_leaves_whole_blocks_and_the_rest_follows_when_there_is_room()
    {
        using var disk = new SmallDisk { Room = 300_001 };
        var writer = new PcapngWriter(disk, new());
        var number = writer.AddInterface(new() { Name = "tap" });
        var written = 0;
        IOException? error = null;
        while (error is null)
        {
            try
            {
                writer.WritePacket(number, written, new byte[100 + written % 50], 200);
                written++;
            }
            catch (IOException e)
            {
                error = e;
            }
        }
        Assert.Equal("No space left on device", error.Message);
        var kept = CountPackets(disk, out var isTruncated);
        Assert.False(isTruncated);
        Assert.InRange(kept, 1000, written - 1);
        Assert.Throws<IOException>(writer.Flush);

        disk.Room = int.MaxValue;
        writer.Flush();

        Assert.Equal(written, CountPackets(disk, out isTruncated));
        Assert.False(isTruncated);
        Assert.Equal(writer.Length, disk.Length);
    }

    [Fact]
    public void A_pipe_whose_reader_left_fails_at_every_call_after()
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        pipe.DisposeLocalCopyOfClientHandle();
        var writer = new PcapngWriter(pipe, new());
        Assert.Throws<IOException>(writer.Flush);
        Assert.Throws<IOException>(writer.Flush);
        Assert.Throws<IOException>(() => writer.AddInterface(new() { Name = "tap" }));
    }

    [SkippableFact]
    public void A_real_full_disk_leaves_a_file_that_tshark_reads()
    {
        Root.SkipUnlessInstalled("tshark");
        Root.SkipUnlessRoot();
        var folder = Directory.CreateTempSubdirectory("plt-full-").FullName;
        Tool.Run("mount", ["-t", "tmpfs", "-o", "size=256k", "plt-full", folder]);
        try
        {
            var path = Path.Join(folder, "full.pcapng");
            using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0))
            {
                var writer = new PcapngWriter(file, new());
                var number = writer.AddInterface(new() { Name = "tap" });
                Assert.Throws<IOException>(() =>
                {
                    for (var i = 0; i < 100_000; i++)
                    {
                        writer.WritePacket(number, i, new byte[61], 61);
                        if (i % 10 == 0)
                        {
                            writer.Flush();
                        }
                    }
                });
            }
            // tshark complains on stderr and ends with 2 where the file ends inside a block
            var lines = Tool.Run("tshark", ["-r", path, "-T", "fields", "-e", "frame.number"]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.InRange(lines.Length, 1000, 10_000);
        }
        finally
        {
            Tool.Run("umount", [folder]);
            Directory.Delete(folder);
        }
    }

    [SkippableFact]
    public void Tshark_and_capinfos_read_names_comments_statistics_and_directions()
    {
        Root.SkipUnlessInstalled("tshark");
        Root.SkipUnlessInstalled("capinfos");
        var path = Path.GetTempFileName();
        using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0))
        {
            var writer = new PcapngWriter(file, new() { Hardware = "test bench", OperatingSystem = "Linux 6", Application = "plumb 0.1", Comment = "seen at br-int" });
            var number = writer.AddInterface(new() { Name = "test-vm tap", Description = "tap9c6c3d8d-9b", Filter = "icmp", SnapLength = 262_144 });
            writer.WriteNames([new(IPAddress.Parse("172.16.0.12"), "test-vm"), new(IPAddress.Parse("172.16.0.1"), "router-1")]);
            var frame = Frames.Ethernet(0x0800, Frames.IPv4(1, Frames.Echo));
            writer.WritePacket(number, Time, frame, frame.Length, PacketDirection.Inbound, "first");
            writer.WritePacket(number, Time + 1, frame, frame.Length, PacketDirection.Outbound);
            writer.WriteStatistics(number, new() { StartNanoseconds = Time, EndNanoseconds = Time + 9, Received = 7, Dropped = 5 });
            writer.Flush();
        }

        var fields = Tool.Run("tshark", ["-N", "n", "-r", path, "-T", "fields", "-e", "frame.time_epoch", "-e", "frame.interface_name", "-e", "frame.interface_description",
            "-e", "frame.packet_flags_direction", "-e", "frame.comment", "-e", "ip.src_host", "-e", "ip.dst_host"]);
        var summary = Tool.Run("capinfos", [path]);
        var plain = summary.Replace(" ", "", StringComparison.Ordinal);
        File.Delete(path);

        Assert.Equal(
            "1700000000.123456789\ttest-vm tap\ttap9c6c3d8d-9b\t0x00000001\tfirst\ttest-vm\trouter-1\n"
            + "1700000000.123456790\ttest-vm tap\ttap9c6c3d8d-9b\t0x00000002\t\ttest-vm\trouter-1\n",
            fields);
        Assert.Contains("Capturehardware:testbench", plain, StringComparison.Ordinal);
        Assert.Contains("Captureapplication:plumb0.1", plain, StringComparison.Ordinal);
        Assert.Contains("Capturecomment:seenatbr-int", plain, StringComparison.Ordinal);
        Assert.Contains("Filterstring=icmp", plain, StringComparison.Ordinal);
        Assert.Contains("Timeprecision=nanoseconds", plain, StringComparison.Ordinal);
        Assert.Contains("Numberofstatentries=1", plain, StringComparison.Ordinal);
        Assert.Contains("Numberofpackets=2", plain, StringComparison.Ordinal);
    }

    private static int CountPackets(SmallDisk disk, out bool isTruncated)
    {
        using var copy = new MemoryStream(disk.ToArray());
        var reader = new PcapngReader(copy, "disk");
        var count = 0;
        while (reader.ReadPacket() is { } packet)
        {
            Assert.Equal(count++, packet.TimestampNanoseconds);
        }
        isTruncated = reader.IsTruncated;
        return count;
    }

    private static byte[] RandomBytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>Takes what fits of a write and then fails, as write(2) on a full disk does.</summary>
    private sealed class SmallDisk : MemoryStream
    {
        public int Room { get; set; }

        public override void Write(byte[] buffer, int offset, int count)
        {
            var start = Position;
            base.Write(buffer, offset, (int)Math.Min(count, Math.Max(Room - start, 0)));
            if (Room - start < count)
            {
                Position = start; // as FileStream: a failed write does not move
                throw new IOException("No space left on device");
            }
        }
    }
}
