using Plumbline.Primitives;

namespace Plumbline.Node.Sources;

/// <summary>Reads through to another stream, and refuses when there is more than was allowed for: a small file may unpack to anything.</summary>
/// <param name="inner">Owned: it is disposed with this.</param>
/// <param name="limit">Bytes.</param>
internal sealed class BoundedStream(Stream inner, long limit) : ReadingStream
{
    private long _read;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var count = inner.Read(buffer);
        _read += count;
        return _read <= limit ? count : throw new InvalidDataException($"it unpacks to more than {limit >> 20} MiB");
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }
        base.Dispose(disposing);
    }
}
