namespace Plumbline.Iptables;

/// <summary>
/// <c>-m physdev</c>: the bridge's port behind <c>-i</c> and <c>-o</c>. Where a packet stands decides what can match at all: the
/// output port and "is bridged" exist in FORWARD and POSTROUTING only.
/// </summary>
public sealed record PhysdevMatch : Match
{
    /// <summary>--physdev-in.</summary>
    public Condition<InterfaceName>? In { get; init; }

    /// <summary>--physdev-out.</summary>
    public Condition<InterfaceName>? Out { get; init; }

    /// <summary>--physdev-is-in: true asked, false negated, null not asked.</summary>
    public bool? IsIn { get; init; }

    /// <summary>--physdev-is-out, likewise.</summary>
    public bool? IsOut { get; init; }

    /// <summary>--physdev-is-bridged, likewise.</summary>
    public bool? IsBridged { get; init; }
}
