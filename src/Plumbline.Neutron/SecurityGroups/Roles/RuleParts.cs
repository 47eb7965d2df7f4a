using Plumbline.Iptables;
using Plumbline.Primitives;

namespace Plumbline.Neutron.SecurityGroups.Roles;

/// <summary>A rule's matches and target, taken apart as far as Neutron uses them. Negated matches count as foreign.</summary>
internal readonly record struct RuleParts
{
    public Verdict? Verdict { get; private init; }

    public string? Jump { get; private init; }

    public int? Zone { get; private init; }

    public bool IsNotrack { get; private init; }

    public string? Comment { get; private init; }

    /// <summary>Matches beside the comment.</summary>
    public int OtherMatches { get; private init; }

    /// <summary>A match that Neutron writes nowhere.</summary>
    public bool HasForeignMatch { get; private init; }

    public PhysdevMatch? Physdev { get; private init; }

    public string? PhysdevIn { get; private init; }

    public string? PhysdevOut { get; private init; }

    public string? InDevice { get; private init; }

    public MaskedAddress? Source { get; private init; }

    public MaskedAddress? Destination { get; private init; }

    public byte? Protocol { get; private init; }

    public ConnectionStates? States { get; private init; }

    public MacAddress? Mac { get; private init; }

    public ushort? SourcePort { get; private init; }

    public ushort? DestinationPort { get; private init; }

    public int? IcmpType { get; private init; }

    public bool HasNoMatch => OtherMatches == 0;

    public bool IsPhysdevOnly => Physdev is not null && OtherMatches == 1;

    public static RuleParts Of(Rule rule)
    {
        var parts = OfTarget(rule.Target);
        foreach (var match in rule.Matches)
        {
            if (match is CommentMatch { IsInverted: false } comment)
            {
                parts = parts with { Comment = parts.Comment ?? comment.Text };
                continue;
            }
            parts = parts with { OtherMatches = parts.OtherMatches + 1 };
            parts = match.IsInverted ? parts with { HasForeignMatch = true } : With(parts, match);
        }
        return parts;
    }

    private static RuleParts OfTarget(Target? target) => target switch
    {
        VerdictTarget verdict => new() { Verdict = verdict.Verdict },
        JumpTarget { IsGoto: false } jump => new() { Jump = jump.Chain },
        CtTarget ct => new() { IsNotrack = ct.IsNotrack, Zone = ct.IsNotrack ? null : ct.Zone },
        _ => default,
    };

    private static RuleParts With(in RuleParts parts, Match match) => match switch
    {
        SourceMatch source => parts with { Source = source.Address },
        DestinationMatch destination => parts with { Destination = destination.Address },
        InInterfaceMatch device => parts with { InDevice = device.Interface.ToString() },
        ProtocolMatch protocol => parts with { Protocol = protocol.Number },
        StateMatch state => parts with { States = state.States },
        MacMatch mac => parts with { Mac = mac.Source },
        PhysdevMatch physdev => OfPhysdev(parts, physdev),
        UdpMatch or TcpMatch or SctpMatch => OfPorts(parts, (TransportMatch)match),
        IcmpTypeMatch icmp => parts with { IcmpType = icmp.Type },
        SetMatch or MultiportMatch => parts,
        UnknownMatch { Module: "dccp" or "udplite" } => parts,
        _ => parts with { HasForeignMatch = true },
    };

    private static RuleParts OfPhysdev(in RuleParts parts, PhysdevMatch physdev) => parts with
    {
        Physdev = physdev,
        PhysdevIn = physdev.In is { IsInverted: false, Value: var input } ? input.ToString() : null,
        PhysdevOut = physdev.Out is { IsInverted: false, Value: var output } ? output.ToString() : null,
        HasForeignMatch = parts.HasForeignMatch || physdev.In is { IsInverted: true } || physdev.Out is { IsInverted: true }
            || physdev.IsBridged == false || physdev.IsIn is not null || physdev.IsOut is not null,
    };

    private static RuleParts OfPorts(in RuleParts parts, TransportMatch match) => parts with
    {
        // "-m udp --sport 68 -m udp --dport 67" (Mitaka) is two matches
        OtherMatches = parts.OtherMatches - 1,
        SourcePort = match.SourcePorts is { IsInverted: false, Value: var from } && from.First == from.Last ? from.First : parts.SourcePort,
        DestinationPort = match.DestinationPorts is { IsInverted: false, Value: var to } && to.First == to.Last
            ? to.First : parts.DestinationPort,
        HasForeignMatch = parts.HasForeignMatch || match.SourcePorts is { IsInverted: true } || match.DestinationPorts is { IsInverted: true }
            || match is TcpMatch { Flags: not null } or TcpMatch { Option: not null } or SctpMatch { ChunkTypes: not null },
    };
}
