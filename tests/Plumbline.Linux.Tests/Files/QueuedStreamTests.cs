using Plumbline.Linux.Compression;
using Plumbline.Linux.Files;

namespace Plumbline.Linux.Tests.Files;

public sealed class QueuedStreamTests
{
    [Fact]
    public void All_that_was_written_arrives_in_order()
    {
        var bytes = new byte[9_000_000];
        new Random(11).NextBytes(bytes);
        using var to = new MemoryStream();
        using (var queued = new QueuedStream(to, pieces: 2))
        {
            for (var at = 0; at < bytes.Length; at += 70_000)
            {
                queued.Write(bytes.AsSpan(at, Math.Min(70_000, bytes.Length - at)));
                if (at % 490_000 == 0)
                {
                    queued.Flush();
                }
            }
            queued.Complete();
            Assert.True(bytes.AsSpan().SequenceEqual(to.ToArray()));
        }
    }

    [Fact]
    public void What_is_compressed_behind_it_is_read_back()
    {
        var bytes = Enumerable.Range(0, 3_000_000).Select(i => (byte)(i / 1000)).ToArray();
        using var file = new MemoryStream();
        using (var zstd = new ZstdWriteStream(file))
        using (var queued = new QueuedStream(zstd))
        {
            queued.Write(bytes);
            queued.Complete();
            zstd.Complete();
        }
        Assert.True(file.Length < bytes.Length / 10);
        file.Position = 0;
        using var back = new MemoryStream();
        using (var unpacked = new ZstdStream(file))
        {
            unpacked.CopyTo(back);
        }
        Assert.True(bytes.AsSpan().SequenceEqual(back.ToArray()));
    }

    [Fact]
    public void Error_of_the_other_stream_comes_out_of_each_later_call()
    {
        using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0);
        using var queued = new QueuedStream(full);
        queued.Write(new byte[100]);
        Assert.Contains("No space left", Assert.Throws<IOException>(queued.Complete).Message, StringComparison.Ordinal);
        Assert.Throws<IOException>(queued.Flush);
        Assert.Throws<IOException>(() => queued.Write(new byte[100]));
    }
}
