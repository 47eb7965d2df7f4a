using Plumbline.Primitives;

namespace Plumbline.Packets.Flows;

/// <summary>The messages of one DHCP transaction at one place of capture.</summary>
public sealed record DhcpExchange
{
    /// <summary>Index into the file's interfaces.</summary>
    public required int Interface { get; init; }

    /// <summary>VLAN tag; null where there was none.</summary>
    public int? Vlan { get; init; }

    /// <summary>DHCPv6.</summary>
    public required bool IsV6 { get; init; }

    /// <summary>xid.</summary>
    public required uint Transaction { get; init; }

    /// <summary>chaddr, or the address in the client's DUID.</summary>
    public MacAddress? Client { get; init; }

    /// <summary>Option 12, as it came: escape it before a terminal sees it.</summary>
    public string? HostName { get; init; }

    /// <summary>Who acknowledged or refused; else whom the client asked, else who offered.</summary>
    public InternetAddress? Server { get; init; }

    /// <summary>Servers beside it that made an offer: two on one network are seldom meant.</summary>
    public IReadOnlyList<InternetAddress> OtherServers { get; init; } = [];

    /// <summary>Why the server says no, or the client declines, in its own words as they came: escape them before a terminal sees them.</summary>
    public string? Reason { get; init; }

    /// <summary>DHCPv6: the status code of a refusal (RFC 8415 §21.13); null without.</summary>
    public int? Status { get; init; }

    /// <summary>The address given or offered.</summary>
    public InternetAddress? Address { get; init; }

    /// <summary>For how long.</summary>
    public TimeSpan? Lease { get; init; }

    /// <summary>The messages in their order: discover, offer, request, ack …; a repeated one has ×N behind it.</summary>
    public required IReadOnlyList<string> Messages { get; init; }

    /// <summary>What is missing.</summary>
    public required DhcpStep Missing { get; init; }

    /// <summary>From the first message to the last.</summary>
    public required TimeSpan Took { get; init; }
}
