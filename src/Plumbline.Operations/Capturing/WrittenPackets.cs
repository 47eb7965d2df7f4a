using Plumbline.Linux.Compression;
using Plumbline.Packets;
using Plumbline.Packets.Pcapng;

namespace Plumbline.Operations.Capturing;

/// <summary>Counts what is in a file that could not be written to its end.</summary>
internal static class WrittenPackets
{
    /// <summary>Packets of each interface; of a compressed file those that can be had from what there is of it.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static long[] Count(string path, int interfaces)
    {
        var counts = new long[interfaces];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
        using var zstd = path.EndsWith(".zst", StringComparison.Ordinal) ? new ZstdStream(file) : null;
        var reader = new PcapngReader(zstd is null ? file : zstd, path);
        try
        {
            while (reader.TryRead(out var packet))
            {
                counts[packet.Interface]++;
            }
        }
        catch (PacketsException) when (zstd is not null)
        {
            return counts; // the frame has no end: the disk had no room for it
        }
        return counts;
    }
}
