using Plumbline.Primitives;

namespace Plumbline.Iptables;

/// <summary><c>-m conntrack</c> with anything but <c>--ctstate</c> alone. All conditions must hold.</summary>
public sealed record ConntrackMatch : Match
{
    /// <summary>--ctstate.</summary>
    public Condition<ConnectionStates>? States { get; init; }

    /// <summary>--ctproto: the protocol's number.</summary>
    public Condition<byte>? Protocol { get; init; }

    /// <summary>--ctorigsrc.</summary>
    public Condition<MaskedAddress>? OriginalSource { get; init; }

    /// <summary>--ctorigdst.</summary>
    public Condition<MaskedAddress>? OriginalDestination { get; init; }

    /// <summary>--ctreplsrc.</summary>
    public Condition<MaskedAddress>? ReplySource { get; init; }

    /// <summary>--ctrepldst.</summary>
    public Condition<MaskedAddress>? ReplyDestination { get; init; }

    /// <summary>--ctorigsrcport.</summary>
    public Condition<PortRange>? OriginalSourcePorts { get; init; }

    /// <summary>--ctorigdstport.</summary>
    public Condition<PortRange>? OriginalDestinationPorts { get; init; }

    /// <summary>--ctreplsrcport.</summary>
    public Condition<PortRange>? ReplySourcePorts { get; init; }

    /// <summary>--ctrepldstport.</summary>
    public Condition<PortRange>? ReplyDestinationPorts { get; init; }

    /// <summary>--ctstatus: any of these bits.</summary>
    public Condition<ConntrackStatuses>? Status { get; init; }

    /// <summary>--ctexpire: seconds that the entry still lives.</summary>
    public Condition<NumberRange>? Expire { get; init; }

    /// <summary>--ctdir: true ORIGINAL, false REPLY, null not asked.</summary>
    public bool? IsOriginalDirection { get; init; }
}
