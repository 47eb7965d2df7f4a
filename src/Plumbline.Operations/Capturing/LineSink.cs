using System.Net;
using Plumbline.Linux.Capture;
using Plumbline.Packets;

namespace Plumbline.Operations.Capturing;

/// <summary>One line a packet.</summary>
internal sealed class LineSink(
    CaptureDestination.ToLines lines, IReadOnlyList<string> points, IReadOnlyDictionary<IPAddress, string> names) : ICaptureSink
{
    private IReadOnlyDictionary<IPAddress, string> _names = names;

    /// <inheritdoc/>
    public long? Length => null;

    /// <inheritdoc/>
    public WrittenFile? Current => null;

    /// <inheritdoc/>
    public bool MayWait => false;

    /// <inheritdoc/>
    public bool TryWriteBlock(int point, ref PacketBlock block, bool onlyOutgoing, ref BlockCounts counts) =>
        !block.MoveNext();

    /// <inheritdoc/>
    public bool TryWriteMerged(
        ref MergedPackets packets, long since, scoped ReadOnlySpan<bool> onlyOutgoing,
            scoped Span<BlockCounts> counts) =>
        !packets.MoveNext();

    /// <inheritdoc/>
    public void Write(int point, in CapturedPacket packet, ReadOnlySpan<byte> data, string? comment) => lines.Write(new(
        DateTimeOffset.UnixEpoch.AddTicks(packet.TimestampNanoseconds / 100),
        points[point],
        PacketSummary.Of(data, _names),
        packet.OriginalLength,
        comment));

    /// <inheritdoc/>
    public void SetNames(IReadOnlyDictionary<IPAddress, string> names) => _names = names;

    /// <inheritdoc/>
    public void Flush() => lines.Flush();

    /// <inheritdoc/>
    public void Finish(IReadOnlyList<PointResult> points, DateTimeOffset started, DateTimeOffset ended) => lines.Flush();

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
