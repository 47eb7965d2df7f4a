using Plumbline.Linux.Compression;
using Plumbline.Linux.Files;

namespace Plumbline.Linux.Tests.Files;

public sealed class DirectFileStreamTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plt-direct-").FullName;

    [Theory]
    [InlineData("/dev/shm")] // may know no O_DIRECT
    [InlineData(null)]
    public void What_is_written_is_in_the_file_whatever_the_pieces(string? where)
    {
        var path = Path.Combine(where ?? _folder, $"plt-direct-{Environment.ProcessId}");
        var random = new Random(3);
        using var expected = new MemoryStream();
        try
        {
            using (var stream = Open(path))
            {
                for (var i = 0; i < 300; i++)
                {
                    var piece = new byte[random.Next(5) == 0 ? random.Next(3_000_000) : 1 << 17];
                    random.NextBytes(piece);
                    stream.Write(piece);
                    expected.Write(piece);
                    if (random.Next(10) == 0)
                    {
                        stream.Flush();
                    }
                }
                stream.Complete();
                Assert.Equal(expected.Length, stream.Length);
                Assert.Equal(expected.Length, new FileInfo(path).Length);
            }
            Assert.True(expected.ToArray().AsSpan().SequenceEqual(File.ReadAllBytes(path)));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void What_was_flushed_is_soon_to_be_read_by_others()
    {
        var path = Path.Combine(_folder, "flushed");
        using var stream = Open(path);
        stream.Write("hello"u8);
        stream.Flush();
        Assert.True(SpinWait.SpinUntil(() => new FileInfo(path).Length == 5, TimeSpan.FromSeconds(10)));
        stream.Write(" world"u8);
        stream.Complete();
        Assert.Equal("hello world", File.ReadAllText(path));
    }

    [Fact]
    public void A_full_disk_is_told_and_stays_so()
    {
        if (!File.Exists("/dev/full"))
        {
            return;
        }
        using var stream = new DirectFileStream(File.OpenHandle("/dev/full", FileMode.Open, FileAccess.Write), "/dev/full");
        stream.Write(new byte[100]);
        Assert.Equal(28, Assert.ThrowsAny<IOException>(stream.Complete).HResult); // ENOSPC
        Assert.ThrowsAny<IOException>(stream.Flush);
    }

    [Fact]
    public void Zstd_comes_back_as_it_was()
    {
        var random = new Random(4);
        using var compressed = new MemoryStream();
        using var expected = new MemoryStream();
        using (var stream = new ZstdWriteStream(compressed))
        {
            for (var i = 0; i < 100; i++)
            {
                var piece = new byte[random.Next(100_000)];
                random.NextBytes(piece.AsSpan(0, piece.Length / 2));
                stream.Write(piece);
                expected.Write(piece);
                if (i % 10 == 0)
                {
                    stream.Flush();
                }
            }
            stream.Complete();
        }
        Assert.True(compressed.Length < expected.Length);
        using var read = new MemoryStream();
        new ZstdStream(new MemoryStream(compressed.ToArray())).CopyTo(read);
        Assert.True(expected.ToArray().AsSpan().SequenceEqual(read.ToArray()));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static DirectFileStream Open(string path) =>
        new(File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite), path);
}
