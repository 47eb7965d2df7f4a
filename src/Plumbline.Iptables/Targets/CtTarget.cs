namespace Plumbline.Iptables;

/// <summary><c>-j CT</c> (and NOTRACK): how conntrack shall treat the packet. The walk goes on.</summary>
public sealed record CtTarget : Target
{
    /// <summary>--notrack: not tracked at all, state UNTRACKED.</summary>
    public bool IsNotrack { get; init; }

    /// <summary>Written <c>-j NOTRACK</c>.</summary>
    public bool IsNotrackTarget { get; init; }

    /// <summary>--zone, --zone-orig, --zone-reply: the zone; null for none, or for <see cref="IsZoneFromMark"/>.</summary>
    public ushort? Zone { get; init; }

    /// <summary>Which directions the zone is for.</summary>
    public ZoneDirection ZoneDirection { get; init; }

    /// <summary>The packet's mark is the zone.</summary>
    public bool IsZoneFromMark { get; init; }

    /// <summary>--helper; null for none.</summary>
    public string? Helper { get; init; }

    /// <summary>--timeout: a policy's name; null for none.</summary>
    public string? Timeout { get; init; }

    /// <summary>--ctevents as printed; null for none.</summary>
    public string? ConnectionEvents { get; init; }

    /// <summary>--expevents as printed; null for none.</summary>
    public string? ExpectationEvents { get; init; }
}
