using Plumbline.Diagnosis.Explaining;
using Plumbline.Iptables;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Comparing.Meaning;

/// <summary>A rule's matches as a <see cref="PacketBox"/>.</summary>
/// <param name="slice">The packets that are looked at; null: devices become conditions.</param>
/// <param name="membersOf">The addresses of a set; null for a set that is not known, whose membership becomes a condition.</param>
internal sealed class RuleBox(BridgedSlice? slice, Func<string, Intervals?> membersOf)
{
    /// <summary>Indexes of the rules that may match packets of the slice, ascending.</summary>
    public IEnumerable<int> RulesOf(Chain chain) => ChainIndex.RulesFor(chain, slice);

    /// <summary>The packets that a rule matches; null: none of the slice.</summary>
    public PacketBox? Of(Rule rule)
    {
        // devices first: on a node with many ports they rule most rules out
        if (slice is not null)
        {
            foreach (var match in rule.Matches)
            {
                if (slice.Decide(match) == false)
                {
                    return null;
                }
            }
        }
        PacketBox? box = PacketBox.Everything;
        foreach (var match in rule.Matches)
        {
            box = box is null ? null : Add(box, match);
        }
        return box;
    }

    private PacketBox? Add(PacketBox box, Match match)
    {
        if (slice?.Decide(match) is { } decided)
        {
            return decided ? box : null;
        }
        return match switch
        {
            CommentMatch => box,
            ProtocolMatch protocol => In(box, Field.Protocol, Intervals.Of(protocol.Number, protocol.Number), protocol.IsInverted),
            SourceMatch source => Address(box, Field.Source, source),
            DestinationMatch destination => Address(box, Field.Destination, destination),
            TransportMatch transport => Transport(box, transport),
            MultiportMatch { Kind: not MultiportKind.Either } multiport => In(
                box, multiport.Kind == MultiportKind.Source ? Field.SourcePort : Field.DestinationPort,
                Intervals.Of(multiport.Ports.Select(p => ((UInt128)p.First, (UInt128)p.Last))), multiport.IsInverted),
            IcmpTypeMatch icmp => Icmp(box, icmp),
            StateMatch state when (state.States & (ConnectionStates.Snat | ConnectionStates.Dnat)) == 0 => In(
                box, Field.State, States(state.States), state.IsInverted),
            MacMatch mac => In(box, Field.Mac, Intervals.Of(Number(mac.Source), Number(mac.Source)), mac.IsInverted),
            SetMatch set => Set(box, set),
            InInterfaceMatch { Interface.IsPrefix: false } device => Device(box, Field.InDevice, device.Interface, device.IsInverted),
            OutInterfaceMatch { Interface.IsPrefix: false } device => Device(box, Field.OutDevice, device.Interface, device.IsInverted),
            PhysdevMatch { In: not { Value.IsPrefix: true }, Out: not { Value.IsPrefix: true } } physdev => Physdev(box, physdev),
            _ => box.With(ConditionOf(match with { IsInverted = false }), !match.IsInverted),
        };
    }

    private static PacketBox? In(PacketBox box, Field field, Intervals values, bool isInverted) => box.With(field,
        isInverted ? PacketBox.Whole(field).Without(values) : values);

    private static PacketBox? Device(PacketBox box, Field field, InterfaceName device, bool isInverted) =>
        In(box, field, Intervals.Of(DeviceNumbers.Of(device.Name), DeviceNumbers.Of(device.Name)), isInverted);

    private static PacketBox? Physdev(PacketBox box, PhysdevMatch match)
    {
        PacketBox? result = box;
        if (match.In is { } input)
        {
            result = Device(result, Field.BridgeIn, input.Value, input.IsInverted);
        }
        if (match.Out is { } output && result is not null)
        {
            result = Device(result, Field.BridgeOut, output.Value, output.IsInverted);
        }
        result = match.IsIn is { } isIn ? result?.With("physdev-is-in", isIn) : result;
        result = match.IsOut is { } isOut ? result?.With("physdev-is-out", isOut) : result;
        return match.IsBridged is { } isBridged ? result?.With("physdev-is-bridged", isBridged) : result;
    }

    private static PacketBox? Address(PacketBox box, Field field, AddressMatch match)
    {
        if (match.Address is { } address && address.PrefixLength is not null)
        {
            return In(box, field, RangeOf(address), match.IsInverted);
        }
        return box.With($"{field} {RuleWords.Text(match)}", !match.IsInverted);
    }

    /// <summary>The addresses of a prefix.</summary>
    internal static Intervals RangeOf(MaskedAddress address) => Intervals.Of(
        address.Address, address.Address | (~address.Mask & MaskedAddress.WholeMask(address.Family)));

    private static PacketBox? Transport(PacketBox box, TransportMatch match)
    {
        PacketBox? result = box;
        if (match.SourcePorts is { } source)
        {
            result = In(result, Field.SourcePort, Intervals.Of(source.Value.First, source.Value.Last), source.IsInverted);
        }
        if (match.DestinationPorts is { } destination && result is not null)
        {
            result = In(result, Field.DestinationPort, Intervals.Of(destination.Value.First, destination.Value.Last),
                destination.IsInverted);
        }
        return match switch
        {
            TcpMatch { Flags: { } flags } => result?.With($"tcp flags {flags.Value}", !flags.IsInverted),
            TcpMatch { Option: { } option } => result?.With($"tcp option {option.Value}", !option.IsInverted),
            SctpMatch { ChunkTypes: { } chunks } => result?.With($"sctp {chunks.Value}", !chunks.IsInverted),
            _ => result,
        };
    }

    private static PacketBox? Icmp(PacketBox box, IcmpTypeMatch match) => match.Type is not { } type
        ? match.IsInverted ? null : box
        : In(box, Field.Icmp, Intervals.Of((UInt128)((type << 8) + match.FirstCode), (UInt128)((type << 8) + match.LastCode)),
            match.IsInverted);

    private static Intervals States(ConnectionStates states)
    {
        var numbers = new List<(UInt128, UInt128)>();
        ReadOnlySpan<ConnectionStates> order =
        [
            ConnectionStates.New, ConnectionStates.Established, ConnectionStates.Related, ConnectionStates.Invalid,
            ConnectionStates.Untracked,
        ];
        for (var i = 0; i < order.Length; i++)
        {
            if ((states & order[i]) != 0)
            {
                numbers.Add(((UInt128)i, (UInt128)i));
            }
        }
        return Intervals.Of(numbers);
    }

    private PacketBox? Set(PacketBox box, SetMatch match)
    {
        if (match is { Directions.Count: 1, CounterOptions: null, ReturnNomatch: false } && membersOf(match.Name) is { } members)
        {
            var field = match.Directions[0] == SetDirection.Source ? Field.Source : Field.Destination;
            return In(box, field, members, match.IsInverted);
        }
        return box.With(ConditionOf(match with { IsInverted = false }), !match.IsInverted);
    }

    /// <summary>What asks the same has the same text; records tell all their members.</summary>
    private static string ConditionOf(Match match) => match.ToString();

    private static UInt128 Number(MacAddress address)
    {
        UInt128 number = 0;
        foreach (var part in address.ToString().Split(':'))
        {
            number = (number << 8) + Convert.ToByte(part, 16);
        }
        return number;
    }
}
