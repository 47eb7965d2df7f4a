namespace Plumbline.Iptables;

/// <summary><c>-m tcp</c>.</summary>
public sealed record TcpMatch : TransportMatch
{
    /// <summary>--tcp-flags, --syn.</summary>
    public Condition<TcpFlagTest>? Flags { get; init; }

    /// <summary>--tcp-option: an option of this kind is there.</summary>
    public Condition<byte>? Option { get; init; }
}
