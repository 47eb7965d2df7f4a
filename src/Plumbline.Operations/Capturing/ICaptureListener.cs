using Plumbline.Operations.Mirroring;

namespace Plumbline.Operations.Capturing;

/// <summary>Hears how a capture goes.</summary>
public interface ICaptureListener
{
    /// <summary>From this moment on every packet is seen.</summary>
    /// <param name="mirrors">The mirrors that were made; none where devices are read.</param>
    void OnReady(IReadOnlyList<ActiveMirror> mirrors);

    /// <summary>Once a second.</summary>
    void OnProgress(CaptureProgress progress);

    /// <summary>Something that a reader of the packets should know, but no reason to end.</summary>
    void OnNote(string text);
}

/// <summary>Counters of a running capture.</summary>
/// <param name="Elapsed">Since it was ready.</param>
/// <param name="Packets">Written.</param>
/// <param name="Bytes">Of these packets, on the wire.</param>
/// <param name="Dropped">By the kernel, for want of room in the ring.</param>
public readonly record struct CaptureProgress(TimeSpan Elapsed, long Packets, long Bytes, ulong Dropped);
