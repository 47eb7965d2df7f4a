using System.Text;
using Plumbline.Linux.Compression;

namespace Plumbline.Linux.Tests.Compression;

public sealed class ZstdStreamTests
{
    // printf 'hello zstd' | zstd -q (1.5.4)
    private static readonly byte[] _frame = Convert.FromHexString("28b52ffd045851000068656c6c6f207a737464cfdb609c");

    [Fact]
    public void Frames_one_behind_the_other_are_read_as_one() =>
        Assert.Equal("hello zstdhello zstd", Read([.. _frame, .. _frame]));

    [Fact]
    public void Nothing_is_nothing() => Assert.Equal("", Read([]));

    [Fact]
    public void A_file_that_ends_inside_a_frame_is_damaged() =>
        Assert.Throws<InvalidDataException>(() => Read(_frame[..^6]));

    [Fact]
    public void What_is_no_zstd_is_damaged() => Assert.Throws<InvalidDataException>(() => Read([1, 2, 3, 4, 5, 6, 7, 8]));

    private static string Read(byte[] file)
    {
        using var stream = new ZstdStream(new MemoryStream(file));
        using var text = new StreamReader(stream, Encoding.UTF8);
        return text.ReadToEnd();
    }
}
