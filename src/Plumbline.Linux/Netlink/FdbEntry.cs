using System.Net;
using Plumbline.Primitives;

namespace Plumbline.Linux.Netlink;

/// <summary>A bridge forwarding entry (RTM_NEWNEIGH of family AF_BRIDGE).</summary>
public sealed partial record FdbEntry
{
    /// <summary>The bridge port (or VXLAN device) it is on.</summary>
    public required int IfIndex { get; init; }

    /// <summary>NDA_LLADDR.</summary>
    public required MacAddress Address { get; init; }

    /// <summary>NDA_MASTER: the bridge.</summary>
    public int? MasterIndex { get; init; }

    /// <summary>NDA_VLAN.</summary>
    public int? Vlan { get; init; }

    /// <summary>NDA_DST: the remote end of a VXLAN entry.</summary>
    public IPAddress? Remote { get; init; }

    /// <summary>NUD_ bits: 0x80 permanent (own address), 0x40 static, 0x02 learned and fresh.</summary>
    public int State { get; init; }
}
