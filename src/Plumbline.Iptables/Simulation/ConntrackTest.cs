namespace Plumbline.Iptables.Simulation;

/// <summary>net/netfilter/xt_conntrack.c, conntrack_mt(): the state first, then what only a connection has.</summary>
internal static class ConntrackTest
{
    private static readonly ConntrackTuple _empty = new(0, 0, 0, 0, 0);

    public static Truth Run(ConntrackMatch match, in Walk walk)
    {
        if (match.States is not null && (walk.Open & PacketFields.State) != 0
            && (match.States.Value.Value & (ConnectionStates.Snat | ConnectionStates.Dnat)) != 0)
        {
            return Truth.Maybe;
        }
        if (match.States is { } states && ((walk.States & states.Value) != 0) == states.IsInverted)
        {
            return Truth.No;
        }
        if (!walk.HasConnection)
        {
            // without a connection the rest is not looked at
            return match.States is null ? Truth.No : Truth.Yes;
        }
        if (match.IsOriginalDirection is { } original && original == walk.Entry.IsReply)
        {
            return Truth.No;
        }
        // the template that CT attaches in the raw table is empty
        var isTemplate = !walk.IsTracked;
        var known = isTemplate ? _empty : walk.Entry.Original;
        var reply = isTemplate ? _empty : walk.Entry.Reply;
        // else the packet itself tells, where it is no reply and nothing was rewritten before
        var isPlain = known is not null || walk.Entry is { IsReply: false, IsSourceNat: false, IsDestinationNat: false };
        var result = And(Truth.Yes, match.Protocol, known?.Protocol ?? walk.Protocol, (p, v) => p == v,
            isPlain || walk.Entry.State != ConntrackState.Related);
        result = And(result, match.OriginalSource, known?.Source ?? walk.FirstSource, (a, v) => a.Contains(v), isPlain);
        result = And(result, match.OriginalDestination, known?.Destination ?? walk.FirstDestination, (a, v) => a.Contains(v), isPlain);
        // of ICMP the tuple has the identifier, type and code in the ports' place; of other protocols nothing
        var isIcmp = walk.Protocol == (walk.Family == IPFamily.IPv4 ? IpProtocols.Icmp : IpProtocols.Icmpv6);
        var hasPorts = walk.Protocol is IpProtocols.Tcp or IpProtocols.Udp or IpProtocols.UdpLite or IpProtocols.Sctp;
        var source = known?.SourcePart ?? (hasPorts ? walk.FirstSourcePort : 0);
        var destination = known?.DestinationPart
            ?? (hasPorts ? walk.FirstDestinationPort : isIcmp ? walk.IcmpType << 8 | walk.IcmpCode : 0);
        var isTold = known is not null || isPlain && !isIcmp;
        result = And(result, match.OriginalSourcePorts, source, (r, v) => v >= r.First && v <= r.Last, isTold);
        result = And(
            result, match.OriginalDestinationPorts, destination, (r, v) => v >= r.First && v <= r.Last,
            isPlain);
        // a first packet is rewritten together with its connection
        var isNow = !isTemplate && walk.Entry.IsFirstPacket;
        result = And(
            result, match.ReplySource, isNow ? walk.Destination : reply?.Source ?? walk.Destination, (a, v) => a.Contains(v),
            isPlain && IsShut(in walk, PacketFields.Destination));
        result = And(
            result, match.ReplyDestination, isNow ? walk.Source : reply?.Destination ?? walk.Source, (a, v) => a.Contains(v),
            isPlain && IsShut(in walk, PacketFields.Source));
        result = And(
            result, match.ReplySourcePorts, isNow && hasPorts ? walk.DestinationPort : reply?.SourcePart ?? destination,
            (r, v) => v >= r.First && v <= r.Last,
            isTold && IsShut(in walk, isIcmp ? PacketFields.SourcePort : PacketFields.DestinationPort));
        result = And(
            result, match.ReplyDestinationPorts, isNow && hasPorts ? walk.SourcePort : reply?.DestinationPart ?? source,
            (r, v) => v >= r.First && v <= r.Last, isTold && IsShut(in walk, PacketFields.SourcePort));
        if (match.Status is not null || match.Expire is not null)
        {
            result = result == Truth.No ? Truth.No : Truth.Maybe;
        }
        return result;
    }

    /// <summary>nat has not put there what the rules do not tell.</summary>
    private static bool IsShut(in Walk walk, PacketFields field) => !walk.Entry.IsFirstPacket || (walk.Open & field) == 0;

    private static Truth And<TWanted, TValue>(
        Truth soFar, Condition<TWanted>? wanted, TValue value, Func<TWanted, TValue, bool> holds, bool isKnown) =>
        wanted is not { } condition || soFar == Truth.No ? soFar
        : !isKnown ? Truth.Maybe
        : holds(condition.Value, value) != condition.IsInverted ? soFar
        : Truth.No;
}
