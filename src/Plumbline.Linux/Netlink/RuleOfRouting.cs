using System.Net;

namespace Plumbline.Linux.Netlink;

/// <summary>A rule that chooses a routing table (<c>struct fib_rule_hdr</c>, FRA_*).</summary>
public sealed record RuleOfRouting
{
    /// <summary>Of IPv6.</summary>
    public bool IsIPv6 { get; init; }

    /// <summary>FRA_PRIORITY; 0 is asked first.</summary>
    public uint Priority { get; init; }

    /// <summary>FR_ACT_: 1 look up the table, 2 go to another rule, 6 blackhole, 7 unreachable, 8 prohibit.</summary>
    public byte Action { get; init; }

    /// <summary>FIB_RULE_INVERT.</summary>
    public bool IsInverted { get; init; }

    /// <summary>FRA_SRC; null for all.</summary>
    public IPAddress? From { get; init; }

    /// <summary>Bits of <see cref="From"/>.</summary>
    public int FromLength { get; init; }

    /// <summary>FRA_DST; null for all.</summary>
    public IPAddress? To { get; init; }

    /// <summary>Bits of <see cref="To"/>.</summary>
    public int ToLength { get; init; }

    /// <summary>FRA_IIFNAME; null for any.</summary>
    public string? InInterface { get; init; }

    /// <summary>FRA_OIFNAME; null for any.</summary>
    public string? OutInterface { get; init; }

    /// <summary>FRA_FWMARK; null for any.</summary>
    public uint? Mark { get; init; }

    /// <summary>FRA_FWMASK; null for all bits.</summary>
    public uint? MarkMask { get; init; }

    /// <summary>FRA_TABLE: 253 default, 254 main, 255 local.</summary>
    public uint Table { get; init; }
}
