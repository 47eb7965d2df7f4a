using System.Net;

namespace Plumbline.Node.Facts;

/// <summary>A rule that chooses a routing table (ip-rule(8)).</summary>
public sealed record RoutingRule
{
    /// <summary>Lower is asked first.</summary>
    public required uint Priority { get; init; }

    /// <summary>Family of the rule: it is IPv6's.</summary>
    public bool IsIPv6 { get; init; }

    /// <summary><c>not</c>: the selector is turned round.</summary>
    public bool IsInverted { get; init; }

    /// <summary>Source prefix; null for all.</summary>
    public IPNetwork? From { get; init; }

    /// <summary>Destination prefix; null for all.</summary>
    public IPNetwork? To { get; init; }

    /// <summary>iif; null for any.</summary>
    public string? InInterface { get; init; }

    /// <summary>oif; null for any.</summary>
    public string? OutInterface { get; init; }

    /// <summary>fwmark; null for any.</summary>
    public uint? Mark { get; init; }

    /// <summary>Mask of <see cref="Mark"/>; null for all bits.</summary>
    public uint? MarkMask { get; init; }

    /// <summary>lookup: the table, 253 default, 254 main, 255 local; null where it does something else.</summary>
    public uint? Table { get; init; }

    /// <summary>The whole line, as printed: what is not in the members above stands here.</summary>
    public required string Text { get; init; }
}
