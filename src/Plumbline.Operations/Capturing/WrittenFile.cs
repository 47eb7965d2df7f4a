using Plumbline.Linux.Compression;
using Plumbline.Packets;
using Plumbline.Packets.Pcapng;

namespace Plumbline.Operations.Capturing;

/// <summary>A file that packets were handed to, perhaps in vain: it says itself which of them it has.</summary>
/// <param name="Path">The file; the last of several.</param>
/// <param name="Before">Packets of each interface that are in files before it, which were ended in good order.</param>
internal sealed record WrittenFile(string Path, IReadOnlyList<long> Before)
{
    /// <summary>
    /// Packets of each interface in this file and those before it; of a compressed one those that can be had from what
    /// there is of it.
    /// </summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public IReadOnlyList<long> CountPackets()
    {
        var counts = Before.ToArray();
        using var file = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete,
            0);
        if (file.Length == 0)
        {
            return counts; // there was no room even for its head
        }
        using var zstd = Path.EndsWith(".zst", StringComparison.Ordinal) ? new ZstdStream(file) : null;
        try
        {
            var reader = new PcapngReader(zstd is null ? file : zstd, Path);
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
