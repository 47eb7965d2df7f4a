namespace Plumbline.Iptables;

/// <summary><c>-m addrtype</c>: asks the node's routing tables, so a ruleset alone can't decide it.</summary>
public sealed record AddrtypeMatch : Match
{
    /// <summary>--src-type: any of these.</summary>
    public Condition<AddressTypes>? Source { get; init; }

    /// <summary>--dst-type: any of these.</summary>
    public Condition<AddressTypes>? Destination { get; init; }

    /// <summary>--limit-iface-in: only addresses of the device that the packet came by.</summary>
    public bool LimitToIn { get; init; }

    /// <summary>--limit-iface-out: only addresses of the device that it leaves by.</summary>
    public bool LimitToOut { get; init; }
}
