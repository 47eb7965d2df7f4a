using Plumbline.Primitives;

namespace Plumbline.Iptables.Frames;

/// <summary>A frame as rules of ebtables and arptables see it. Null is what it does not have.</summary>
public sealed record FrameFacts
{
    /// <summary>The port that it came in by.</summary>
    public string? In { get; init; }

    /// <summary>The port that it goes out by.</summary>
    public string? Out { get; init; }

    /// <summary>The bridge of <see cref="In"/>.</summary>
    public string? LogicalIn { get; init; }

    /// <summary>The bridge of <see cref="Out"/>.</summary>
    public string? LogicalOut { get; init; }

    /// <summary>Ethernet type behind the tag.</summary>
    public required ushort EtherType { get; init; }

    /// <summary>Source MAC.</summary>
    public required MacAddress Source { get; init; }

    /// <summary>Destination MAC.</summary>
    public required MacAddress Destination { get; init; }

    /// <summary>VLAN id.</summary>
    public int? Vlan { get; init; }

    /// <summary>skb->mark.</summary>
    public uint Mark { get; init; }

    /// <summary>IP addresses, or those in ARP.</summary>
    public Number128 From { get; init; }

    /// <summary>See <see cref="From"/>.</summary>
    public Number128 To { get; init; }

    /// <summary>Protocol above IP.</summary>
    public byte Protocol { get; init; }

    /// <summary>Ports; null of other protocols and of later fragments.</summary>
    public ushort? SourcePort { get; init; }

    /// <summary>See <see cref="SourcePort"/>.</summary>
    public ushort? DestinationPort { get; init; }

    /// <summary>ICMP type.</summary>
    public byte? IcmpType { get; init; }

    /// <summary>ICMP code.</summary>
    public byte? IcmpCode { get; init; }

    /// <summary>1 a question, 2 an answer; null: no ARP.</summary>
    public ushort? ArpOperation { get; init; }

    /// <summary>Sender's MAC in ARP.</summary>
    public MacAddress ArpSourceMac { get; init; }

    /// <summary>Target's MAC in ARP.</summary>
    public MacAddress ArpTargetMac { get; init; }

    /// <summary>See <see cref="FrameField.ConnectionState"/>; null: not known.</summary>
    public uint? ConnectionState { get; init; }

    internal string? NameOf(FrameField field) => field switch
    {
        FrameField.In => In,
        FrameField.Out => Out,
        FrameField.LogicalIn => LogicalIn,
        FrameField.LogicalOut => LogicalOut,
        _ => null,
    };

    internal Number128? NumberOf(FrameField field)
    {
        const ushort Tagged = 0x8100;
        var (isIPv4, isIPv6, isArp) = (EtherType == 0x0800, EtherType == 0x86dd, EtherType == 0x0806);
        Number128 number;
        switch (field)
        {
            case FrameField.EtherType:
                return Vlan is null ? EtherType : Tagged;
            case FrameField.SourceMac:
                return Source.Value;
            case FrameField.DestinationMac:
                return Destination.Value;
            case FrameField.Mark:
                return Mark;
            case FrameField.Vlan:
                return Vlan is { } vlan ? (Number128)vlan : null;
            case FrameField.IPv4Source when isIPv4:
            case FrameField.IPv6Source when isIPv6:
            case FrameField.ArpSourceIP when isArp:
                return From;
            case FrameField.IPv4Destination when isIPv4:
            case FrameField.IPv6Destination when isIPv6:
            case FrameField.ArpTargetIP when isArp:
                return To;
            case FrameField.Protocol when isIPv4 || isIPv6:
                return Protocol;
            case FrameField.SourcePort when SourcePort is { } port:
                return port;
            case FrameField.DestinationPort when DestinationPort is { } port:
                return port;
            case FrameField.IcmpType when IcmpType is { } type:
                return type;
            case FrameField.IcmpCode when IcmpCode is { } code:
                return code;
            case FrameField.ArpOperation when ArpOperation is { } operation:
                return operation;
            case FrameField.ArpSourceMac when isArp:
                number = ArpSourceMac.Value;
                return number;
            case FrameField.ArpTargetMac when isArp:
                number = ArpTargetMac.Value;
                return number;
            default:
                return null;
        }
    }
}
