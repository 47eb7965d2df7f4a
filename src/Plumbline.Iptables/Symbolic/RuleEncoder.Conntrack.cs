using Plumbline.Iptables.Simulation;
using Plumbline.Primitives;

namespace Plumbline.Iptables.Symbolic;

internal sealed partial class RuleEncoder
{
    /// <summary>As ConntrackTest: the state first, then what only a connection has. In the raw table that is CT's empty template.</summary>
    private int Conntrack(ConntrackMatch match, bool isRaw)
    {
        var states = match.States is { } wanted ? States(wanted.Value, isRaw) ^ (wanted.IsInverted ? 1 : 0) : BddStore.True;
        var rest = BddStore.True;
        if (match.IsOriginalDirection is { } original)
        {
            rest = isRaw ? (original ? BddStore.True : BddStore.False) : space.Is(Field.IsReply, original ? 0u : 1u);
        }
        var plain = isRaw ? BddStore.True : _store.And(
            space.Is(Field.IsReply, 0), _store.And(space.Is(Field.IsSourceNat, 0), space.Is(Field.IsDestinationNat, 0)));
        if (match.Protocol is { } protocol)
        {
            var holds = isRaw ? (protocol.Value == 0 ? BddStore.True : BddStore.False) : space.Is(Field.Protocol, protocol.Value);
            rest = Ask(rest, _store.Or(plain, space.State(SymbolicState.Related) ^ 1), holds, protocol.IsInverted,
                $"conntrack protocol {protocol.Value}");
        }
        rest = Address(rest, match.OriginalSource, Field.Source, "original source");
        rest = Address(rest, match.OriginalDestination, Field.Destination, "original destination");
        rest = Address(rest, match.ReplySource, Field.Destination, "reply source");
        rest = Address(rest, match.ReplyDestination, Field.Source, "reply destination");
        var icmp = isRaw ? BddStore.False
            : space.Is(Field.Protocol, space.Family == IPFamily.IPv4 ? IpProtocols.Icmp : IpProtocols.Icmpv6);
        var ported = isRaw ? BddStore.False : _store.OrAll(
        [
            space.Is(Field.Protocol, IpProtocols.Tcp), space.Is(Field.Protocol, IpProtocols.Udp),
            space.Is(Field.Protocol, IpProtocols.UdpLite), space.Is(Field.Protocol, IpProtocols.Sctp),
        ]);
        var certain = _store.Minus(plain, icmp);
        rest = Port(rest, match.OriginalSourcePorts, certain, Field.SourcePort, "original source port");
        rest = Port(rest, match.OriginalDestinationPorts, plain, Field.DestinationPort, "original destination port");
        rest = Port(rest, match.ReplySourcePorts, certain, Field.DestinationPort, "reply source port");
        rest = Port(rest, match.ReplyDestinationPorts, certain, Field.SourcePort, "reply destination port");
        if (match.Status is { } status)
        {
            rest = _store.And(rest, space.Unknown(
                $"ctstatus {status.Value} {status.IsInverted}", $"the status of the connection's entry ({status.Value})"));
        }
        if (match.Expire is { } expire)
        {
            rest = _store.And(rest, space.Unknown(
                $"ctexpire {expire.Value} {expire.IsInverted}", $"when the connection's entry expires ({expire.Value})"));
        }
        // without a connection the rest is not looked at
        var without = match.States is null ? BddStore.False : BddStore.True;
        return _store.And(states, _store.Ite(HasConnection(isRaw), rest, without));

        int Address(int soFar, Condition<MaskedAddress>? asked, Field field, string what) => asked is not { } a ? soFar
            : Ask(soFar, plain, isRaw ? (a.Value.Contains(0) ? BddStore.True : BddStore.False)
                : space.Masked(field, a.Value.Address, a.Value.Mask), a.IsInverted, $"the connection's {what} {a.Value}");

        int Port(int soFar, Condition<PortRange>? asked, int known, Field field, string what)
        {
            if (asked is not { } ports)
            {
                return soFar;
            }
            // of ICMP the tuple has type and code in the destination port's place; of other protocols nothing
            var nothing = ports.Value.First == 0 ? BddStore.True : BddStore.False;
            var typed = _store.Range(space.First(Field.IcmpType), 16, ports.Value.First, ports.Value.Last);
            var holds = _store.Ite(ported, space.Range(field, ports.Value.First, ports.Value.Last), _store.Ite(icmp, typed, nothing));
            return Ask(soFar, known, holds, ports.IsInverted, $"the connection's {what} {ports.Value}");
        }

        int Ask(int soFar, int known, int holds, bool isInverted, string text) => _store.And(
            soFar, _store.Ite(known, holds, space.Unknown(text, text)) ^ (isInverted ? 1 : 0));
    }
}
