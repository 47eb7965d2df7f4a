using System.Net;

namespace Plumbline.Linux.Netlink;

/// <summary>A route (RTM_NEWROUTE, <c>struct rtmsg</c>).</summary>
public sealed partial record Route
{
    /// <summary>RTA_DST; the unspecified address of the family for a default route.</summary>
    public required IPAddress Destination { get; init; }

    /// <summary>Prefix length in bits; 0 for a default route.</summary>
    public required int PrefixLength { get; init; }

    /// <summary>RTA_GATEWAY.</summary>
    public IPAddress? Gateway { get; init; }

    /// <summary>RTA_OIF.</summary>
    public int? IfIndex { get; init; }

    /// <summary>RTA_PREFSRC.</summary>
    public IPAddress? Source { get; init; }

    /// <summary>RTA_PRIORITY.</summary>
    public uint? Metric { get; init; }

    /// <summary>RTA_TABLE: 254 main, 255 local.</summary>
    public uint Table { get; init; }

    /// <summary>RTN_ number: 1 unicast, 2 local, 3 broadcast, 6 blackhole, 7 unreachable.</summary>
    public int Type { get; init; }

    /// <summary>RTPROT_ number: 2 kernel, 3 boot, 4 static.</summary>
    public int Protocol { get; init; }

    /// <summary>rtm_scope: 0 universe, 253 link, 254 host.</summary>
    public int Scope { get; init; }

    /// <summary>RTA_MULTIPATH next hops; empty where there is one way.</summary>
    public IReadOnlyList<NextHop> NextHops { get; init; } = [];
}
