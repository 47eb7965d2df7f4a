using Plumbline.Packets.Pcapng;

namespace Plumbline.Packets.Tests.Pcapng;

/// <summary>Reading ahead changes nothing but the time.</summary>
public sealed class ReadAheadTests
{
    [Theory]
    [InlineData(200, 20_000)]
    [InlineData(70_000, 200)] // blocks larger than what is left over between chunks has room for
    [InlineData(1_500_000, 5)] // larger than a chunk
    public void Packets_are_the_same_whatever_their_size(int most, int count)
    {
        var bytes = Capture(most, count);
        using var ahead = new ReadAheadStream(new MemoryStream(bytes));
        var (ours, plain) = (new PcapngReader(ahead, "ahead"), new PcapngReader(new MemoryStream(bytes), "plain"));
        for (var i = 0; i < count; i++)
        {
            Assert.True(plain.TryRead(out var expected));
            Assert.True(ours.TryRead(out var packet));
            Assert.True(expected.Data.SequenceEqual(packet.Data), $"packet {i}");
            Assert.Equal(expected.TimestampNanoseconds, packet.TimestampNanoseconds);
        }
        Assert.False(ours.TryRead(out _));
        Assert.False(ours.IsTruncated);
    }

    [Fact]
    public void Cut_off_end_is_told()
    {
        var bytes = Capture(1000, 3000);
        using var ahead = new ReadAheadStream(new MemoryStream(bytes, 0, bytes.Length - 5));
        var reader = new PcapngReader(ahead, "ahead");
        var count = 0;
        while (reader.TryRead(out _))
        {
            count++;
        }
        Assert.True(reader.IsTruncated);
        Assert.Equal(2999, count);
    }

    [Fact]
    public void Error_of_the_stream_comes_behind_what_was_read()
    {
        using var ahead = new ReadAheadStream(new BreakingStream(Capture(1000, 3000), 1_000_000));
        var reader = new PcapngReader(ahead, "ahead");
        var count = 0;
        var error = Assert.Throws<IOException>(() =>
        {
            while (reader.TryRead(out _))
            {
                count++;
            }
        });
        Assert.Equal("the disk is broken", error.Message);
        Assert.InRange(count, 500, 2500);
    }

    [Fact]
    public void Reader_that_stops_early_leaves_no_thread_behind()
    {
        var stream = new BreakingStream(Capture(1000, 3000), int.MaxValue);
        using (var ahead = new ReadAheadStream(stream))
        {
            Assert.True(new PcapngReader(ahead, "ahead").TryRead(out _));
        }
        Assert.False(stream.CanRead); // disposed of, which waits for the thread
    }

    /// <summary>Plain streams may be asked for any number of bytes.</summary>
    [Fact]
    public void It_is_a_stream_as_any_other()
    {
        var bytes = Capture(1000, 3000);
        using var ahead = new ReadAheadStream(new MemoryStream(bytes));
        using var copy = new MemoryStream();
        ahead.CopyTo(copy, 777);
        Assert.True(bytes.AsSpan().SequenceEqual(copy.ToArray()));
    }

    private static byte[] Capture(int most, int count)
    {
        using var stream = new MemoryStream();
        var writer = new PcapngWriter(stream, new());
        writer.AddInterface(new() { Name = "x" });
        var random = new Random(11);
        var data = new byte[most];
        random.NextBytes(data);
        for (var i = 0; i < count; i++)
        {
            writer.WritePacket(0, i, data.AsSpan(0, random.Next(most + 1)), most);
        }
        writer.Flush();
        return stream.ToArray();
    }

    private sealed class BreakingStream(byte[] bytes, int breaksAt) : MemoryStream(bytes)
    {
        // a MemoryStream that is inherited from asks this of the other form of Read, too
        public override int Read(byte[] buffer, int offset, int count) =>
            Position > breaksAt ? throw new IOException("the disk is broken") : base.Read(buffer, offset, count);
    }
}
