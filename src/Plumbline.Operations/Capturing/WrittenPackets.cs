using Plumbline.Packets.Pcapng;

namespace Plumbline.Operations.Capturing;

/// <summary>Counts what is in a file that could not be written to its end.</summary>
internal static class WrittenPackets
{
    /// <summary>Packets of each interface.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static long[] Count(string path, int interfaces)
    {
        var counts = new long[interfaces];
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
        var reader = new PcapngReader(stream, path);
        while (reader.TryRead(out var packet))
        {
            counts[packet.Interface]++;
        }
        return counts;
    }
}
