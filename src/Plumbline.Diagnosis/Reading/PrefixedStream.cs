using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Reading;

/// <summary>Gives back the bytes that were looked at, then the rest; tells before it may have to wait.</summary>
internal sealed class PrefixedStream(ReadOnlyMemory<byte> prefix, Stream rest) : ReadingStream
{
    private ReadOnlyMemory<byte> _prefix = prefix;

    /// <summary>Called before each reading of the rest.</summary>
    public Action? BeforeRead { get; set; }

    public override int Read(Span<byte> buffer)
    {
        if (_prefix.IsEmpty)
        {
            BeforeRead?.Invoke();
            return rest.Read(buffer);
        }
        var length = Math.Min(buffer.Length, _prefix.Length);
        _prefix.Span[..length].CopyTo(buffer);
        _prefix = _prefix[length..];
        return length;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            rest.Dispose();
        }
        base.Dispose(disposing);
    }
}
