namespace Plumbline.Iptables.Simulation;

/// <summary>What the topology gives at one hook: which devices a rule sees there. Measured on Linux 6.18 for bridged packets.</summary>
/// <param name="Hook">Where.</param>
/// <param name="In"><c>-i</c>: the bridge for a bridged packet; null: none.</param>
/// <param name="Out"><c>-o</c>; null: none.</param>
public sealed record HookPoint(Hook Hook, string? In, string? Out)
{
    /// <summary>
    /// It came through a port of a bridge, and br_netfilter noted that: <c>-m physdev</c> has something to say. False: only its inverted
    /// options match.
    /// </summary>
    public bool HasBridge { get; init; }

    /// <summary><c>--physdev-in</c>: the bridge port that it came in by.</summary>
    public string? PhysicalIn { get; init; }

    /// <summary><c>--physdev-out</c>: the bridge port that it goes out by; known in FORWARD and POSTROUTING of a bridged packet only.</summary>
    public string? PhysicalOut { get; init; }

    /// <summary>Routing has taken one from TTL or hop limit since the hook before.</summary>
    public bool LowersHopLimit { get; init; }
}
