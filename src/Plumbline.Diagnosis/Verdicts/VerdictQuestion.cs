using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Verdicts;

/// <summary>Which packet, on which way. What is null was not said, and is assumed.</summary>
public sealed record VerdictQuestion
{
    /// <summary>A VM, port, address or device; null: the devices below say it.</summary>
    public string? Target { get; init; }

    /// <summary>Towards the target; false: from it.</summary>
    public bool? IsIngress { get; init; }

    /// <summary>One hook alone.</summary>
    public Hook? Hook { get; init; }

    /// <summary>The bridge port that it comes in by.</summary>
    public string? PhysicalIn { get; init; }

    /// <summary>The bridge port that it goes out by.</summary>
    public string? PhysicalOut { get; init; }

    /// <summary><c>-i</c>: the bridge for a bridged packet.</summary>
    public string? In { get; init; }

    /// <summary><c>-o</c>.</summary>
    public string? Out { get; init; }

    /// <summary>The family where the question itself says which: by an address, the protocol, a recorded frame; else null.</summary>
    public IPFamily? ToldFamily =>
        MaskedAddress.TryParse(Source ?? "", out var source) ? source.Family
        : MaskedAddress.TryParse(Destination ?? "", out var destination) ? destination.Family
        : Family ?? Recorded?.Family ?? (Protocol == 58 ? IPFamily.IPv6
            // devices have no addresses from which a family could follow
            : Target is null && (PhysicalIn ?? PhysicalOut ?? In ?? Out) is not null ? IPFamily.IPv4 : null);

    /// <summary>IPv4 or IPv6, where no address tells.</summary>
    public IPFamily? Family { get; init; }

    /// <summary>Source address, or the name of a VM.</summary>
    public string? Source { get; init; }

    /// <summary>Destination address, or the name of a VM.</summary>
    public string? Destination { get; init; }

    /// <summary>Protocol number.</summary>
    public byte? Protocol { get; init; }

    /// <summary>Source port.</summary>
    public ushort? SourcePort { get; init; }

    /// <summary>Destination port.</summary>
    public ushort? DestinationPort { get; init; }

    /// <summary>ICMP type, and code where given.</summary>
    public (byte Type, byte? Code)? Icmp { get; init; }

    /// <summary>TCP flags.</summary>
    public TcpFlags? TcpFlags { get; init; }

    /// <summary>Source MAC.</summary>
    public MacAddress? SourceMac { get; init; }

    /// <summary>Destination MAC.</summary>
    public MacAddress? DestinationMac { get; init; }

    /// <summary>What conntrack says.</summary>
    public ConntrackState? State { get; init; }

    /// <summary>The packet's mark.</summary>
    public uint? Mark { get; init; }

    /// <summary>The connection's mark.</summary>
    public uint? ConnectionMark { get; init; }

    /// <summary>Bytes from the IP header on.</summary>
    public ushort? Length { get; init; }

    /// <summary>TTL or hop limit.</summary>
    public byte? HopLimit { get; init; }

    /// <summary>TOS or traffic class.</summary>
    public byte? TypeOfService { get; init; }

    /// <summary>A later fragment.</summary>
    public bool IsFragment { get; init; }

    /// <summary>A whole packet instead of single fields, as a capture recorded it; fields that are given win.</summary>
    public PacketHeader? Recorded { get; init; }
}
