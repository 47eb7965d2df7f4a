using System.Diagnostics;
using System.Runtime.CompilerServices;
using Plumbline.Primitives;

namespace Plumbline.Iptables.Simulation;

/// <summary>Runs checks on a packet: the meaning of each match, as the kernel's module has it.</summary>
internal sealed class CheckRunner
{
    private readonly Check[] _checks;
    private readonly UInt128[] _wide;
    private readonly PortRange[][] _ports;
    private readonly SetTest[] _sets;
    private readonly ConntrackMatch[] _conntracks;
    private readonly NodeAddresses? _addresses;

    public CheckRunner(RuleChecks source)
    {
        _checks = [.. source.Checks];
        _wide = [.. source.Wide];
        _ports = [.. source.Ports];
        _sets = [.. source.Sets];
        _conntracks = [.. source.Conntracks];
        _addresses = source.Addresses;
        Unknowns = [.. source.Unknowns];
    }

    public UnknownTest[] Unknowns { get; }

    public ref readonly Check this[int index] => ref _checks[index];

    /// <summary>All checks of a rule. Maybe only where the rest hold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Truth RunAll(in CompiledRule rule, in Walk walk)
    {
        var result = Truth.Yes;
        var first = rule.First;
        if (!walk.IsLaterFragment && !walk.HasAuthentication && walk.Open == 0)
        {
            if (rule.Protocol != walk.Protocol && rule.Protocol != 0 || (rule.States & (byte)walk.States) == 0
                || (uint)(walk.DestinationPort - rule.PortFirst) > (uint)(rule.PortLast - rule.PortFirst))
            {
                return Truth.No;
            }
            first += rule.Quick;
        }
        for (var i = first; i < rule.End; i++)
        {
            switch (Run(in _checks[i], in walk))
            {
                case Truth.No:
                    return Truth.No;
                case Truth.Maybe:
                    result = Truth.Maybe;
                    break;
            }
        }
        return result;
    }

    /// <summary>Which unknown the check numbered <paramref name="index"/>, which answered Maybe, depends on.</summary>
    public int UnknownOf(int index) => _checks[index] is var check && check.IsNative ? Unknowns.Length + index : check.Kind switch
    {
        CheckKind.Unknown or CheckKind.SourceType or CheckKind.DestinationType => check.Index,
        CheckKind.Set => _sets[check.Index].Unknown,
        CheckKind.Conntrack => (int)check.A,
        _ => Unknowns.Length + index,
    };

    /// <summary>What <see cref="UnknownOf"/> named, in words.</summary>
    public string TextOf(int unknown) => unknown < Unknowns.Length ? Unknowns[unknown].Text
        : _checks[unknown - Unknowns.Length].IsNative ? "the fragment's payload, which nftables reads as ports and flags"
        : "the address or port that nat chooses";

    /// <summary>One check, its negation included.</summary>
    public Truth Run(in Check check, in Walk walk)
    {
        bool holds;
        if (walk.Open != 0 && IsOpen(in check, walk.Open))
        {
            return Truth.Maybe;
        }
        switch (check.Kind)
        {
            case CheckKind.Never:
                return Truth.No;
            case CheckKind.Source4:
                holds = ((uint)walk.Source & check.B) == check.A;
                break;
            case CheckKind.Destination4:
                holds = ((uint)walk.Destination & check.B) == check.A;
                break;
            case CheckKind.Source6:
                holds = (walk.Source & _wide[check.Index + 1]) == _wide[check.Index];
                break;
            case CheckKind.Destination6:
                holds = (walk.Destination & _wide[check.Index + 1]) == _wide[check.Index];
                break;
            case CheckKind.Protocol:
                holds = (check.IsNative && walk.HasAuthentication ? IpProtocols.Ah : walk.Protocol) == check.A;
                break;
            case CheckKind.Fragment:
                holds = walk.IsLaterFragment;
                break;
            case CheckKind.SourcePort when !walk.IsLaterFragment:
                holds = walk.SourcePort >= check.A && walk.SourcePort <= check.B;
                break;
            case CheckKind.DestinationPort when !walk.IsLaterFragment:
                holds = walk.DestinationPort >= check.A && walk.DestinationPort <= check.B;
                break;
            case CheckKind.TcpFlags when !walk.IsLaterFragment:
                holds = (walk.TcpFlags & check.B) == check.A;
                break;
            case CheckKind.Icmp when !walk.IsLaterFragment:
                holds = check.A == 256
                    || walk.IcmpType == check.A && walk.IcmpCode >= (check.B & 0xFF) && walk.IcmpCode <= check.B >> 8;
                break;
            case CheckKind.SourcePort or CheckKind.DestinationPort or CheckKind.TcpFlags when check.IsNative:
                if (walk.Family == IPFamily.IPv4)
                {
                    return RunOnPayload(in check, in walk);
                }
                holds = HoldsInFragment(in check, in walk);
                break;
            case CheckKind.SourcePort or CheckKind.DestinationPort or CheckKind.TcpFlags or CheckKind.Icmp:
                return Truth.No;
            case CheckKind.MultiportSource or CheckKind.MultiportDestination or CheckKind.MultiportEither:
                if (walk.IsLaterFragment)
                {
                    return Truth.No;
                }
                holds = check.Kind != CheckKind.MultiportDestination && Covers(_ports[check.Index], walk.SourcePort)
                    || check.Kind != CheckKind.MultiportSource && Covers(_ports[check.Index], walk.DestinationPort);
                break;
            case CheckKind.State:
                holds = ((uint)walk.States & check.A) != 0;
                break;
            case CheckKind.Conntrack:
                return ConntrackTest.Run(_conntracks[check.Index], in walk);
            case CheckKind.Mark:
                holds = (walk.Mark & check.B) == check.A;
                break;
            case CheckKind.Connmark:
                if (!walk.HasConnection)
                {
                    return Truth.No;
                }
                holds = (walk.ConnectionMark & check.B) == check.A;
                break;
            case CheckKind.Mac:
                if (walk.SourceMac is not { } mac)
                {
                    return Truth.No;
                }
                holds = mac.Value == ((ulong)check.B << 32 | check.A);
                break;
            case CheckKind.SourceRange:
                holds = walk.Source >= _wide[check.Index] && walk.Source <= _wide[check.Index + 1];
                break;
            case CheckKind.DestinationRange:
                holds = walk.Destination >= _wide[check.Index] && walk.Destination <= _wide[check.Index + 1];
                break;
            case CheckKind.Length:
                holds = walk.Length >= check.A && walk.Length <= check.B;
                break;
            case CheckKind.HopLimit:
                holds = walk.HopLimit >= check.A && walk.HopLimit <= check.B;
                break;
            case CheckKind.TypeOfService:
                holds = (walk.TypeOfService & check.B) == check.A;
                break;
            case CheckKind.SecurityParameterIndex:
                if (walk.IsLaterFragment)
                {
                    return Truth.No;
                }
                holds = walk.SecurityParameterIndex >= check.A && walk.SecurityParameterIndex <= check.B;
                break;
            case CheckKind.PacketType:
                holds = (uint)TypeOf(in walk) == check.A;
                break;
            case CheckKind.Set:
                var test = _sets[check.Index];
                var inSet = test.Set.Contains(in walk, test.Directions, test.ReturnNomatch);
                if (inSet == Truth.Maybe)
                {
                    return Truth.Maybe;
                }
                holds = inSet == Truth.Yes;
                break;
            case CheckKind.SourceType or CheckKind.DestinationType:
                var kind = TypeHolds(
                    in walk, check.Kind == CheckKind.SourceType ? walk.Source : walk.Destination, (AddressTypes)check.A);
                if (kind == Truth.Maybe)
                {
                    return Truth.Maybe;
                }
                holds = kind == Truth.Yes;
                break;
            case CheckKind.Unknown:
                return Truth.Maybe;
            default:
                throw new UnreachableException();
        }
        return holds != check.IsInverted ? Truth.Yes : Truth.No;
    }

    /// <summary>See <see cref="Check.IsNative"/>: bytes 0-1, 2-3 and 13 of the IPv6 header.</summary>
    private static bool HoldsInFragment(in Check check, in Walk walk)
    {
        var source = 0x6000u | (uint)walk.TypeOfService << 4 | walk.FlowLabel >> 16;
        var destination = walk.FlowLabel & 0xFFFF;
        return check.Kind switch
        {
            CheckKind.SourcePort => source >= check.A && source <= check.B,
            CheckKind.DestinationPort => destination >= check.A && destination <= check.B,
            _ => ((uint)(walk.Source >> 80) & 0xFF & check.B) == check.A,
        };
    }

    /// <summary>See <see cref="FragmentPayload"/>. Bytes that are not there fail the test and its negation alike.</summary>
    private static Truth RunOnPayload(in Check check, in Walk walk)
    {
        var (position, width) = check.Kind switch
        {
            CheckKind.SourcePort => (0, 2),
            CheckKind.DestinationPort => (2, 2),
            _ => (13, 1),
        };
        if (walk.Length - 20 < position + width)
        {
            return Truth.No;
        }
        if (walk.Payload is not { } payload)
        {
            return Truth.Maybe;
        }
        var holds = check.Kind switch
        {
            CheckKind.SourcePort => payload.First >= check.A && payload.First <= check.B,
            CheckKind.DestinationPort => payload.Second >= check.A && payload.Second <= check.B,
            _ => (payload.Flags & check.B) == check.A,
        };
        return holds != check.IsInverted ? Truth.Yes : Truth.No;
    }

    private static bool IsOpen(in Check check, PacketFields open) => (open & (check.Kind switch
    {
        CheckKind.Source4 or CheckKind.Source6 or CheckKind.SourceRange or CheckKind.SourceType => PacketFields.Source,
        CheckKind.Destination4 or CheckKind.Destination6 or CheckKind.DestinationRange or CheckKind.DestinationType =>
            PacketFields.Destination,
        CheckKind.SourcePort or CheckKind.MultiportSource => PacketFields.SourcePort,
        CheckKind.DestinationPort or CheckKind.MultiportDestination => PacketFields.DestinationPort,
        CheckKind.MultiportEither => PacketFields.SourcePort | PacketFields.DestinationPort,
        CheckKind.State when (check.A & (uint)(ConnectionStates.Snat | ConnectionStates.Dnat)) != 0 => PacketFields.State,
        CheckKind.Set => PacketFields.Source | PacketFields.Destination | PacketFields.SourcePort | PacketFields.DestinationPort,
        _ => 0,
    })) != 0;

    private static bool Covers(PortRange[] ranges, ushort port)
    {
        foreach (var range in ranges)
        {
            if (port >= range.First && port <= range.Last)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>How the frame was addressed; a bridge makes PACKET_OTHERHOST into PACKET_HOST. The node's own packets are "to us".</summary>
    private static PacketType TypeOf(in Walk walk) => walk.DestinationMac is not { } mac ? PacketType.Unicast
        : mac == MacAddress.Broadcast ? PacketType.Broadcast
        : mac.IsMulticast ? PacketType.Multicast
        : PacketType.Unicast;

    private Truth TypeHolds(in Walk walk, UInt128 address, AddressTypes wanted)
    {
        if (walk.Family == IPFamily.IPv6)
        {
            return TypeHolds6(address, wanted);
        }
        var type = _addresses?.TypeOf4((uint)address) ?? NodeAddresses.TypeWithoutNode((uint)address);
        return type == AddressTypes.None ? Truth.Maybe : (type & wanted) != 0 ? Truth.Yes : Truth.No;
    }

    /// <summary>net/netfilter/xt_addrtype.c, match_type6(): of the kinds that an address itself tells all must hold, of the others one.</summary>
    private Truth TypeHolds6(UInt128 address, AddressTypes wanted)
    {
        var isMulticast = (byte)(address >> 120) == 0xFF;
        var isUnicast = !isMulticast && address != 0 && address >> 32 != 0xFFFF;
        if ((wanted & AddressTypes.Multicast) != 0 && !isMulticast || (wanted & AddressTypes.Unicast) != 0 && !isUnicast
            || (wanted & AddressTypes.Unspec) != 0 && address != 0)
        {
            return Truth.No;
        }
        var routed = wanted & NodeAddresses.Routed6;
        return routed == 0 ? Truth.Yes
            : _addresses is null ? Truth.Maybe
            : (routed & AddressTypes.Local) != 0 && _addresses.Local.Contains(address) ? Truth.Yes
            : routed == AddressTypes.Local ? Truth.No
            : Truth.Maybe;
    }
}
