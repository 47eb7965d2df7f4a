using Plumbline.Packets.Pcapng;

namespace Plumbline.Operations.Capturing;

/// <summary>
/// Where a file of several ends. Its implementations are type parameters of the loops that write packets, so that the
/// loop of a file without an end has no trace of it.
/// </summary>
internal interface IFileEnd
{
    /// <summary>A packet of that time begins the next file.</summary>
    bool IsBefore(long timestampNanoseconds, in PcapngWriter.PacketBatch batch);

    /// <summary>One file takes all.</summary>
    internal readonly struct Never : IFileEnd
    {
        /// <inheritdoc/>
        public bool IsBefore(long timestampNanoseconds, in PcapngWriter.PacketBatch batch) => false;
    }

    /// <summary>A file ends when it is so large, or spans so much time.</summary>
    /// <param name="Bytes">It is full when it has this many.</param>
    /// <param name="Nanoseconds">Since 1970: a packet of then, or later, is not its.</param>
    internal readonly record struct At(long Bytes, long Nanoseconds) : IFileEnd
    {
        /// <inheritdoc/>
        public bool IsBefore(long timestampNanoseconds, in PcapngWriter.PacketBatch batch) =>
            timestampNanoseconds >= Nanoseconds || batch.Length >= Bytes;
    }
}
