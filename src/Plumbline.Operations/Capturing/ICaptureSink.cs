using System.Net;
using Plumbline.Linux.Capture;

namespace Plumbline.Operations.Capturing;

/// <summary>Takes packets, from one thread.</summary>
internal interface ICaptureSink : IDisposable
{
    /// <summary>One packet of point number <paramref name="point"/>.</summary>
    void Write(int point, in CapturedPacket packet, ReadOnlySpan<byte> data, string? comment);

    /// <summary>
    /// All packets of a block of point number <paramref name="point"/>, without comments; false where the one at which
    /// the block stands is not taken: it wants <see cref="Write"/>, and those behind it may come this way again.
    /// </summary>
    /// <param name="point">Its number.</param>
    /// <param name="block">Gone through up to the packet that could or can not be written so, else to its end.</param>
    /// <param name="onlyOutgoing">Others are counted, not written.</param>
    /// <param name="counts">Of what was taken.</param>
    /// <exception cref="IOException">Writing failed, at the packet at which <paramref name="block"/> stands.</exception>
    bool TryWriteBlock(int point, ref PacketBlock block, bool onlyOutgoing, ref BlockCounts counts);

    /// <summary>All packets of all points, as <see cref="TryWriteBlock"/>.</summary>
    /// <param name="packets">Gone through up to the packet that could or can not be written so, else to their
    /// end.</param>
    /// <param name="since">What is older is counted, not written; nanoseconds since 1970.</param>
    /// <param name="onlyOutgoing">Of each point.</param>
    /// <param name="counts">Of each point, of what was taken.</param>
    /// <exception cref="IOException">Writing failed, at the packet at which <paramref name="packets"/> stands.</exception>
    bool TryWriteMerged(ref MergedPackets packets, long since, scoped ReadOnlySpan<bool> onlyOutgoing, scoped Span<BlockCounts> counts);

    /// <summary>Nobody waits for each packet: they may be flushed by the window.</summary>
    bool MayWait { get; }

    /// <summary>Names of addresses, from here on in place of those before.</summary>
    void SetNames(IReadOnlyDictionary<IPAddress, string> names);

    /// <summary>Lets readers see what was written.</summary>
    void Flush();

    /// <summary>The end: counters of each point.</summary>
    void Finish(IReadOnlyList<PointResult> points, DateTimeOffset started, DateTimeOffset ended);

    /// <summary>Bytes; null for lines.</summary>
    long? Length { get; }

    /// <summary>The file that is written now; null for standard output and lines.</summary>
    WrittenFile? Current { get; }
}
