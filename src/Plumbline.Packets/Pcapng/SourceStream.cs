using Plumbline.Primitives;

namespace Plumbline.Packets.Pcapng;

/// <summary>
/// A <see cref="ByteSource"/> as a stream, so that gzip can go on where the look at the first bytes ended.
/// </summary>
internal sealed class SourceStream(ByteSource source) : ReadingStream
{
    public override long Position { get => source.Position; set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        var available = source.Peek(Math.Min(buffer.Length, 1 << 14));
        available.CopyTo(buffer);
        _ = source.Skip(available.Length);
        return available.Length;
    }
}
