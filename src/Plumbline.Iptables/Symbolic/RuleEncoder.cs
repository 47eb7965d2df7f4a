using System.Diagnostics;
using Plumbline.Iptables.Simulation;
using Plumbline.Primitives;

namespace Plumbline.Iptables.Symbolic;

/// <summary>
/// The same checks that the simulator runs on one packet, as sets of packets. One arm a kind, beside <see cref="CheckRunner"/>: a
/// property test holds the two together.
/// </summary>
internal sealed partial class RuleEncoder(PacketSpace space, RuleChecks checks, bool isReassembled)
{
    private readonly BddStore _store = space.Store;

    public PacketSpace Space => space;

    /// <summary>
    /// Only these packets are of interest: no rule matches others. A question that outgrows its budget is asked for parts of all packets.
    /// </summary>
    public int Within { get; set; } = BddStore.True;

    /// <summary>Packets that the rule's checks let pass; its devices apart.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="isRaw">The table stands before conntrack.</param>
    /// <param name="occurrence">Names the rule where a test belongs to it alone; two rulesets with the same rule agree.</param>
    public int Encode(in CompiledRule rule, bool isRaw, Func<string> occurrence)
    {
        var count = rule.End - rule.First;
        if (count == 0)
        {
            return Within;
        }
        Span<int> edges = count <= 32 ? stackalloc int[count] : new int[count];
        for (var i = 0; i < count; i++)
        {
            edges[i] = Encode(checks.Checks[rule.First + i], isRaw, occurrence);
            if (edges[i] == BddStore.False)
            {
                return BddStore.False;
            }
        }
        // the deepest first: each AND then only puts a few nodes on top
        for (var i = 1; i < count; i++)
        {
            for (var k = i; k > 0 && _store.LevelOf(edges[k]) > _store.LevelOf(edges[k - 1]); k--)
            {
                (edges[k], edges[k - 1]) = (edges[k - 1], edges[k]);
            }
        }
        var result = edges[0];
        for (var i = 1; i < count; i++)
        {
            result = _store.And(edges[i], result);
        }
        return _store.And(result, Within);
    }

    private int Encode(in Check check, bool isRaw, Func<string> occurrence)
    {
        int holds;
        var exists = BddStore.True;
        switch (check.Kind)
        {
            case CheckKind.Never:
                return BddStore.False;
            case CheckKind.Source4:
                holds = space.Masked(Field.Source, check.A, check.B);
                break;
            case CheckKind.Destination4:
                holds = space.Masked(Field.Destination, check.A, check.B);
                break;
            case CheckKind.Source6:
                holds = space.Masked(Field.Source, checks.Wide[check.Index], checks.Wide[check.Index + 1]);
                break;
            case CheckKind.Destination6:
                holds = space.Masked(Field.Destination, checks.Wide[check.Index], checks.Wide[check.Index + 1]);
                break;
            case CheckKind.Protocol when check.IsNative:
                // nftables stops at AH, whatever follows it
                holds = _store.Ite(
                    space.Is(Field.HasAuthentication, 1), check.A == IpProtocols.Ah ? BddStore.True : BddStore.False,
                    space.Is(Field.Protocol, check.A));
                break;
            case CheckKind.Protocol:
                holds = space.Is(Field.Protocol, check.A);
                break;
            case CheckKind.Fragment:
                holds = LaterFragment();
                break;
            case CheckKind.SourcePort or CheckKind.DestinationPort or CheckKind.TcpFlags when check.IsNative && !isReassembled:
                return Native(in check);
            case CheckKind.SourcePort:
                (holds, exists) = (space.Range(Field.SourcePort, check.A, check.B), LaterFragment() ^ 1);
                break;
            case CheckKind.DestinationPort:
                (holds, exists) = (space.Range(Field.DestinationPort, check.A, check.B), LaterFragment() ^ 1);
                break;
            case CheckKind.TcpFlags:
                (holds, exists) = (MaskedValue(Field.TcpFlags, check.A, check.B), LaterFragment() ^ 1);
                break;
            case CheckKind.Icmp:
                exists = LaterFragment() ^ 1;
                holds = check.A == 256 ? BddStore.True
                    : _store.And(space.Is(Field.IcmpType, check.A), space.Range(Field.IcmpCode, check.B & 0xFF, check.B >> 8));
                break;
            case CheckKind.MultiportSource or CheckKind.MultiportDestination or CheckKind.MultiportEither:
                exists = LaterFragment() ^ 1;
                var source = check.Kind == CheckKind.MultiportDestination ? BddStore.False
                    : PortsOf(Field.SourcePort, checks.Ports[check.Index]);
                var destination = check.Kind == CheckKind.MultiportSource ? BddStore.False
                    : PortsOf(Field.DestinationPort, checks.Ports[check.Index]);
                holds = _store.Or(source, destination);
                break;
            case CheckKind.State:
                holds = States((ConnectionStates)check.A, isRaw);
                break;
            case CheckKind.Conntrack:
                return Conntrack(checks.Conntracks[check.Index], isRaw);
            case CheckKind.Mark:
                holds = MaskedValue(Field.Mark, check.A, check.B);
                break;
            case CheckKind.Connmark:
                exists = HasConnection(isRaw);
                holds = isRaw ? (check.A == 0 ? BddStore.True : BddStore.False) : MaskedValue(Field.ConnectionMark, check.A, check.B);
                break;
            case CheckKind.Mac:
                (holds, exists) = (space.Is(Field.SourceMac, (ulong)check.B << 32 | check.A), space.Is(Field.HasSourceMac, 1));
                break;
            case CheckKind.SourceRange:
                holds = space.Range(Field.Source, checks.Wide[check.Index], checks.Wide[check.Index + 1]);
                break;
            case CheckKind.DestinationRange:
                holds = space.Range(Field.Destination, checks.Wide[check.Index], checks.Wide[check.Index + 1]);
                break;
            case CheckKind.Length:
                holds = space.Range(Field.Length, check.A, check.B);
                break;
            case CheckKind.HopLimit:
                holds = space.Range(Field.HopLimit, check.A, check.B);
                break;
            case CheckKind.TypeOfService:
                holds = MaskedValue(Field.TypeOfService, check.A, check.B);
                break;
            case CheckKind.SecurityParameterIndex:
                (holds, exists) = (space.Range(Field.SecurityParameterIndex, check.A, check.B), LaterFragment() ^ 1);
                break;
            case CheckKind.PacketType:
                holds = PacketTypeOf((PacketType)check.A);
                break;
            case CheckKind.Set:
                holds = SetOf(checks.Sets[check.Index]);
                break;
            case CheckKind.SourceType:
                holds = TypesOf(Field.Source, (AddressTypes)check.A, checks.Unknowns[check.Index]);
                break;
            case CheckKind.DestinationType:
                holds = TypesOf(Field.Destination, (AddressTypes)check.A, checks.Unknowns[check.Index]);
                break;
            case CheckKind.Unknown:
                var unknown = checks.Unknowns[check.Index];
                var key = unknown.IsOfRule ? occurrence() + ": " + unknown.Text : unknown.Key;
                holds = space.Unknown(key, unknown.Text);
                break;
            default:
                throw new UnreachableException();
        }
        return _store.And(check.IsInverted ? holds ^ 1 : holds, exists);
    }

    /// <summary>
    /// See <see cref="Check.IsNative"/>: of a later fragment it looks at bytes that are no part of a set of packets, so it depends on them.
    /// What is too short to have them fails the test and its negation alike.
    /// </summary>
    private int Native(in Check check)
    {
        var holds = check.Kind switch
        {
            CheckKind.SourcePort => space.Range(Field.SourcePort, check.A, check.B),
            CheckKind.DestinationPort => space.Range(Field.DestinationPort, check.A, check.B),
            _ => MaskedValue(Field.TcpFlags, check.A, check.B),
        };
        var isFour = space.Family == IPFamily.IPv4;
        var text = (isFour ? "a later fragment's payload, which nftables reads as ports and flags"
            : "the IPv6 header's first bytes in a later fragment") + $" ({check.Kind} {check.A}-{check.B})";
        holds = _store.Ite(LaterFragment(), space.Unknown(text, text), holds) ^ (check.IsInverted ? 1 : 0);
        if (!isFour)
        {
            return holds;
        }
        var least = check.Kind switch { CheckKind.SourcePort => 22u, CheckKind.DestinationPort => 24u, _ => 34u };
        return _store.And(holds, _store.Or(LaterFragment() ^ 1, space.Range(Field.Length, least, 65535)));
    }

    /// <summary>conntrack puts fragments together before any rule sees them.</summary>
    private int LaterFragment() => isReassembled ? BddStore.False : space.Is(Field.LaterFragment, 1);

    /// <summary>(field &amp; mask) == value; a value outside of the mask never holds.</summary>
    private int MaskedValue(Field field, uint value, uint mask) =>
        (value & ~mask) != 0 ? BddStore.False : space.Masked(field, value, mask);

    private int PortsOf(Field field, PortRange[] ports)
    {
        var edges = new int[ports.Length];
        for (var i = 0; i < ports.Length; i++)
        {
            edges[i] = space.Range(field, ports[i].First, ports[i].Last);
        }
        return _store.OrAll(edges);
    }

    private int States(ConnectionStates wanted, bool isRaw)
    {
        if (isRaw)
        {
            // before conntrack all is INVALID, but for what CT has attached
            Span<int> raw =
            [
                (wanted & ConnectionStates.Invalid) != 0 ? space.Is(Field.Template, 0) : BddStore.False,
                (wanted & ConnectionStates.New) != 0 ? space.Is(Field.Template, 1) : BddStore.False,
                (wanted & ConnectionStates.Untracked) != 0 ? space.Is(Field.Template, 2) : BddStore.False,
            ];
            return _store.OrAll(raw);
        }
        Span<int> edges =
        [
            (wanted & ConnectionStates.New) != 0 ? space.State(SymbolicState.New) : BddStore.False,
            (wanted & ConnectionStates.Established) != 0 ? space.State(SymbolicState.Established) : BddStore.False,
            (wanted & ConnectionStates.Related) != 0 ? space.State(SymbolicState.Related) : BddStore.False,
            (wanted & ConnectionStates.Invalid) != 0 ? space.State(SymbolicState.Invalid) : BddStore.False,
            (wanted & ConnectionStates.Untracked) != 0 ? space.State(SymbolicState.Untracked) : BddStore.False,
            (wanted & ConnectionStates.Snat) != 0 ? space.Is(Field.IsSourceNat, 1) : BddStore.False,
            (wanted & ConnectionStates.Dnat) != 0 ? space.Is(Field.IsDestinationNat, 1) : BddStore.False,
        ];
        return _store.OrAll(edges);
    }

    private int HasConnection(bool isRaw) =>
        isRaw ? space.Is(Field.Template, 1) : _store.OrAll(
        [
            space.State(SymbolicState.New), space.State(SymbolicState.Established), space.State(SymbolicState.Related),
        ]);

    /// <summary>How the frame was addressed; without a frame "to us" (all zero here).</summary>
    private int PacketTypeOf(PacketType type)
    {
        var broadcast = space.Is(Field.DestinationMac, MacAddress.Broadcast.Value);
        var group = space.Masked(Field.DestinationMac, 1UL << 40, 1UL << 40);
        return type switch
        {
            PacketType.Broadcast => broadcast,
            PacketType.Multicast => _store.Minus(group, broadcast),
            _ => group ^ 1,
        };
    }
}
