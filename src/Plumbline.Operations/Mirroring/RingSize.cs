namespace Plumbline.Operations.Mirroring;

/// <summary>Memory of a capture's ring.</summary>
/// <param name="Bytes">Of the ring.</param>
/// <param name="BlockBytes">Of each of its blocks.</param>
/// <param name="RetireMilliseconds">How long the kernel keeps a block that is not full.</param>
public sealed record RingSize(int Bytes, int BlockBytes, int RetireMilliseconds)
{
    /// <summary>All rings together: what is merged is read by one thread, and the memory of a node is its guests'.</summary>
    private const int MostBytes = 96 << 20;

    /// <summary>A single capture.</summary>
    public static RingSize ForOne { get; } = new(64 << 20, 1 << 18, 40);

    /// <summary>
    /// One of several that are merged by time: small blocks that the kernel hands over soon, since packets of the other rings wait for them.
    /// </summary>
    public static RingSize For(int captures) => captures == 1
        ? ForOne
        : new(Math.Clamp(MostBytes / captures, 4 << 20, 16 << 20), 1 << 17, 8);
}
