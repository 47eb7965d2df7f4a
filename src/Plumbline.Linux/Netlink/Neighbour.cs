using System.Net;
using Plumbline.Primitives;

namespace Plumbline.Linux.Netlink;

/// <summary>A neighbour entry (RTM_NEWNEIGH, <c>struct ndmsg</c>), AF_INET or AF_INET6.</summary>
public sealed partial record Neighbour
{
    /// <summary>The link.</summary>
    public required int IfIndex { get; init; }

    /// <summary>NDA_DST.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>NDA_LLADDR; null while unresolved.</summary>
    public MacAddress? LinkAddress { get; init; }

    /// <summary>NUD_ bits: 0x02 reachable, 0x04 stale, 0x20 failed, 0x80 permanent.</summary>
    public int State { get; init; }
}
