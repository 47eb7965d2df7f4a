namespace Plumbline.Packets.Timing;

/// <summary>
/// Which flows are one flow on the two sides of a NAT: they are never seen at the same hop, and packets of the same identity (and the
/// same IPv4 identification, where there is one) are in both. One end usually stays; where both change, more packets must agree.
/// </summary>
internal static class FlowClasses
{
    private const int VotesWithoutCommonEnd = 8;
    private const int MostFlowsOfGroup = 8;

    /// <summary>The class of each flow, numbered from 0.</summary>
    /// <param name="packets">All.</param>
    /// <param name="keys">Their identities.</param>
    /// <param name="flows">All.</param>
    public static int[] Join(ReadOnlySpan<HopPacket> packets, ulong[] keys, IReadOnlyList<FlowTuple> flows)
    {
        var masks = new ulong[flows.Count];
        foreach (ref readonly var packet in packets)
        {
            masks[packet.Flow] |= 1UL << packet.Hop;
        }
        var classes = new int[flows.Count];
        for (var i = 0; i < classes.Length; i++)
        {
            classes[i] = i;
        }
        var groups = new int[flows.Count];
        var votes = CountVotes(packets, keys, flows, masks, groups);
        foreach (var ((one, other), count) in votes.OrderByDescending(v => v.Value))
        {
            var (a, b) = (Root(classes, one), Root(classes, other));
            var needed = SharesEnd(flows[one], flows[other]) ? 1 : VotesWithoutCommonEnd;
            if (a != b && count >= needed && count * 2 >= Math.Min(groups[one], groups[other]) && (masks[a] & masks[b]) == 0)
            {
                classes[b] = a;
                masks[a] |= masks[b];
            }
        }
        return Number(classes);
    }

    private static Dictionary<(int One, int Other), int> CountVotes(
        ReadOnlySpan<HopPacket> packets, ulong[] keys, IReadOnlyList<FlowTuple> flows, ulong[] masks, int[] groups)
    {
        var sorted = (ulong[])keys.Clone();
        var order = new int[packets.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }
        Array.Sort(sorted, order);
        var votes = new Dictionary<(int, int), int>();
        Span<(int Flow, ushort IpId)> members = stackalloc (int, ushort)[MostFlowsOfGroup];
        for (var start = 0; start < order.Length;)
        {
            var end = start + 1;
            while (end < order.Length && sorted[end] == sorted[start])
            {
                end++;
            }
            var count = 0;
            for (var i = start; i < end && count <= MostFlowsOfGroup; i++)
            {
                ref readonly var packet = ref packets[order[i]];
                var isKnown = false;
                for (var m = 0; m < count && !isKnown; m++)
                {
                    isKnown = members[m].Flow == packet.Flow;
                }
                if (!isKnown && count++ < MostFlowsOfGroup)
                {
                    members[count - 1] = (packet.Flow, packet.IpId);
                    groups[packet.Flow]++;
                }
            }
            for (var a = 0; a < count - 1 && count <= MostFlowsOfGroup; a++)
            {
                for (var b = a + 1; b < count; b++)
                {
                    Vote(votes, members[a], members[b], flows, masks);
                }
            }
            start = end;
        }
        return votes;
    }

    private static void Vote(
        Dictionary<(int, int), int> votes, (int Flow, ushort IpId) a, (int Flow, ushort IpId) b, IReadOnlyList<FlowTuple> flows,
        ulong[] masks)
    {
        var (one, other) = (flows[a.Flow], flows[b.Flow]);
        if (a.IpId != b.IpId || (masks[a.Flow] & masks[b.Flow]) != 0 || one.Protocol != other.Protocol || one.IsFragment != other.IsFragment
            || one.Source.IsV6 != other.Source.IsV6)
        {
            return;
        }
        var pair = a.Flow < b.Flow ? (a.Flow, b.Flow) : (b.Flow, a.Flow);
        votes[pair] = votes.GetValueOrDefault(pair) + 1;
    }

    private static bool SharesEnd(in FlowTuple one, in FlowTuple other) =>
        one.Source == other.Source || one.Destination == other.Destination;

    private static int Root(int[] classes, int flow)
    {
        while (classes[flow] != flow)
        {
            flow = classes[flow];
        }
        return flow;
    }

    private static int[] Number(int[] classes)
    {
        var numbers = new int[classes.Length];
        var next = 0;
        for (var i = 0; i < classes.Length; i++)
        {
            if (classes[i] == i)
            {
                numbers[i] = next++;
            }
        }
        for (var i = 0; i < classes.Length; i++)
        {
            if (classes[i] != i)
            {
                numbers[i] = numbers[Root(classes, i)];
            }
        }
        return numbers;
    }
}
