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
        var result = And(Truth.Yes, match.Protocol, walk.Protocol, (p, v) => p == v, isPlain || walk.Entry.State != ConntrackState.Related);
        result = And(result, match.OriginalSource, walk.Source, (a, v) => a.Contains(v), isPlain);
        result = And(result, match.OriginalDestination, walk.Destination, (a, v) => a.Contains(v), isPlain);
        result = And(result, match.ReplySource, walk.Destination, (a, v) => a.Contains(v), isPlain);
        result = And(result, match.ReplyDestination, walk.Source, (a, v) => a.Contains(v), isPlain);
        result = And(result, match.OriginalSourcePorts, walk.SourcePort, (r, v) => v >= r.First && v <= r.Last, isPlain);
        result = And(result, match.OriginalDestinationPorts, walk.DestinationPort, (r, v) => v >= r.First && v <= r.Last, isPlain);
        result = And(result, match.ReplySourcePorts, walk.DestinationPort, (r, v) => v >= r.First && v <= r.Last, isPlain);
        result = And(result, match.ReplyDestinationPorts, walk.SourcePort, (r, v) => v >= r.First && v <= r.Last, isPlain);
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
