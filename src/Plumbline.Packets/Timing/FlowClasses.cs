namespace Plumbline.Packets.Timing;

/// <summary>
/// Which flows are one flow on the two sides of a NAT: they are never seen at the same hop, and packets of the same identity (and the
/// same IPv4 identification, where there is one) are in both. One end usually stays; where both change, more packets must agree. What one
/// window of packets joined stays joined.
/// </summary>
internal sealed class FlowClasses
{
    private const int VotesWithoutCommonEnd = 8;
    private const int MostFlowsOfGroup = 8;

    private readonly List<int> _parents = [];
    private readonly List<ulong> _masks = []; // of hops that saw the flow
    private readonly List<ulong> _classMasks = []; // of the class whose root the flow is
    private ulong[] _sorted = [];
    private int[] _order = [];

    /// <summary>The flow that stands for the class of another.</summary>
    public int RootOf(int flow)
    {
        while (_parents[flow] != flow)
        {
            flow = _parents[flow];
        }
        return flow;
    }

    /// <summary>The hops that saw a flow.</summary>
    public ulong MaskOf(int flow) => _masks[flow];

    /// <summary>The hops that saw a flow of the class.</summary>
    public ulong MaskOfClass(int root) => _classMasks[root];

    /// <summary>Takes in a window of packets.</summary>
    /// <param name="packets">All of the window.</param>
    /// <param name="keys">Their identities.</param>
    /// <param name="flows">All that were ever seen.</param>
    public void Join(ReadOnlySpan<HopPacket> packets, ReadOnlySpan<ulong> keys, IReadOnlyList<FlowTuple> flows)
    {
        while (_parents.Count < flows.Count)
        {
            _parents.Add(_parents.Count);
            _masks.Add(0);
            _classMasks.Add(0);
        }
        foreach (ref readonly var packet in packets)
        {
            var bit = 1UL << packet.Hop;
            if ((_masks[packet.Flow] & bit) == 0)
            {
                _masks[packet.Flow] |= bit;
                _classMasks[RootOf(packet.Flow)] |= bit;
            }
        }
        var groups = new int[flows.Count];
        var votes = CountVotes(packets, keys, flows, groups);
        foreach (var ((one, other), count) in votes.OrderByDescending(v => v.Value))
        {
            var (a, b) = (RootOf(one), RootOf(other));
            var needed = SharesEnd(flows[one], flows[other]) ? 1 : VotesWithoutCommonEnd;
            if (a != b && count >= needed && count * 2 >= Math.Min(groups[one], groups[other]) && (_classMasks[a] & _classMasks[b]) == 0)
            {
                _parents[b] = a;
                _classMasks[a] |= _classMasks[b];
            }
        }
    }

    private Dictionary<(int One, int Other), int> CountVotes(
        ReadOnlySpan<HopPacket> packets, ReadOnlySpan<ulong> keys, IReadOnlyList<FlowTuple> flows, int[] groups)
    {
        if (_sorted.Length < packets.Length)
        {
            (_sorted, _order) = (new ulong[packets.Length], new int[packets.Length]);
        }
        var sorted = _sorted.AsSpan(0, packets.Length);
        var order = _order.AsSpan(0, packets.Length);
        for (var i = 0; i < order.Length; i++)
        {
            // packets of equal content are told apart here already, else each flow would have but one voice for all of them
            sorted[i] = Hash64.Mix(keys[i], packets[i].IpId);
            order[i] = i;
        }
        sorted.Sort(order);
        var votes = new Dictionary<(int, int), int>();
        Span<int> members = stackalloc int[MostFlowsOfGroup];
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
                    isKnown = members[m] == packet.Flow;
                }
                if (!isKnown && count++ < MostFlowsOfGroup)
                {
                    members[count - 1] = packet.Flow;
                    groups[packet.Flow]++;
                }
            }
            for (var a = 0; a < count - 1 && count <= MostFlowsOfGroup; a++)
            {
                for (var b = a + 1; b < count; b++)
                {
                    Vote(votes, members[a], members[b], flows);
                }
            }
            start = end;
        }
        return votes;
    }

    private void Vote(Dictionary<(int, int), int> votes, int a, int b, IReadOnlyList<FlowTuple> flows)
    {
        var (one, other) = (flows[a], flows[b]);
        if ((_masks[a] & _masks[b]) != 0 || one.Protocol != other.Protocol || one.IsFragment != other.IsFragment
            || one.Source.IsV6 != other.Source.IsV6)
        {
            return;
        }
        var pair = a < b ? (a, b) : (b, a);
        votes[pair] = votes.GetValueOrDefault(pair) + 1;
    }

    private static bool SharesEnd(in FlowTuple one, in FlowTuple other) =>
        one.Source == other.Source || one.Destination == other.Destination;
}
