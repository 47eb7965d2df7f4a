namespace Plumbline.Linux.Netlink;

/// <summary>Counters of IFLA_STATS64 (<c>struct rtnl_link_stats64</c>), since the link was made.</summary>
public sealed partial record LinkStatistics
{
    /// <summary>Packets received by the device.</summary>
    public ulong ReceivedPackets { get; init; }

    /// <summary>Bytes received.</summary>
    public ulong ReceivedBytes { get; init; }

    /// <summary>rx_errors.</summary>
    public ulong ReceiveErrors { get; init; }

    /// <summary>rx_dropped.</summary>
    public ulong ReceiveDropped { get; init; }

    /// <summary>Packets sent.</summary>
    public ulong SentPackets { get; init; }

    /// <summary>Bytes sent.</summary>
    public ulong SentBytes { get; init; }

    /// <summary>tx_errors.</summary>
    public ulong SendErrors { get; init; }

    /// <summary>tx_dropped.</summary>
    public ulong SendDropped { get; init; }
}
