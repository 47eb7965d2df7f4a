using Plumbline.Primitives;

namespace Plumbline.Node.Sources;

/// <summary>A stream whose first bytes were read already, to see what it is.</summary>
internal sealed class PrefixedStream(ReadOnlyMemory<byte> start, Stream rest) : ReadingStream
{
    private ReadOnlyMemory<byte> _start = start;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_start.IsEmpty)
        {
            return rest.Read(buffer);
        }
        var count = Math.Min(buffer.Length, _start.Length);
        _start.Span[..count].CopyTo(buffer);
        _start = _start[count..];
        return count;
    }
}
