namespace Plumbline.Iptables;

/// <summary><c>-m iprange</c>.</summary>
public sealed record IprangeMatch : Match
{
    /// <summary>--src-range.</summary>
    public Condition<AddressRange>? Source { get; init; }

    /// <summary>--dst-range.</summary>
    public Condition<AddressRange>? Destination { get; init; }
}
