using System.Net;

namespace Plumbline.OpenFlow.Simulation;

/// <summary>What a tunnel port was told (ovs-vswitchd.conf.db(5), Interface, options).</summary>
public sealed record TunnelFacts
{
    /// <summary><c>gre</c>, <c>vxlan</c>, <c>geneve</c> ….</summary>
    public required string Type { get; init; }

    /// <summary>The other end; null for <c>flow</c>: each packet's tun_dst.</summary>
    public IPAddress? Remote { get; init; }

    /// <summary>This end; null where not told.</summary>
    public IPAddress? Local { get; init; }

    /// <summary>Sends this key (out_key, key); null for <c>flow</c>: each packet's tun_id.</summary>
    public ulong? OutKey { get; init; }

    /// <summary>egress_pkt_mark: the mark that the packet has from then on; null where it keeps its own.</summary>
    public uint? EgressPacketMark { get; init; }

    /// <summary>Takes only this key (in_key, key); null for <c>flow</c>: any.</summary>
    public ulong? InKey { get; init; }
}
