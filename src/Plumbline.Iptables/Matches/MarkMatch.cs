namespace Plumbline.Iptables;

/// <summary><c>-m mark</c>: (the packet's mark &amp; mask) == value.</summary>
public sealed record MarkMatch : Match
{
    /// <summary>The value.</summary>
    public required uint Value { get; init; }

    /// <summary>The mask.</summary>
    public uint Mask { get; init; } = uint.MaxValue;
}
