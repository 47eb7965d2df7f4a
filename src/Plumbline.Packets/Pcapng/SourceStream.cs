namespace Plumbline.Packets.Pcapng;

/// <summary>
/// A <see cref="ByteSource"/> as a stream, so that gzip can go on where the look at the first bytes ended.
/// </summary>
internal sealed class SourceStream(ByteSource source) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => source.Position; set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var available = source.Peek(Math.Min(buffer.Length, 1 << 14));
        available.CopyTo(buffer);
        _ = source.Skip(available.Length);
        return available.Length;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
