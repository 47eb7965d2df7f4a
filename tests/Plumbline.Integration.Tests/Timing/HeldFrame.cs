namespace Plumbline.Integration.Tests.Timing;

/// <summary>A frame in the hands of a <see cref="FrameHolder"/>.</summary>
/// <param name="Side">Which way it goes; the holder's own affair.</param>
/// <param name="Id">The kernel's number of it, where it keeps the packet itself.</param>
/// <param name="Data">Its bytes.</param>
/// <param name="Arrived">When the kernel says it came, nanoseconds since 1970 UTC.</param>
internal readonly record struct HeldFrame(int Side, uint Id, byte[] Data, long Arrived)
{
    /// <summary>By which the books know it.</summary>
    public int Number { get; init; }
}
