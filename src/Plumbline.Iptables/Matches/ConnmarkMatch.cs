namespace Plumbline.Iptables;

/// <summary><c>-m connmark</c>: (the connection's mark &amp; mask) == value.</summary>
public sealed record ConnmarkMatch : Match
{
    /// <summary>The value.</summary>
    public required uint Value { get; init; }

    /// <summary>The mask.</summary>
    public uint Mask { get; init; } = uint.MaxValue;
}
