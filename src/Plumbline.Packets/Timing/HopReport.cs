using Plumbline.Packets.Pcapng;

namespace Plumbline.Packets.Timing;

/// <summary>A point of the capture.</summary>
public sealed record HopReport
{
    /// <summary>Index of the file's interface.</summary>
    public required int Index { get; init; }

    /// <summary>The interface's name, as it came; its number where it has none.</summary>
    public required string Name { get; init; }

    /// <summary>Packets captured here.</summary>
    public required long Packets { get; init; }

    /// <summary>Packets that the capture itself lost here; null where the file does not say.</summary>
    public ulong? Dropped { get; init; }

    /// <summary>The part of the file: parts of different machines have different clocks.</summary>
    public int Section { get; init; }

    /// <summary>Copies that a mirror made: stamped some microseconds late, when they reach the monitor device.</summary>
    public bool IsCopy { get; init; }

    /// <summary>What the file says of the place; null where it says nothing.</summary>
    public HopNote? Note { get; init; }
}
