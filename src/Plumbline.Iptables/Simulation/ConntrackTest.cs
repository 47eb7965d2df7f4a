namespace Plumbline.Iptables.Simulation;

/// <summary>net/netfilter/xt_conntrack.c, conntrack_mt(): the state first, then what only a connection has.</summary>
internal static class ConntrackTest
{
    public static Truth Run(ConntrackMatch match, in Walk walk)
    {
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
        // the original direction is the packet's own where it is no reply and nothing was rewritten
        var isPlain = !walk.Entry.IsReply && walk.Entry is { IsSourceNat: false, IsDestinationNat: false };
        // the template that CT attaches in the raw table is empty
        var isTemplate = !walk.IsTracked;
        var (from, to) = isTemplate ? (UInt128.Zero, UInt128.Zero) : (walk.Source, walk.Destination);
        var result = And(
            Truth.Yes, match.Protocol, isTemplate ? (byte)0 : walk.Protocol, (p, v) => p == v,
            isPlain || walk.Entry.State != ConntrackState.Related);
        result = And(result, match.OriginalSource, from, (a, v) => a.Contains(v), isPlain);
        result = And(result, match.OriginalDestination, to, (a, v) => a.Contains(v), isPlain);
        result = And(result, match.ReplySource, to, (a, v) => a.Contains(v), isPlain);
        result = And(result, match.ReplyDestination, from, (a, v) => a.Contains(v), isPlain);
        // of ICMP the tuple has the identifier, type and code in the ports' place; of other protocols nothing
        var isIcmp = !isTemplate && walk.Protocol == (walk.Family == IPFamily.IPv4 ? IpProtocols.Icmp : IpProtocols.Icmpv6);
        var hasPorts = !isTemplate && walk.Protocol is IpProtocols.Tcp or IpProtocols.Udp or IpProtocols.UdpLite or IpProtocols.Sctp;
        var source = hasPorts ? walk.SourcePort : 0;
        var destination = hasPorts ? walk.DestinationPort : isIcmp ? walk.IcmpType << 8 | walk.IcmpCode : 0;
        result = And(result, match.OriginalSourcePorts, source, (r, v) => v >= r.First && v <= r.Last, isPlain && !isIcmp);
        result = And(result, match.OriginalDestinationPorts, destination, (r, v) => v >= r.First && v <= r.Last, isPlain);
        result = And(result, match.ReplySourcePorts, destination, (r, v) => v >= r.First && v <= r.Last, isPlain && !isIcmp);
        result = And(result, match.ReplyDestinationPorts, source, (r, v) => v >= r.First && v <= r.Last, isPlain && !isIcmp);
        if (match.Status is not null || match.Expire is not null)
        {
            result = result == Truth.No ? Truth.No : Truth.Maybe;
        }
        return result;
    }

    private static Truth And<TWanted, TValue>(
        Truth soFar, Condition<TWanted>? wanted, TValue value, Func<TWanted, TValue, bool> holds, bool isKnown) =>
        wanted is not { } condition || soFar == Truth.No ? soFar
        : !isKnown ? Truth.Maybe
        : holds(condition.Value, value) != condition.IsInverted ? soFar
        : Truth.No;
}
