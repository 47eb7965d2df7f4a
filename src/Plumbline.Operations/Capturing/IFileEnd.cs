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
    /// <param name="Begun">Time of its first packet; nanoseconds since 1970.</param>
    /// <param name="Span">It spans less than this; null: any time.</param>
    internal readonly record struct At(long Bytes, long Begun, TimeSpan? Span) : IFileEnd
    {
        /// <summary>Packets of several rings, and of several processors, may come behind later ones.</summary>
        private const long SlackNanoseconds = 1_000_000_000;

        private readonly ulong _span = Span is { } span ? SpanOf(span) : ulong.MaxValue;

        /// <inheritdoc/>
        public bool IsBefore(long timestampNanoseconds, in PcapngWriter.PacketBatch batch) =>
            (ulong)(timestampNanoseconds - Begun + SlackNanoseconds) >= _span || batch.Length >= Bytes;

        /// <summary>
        /// A packet so many nanoseconds after the first is of the same file; far before it, the clock was set back.
        /// </summary>
        public static bool IsWithin(long after, TimeSpan span) => (ulong)(after + SlackNanoseconds) < SpanOf(span);

        private static ulong SpanOf(TimeSpan span) => (ulong)(span.Ticks * 100 + SlackNanoseconds);
    }
}
