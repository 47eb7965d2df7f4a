using System.Globalization;
using Plumbline.Packets.Pcapng;

namespace Plumbline.Packets.Timing;

/// <summary>
/// From packets to ways, window after window: flows are joined over NAT (<see cref="FlowClasses"/>), each flow's hops are put in order
/// (<see cref="HopOrder"/>), its packets followed (<see cref="WayCollector"/>), and flows with the same way counted together. A window has
/// packets of before and behind its core beside it, so that what lies across its edges is seen whole, and counted once.
/// </summary>
internal sealed partial class LatencyAnalysis(HopTable table)
{
    /// <summary>More samples of all legs together are not kept: 19 MiB.</summary>
    private const int MostSamples = 1_200_000;

    private readonly FlowClasses _joined = new();
    private readonly Dictionary<int, FlowState> _states = [];
    private readonly Dictionary<string, WayCollector> _ways = [];
    private readonly List<FlowClass> _classes = []; // of the window
    private IReadOnlyList<CapturedInterface> _interfaces = [];
    private LatencyOptions _options = new();
    private ulong[] _keys = [];
    private ulong[] _sortKeys = [];
    private int _flows; // that have a state
    private int[] _order = []; // indices of packets by class, in each by identity, then by time

    /// <summary>A flow in the window.</summary>
    private sealed class FlowClass(int root, FlowState state)
    {
        public int Root => root;

        public FlowState State => state;

        public int Start { get; set; }

        public int Count { get; set; }

        public bool RewritesIds { get; set; }

        public bool IsAsked { get; set; } = true;
    }

    /// <summary>Takes in a window.</summary>
    /// <param name="packets">With those beside its core.</param>
    /// <param name="core">Nanoseconds since 1970 UTC; the end is not in it.</param>
    /// <param name="options">What is asked, as far as the file has told it.</param>
    public void Take(ReadOnlySpan<HopPacket> packets, (long Start, long End) core, LatencyOptions options)
    {
        _options = options;
        if (_keys.Length < packets.Length)
        {
            (_keys, _sortKeys, _order) = (new ulong[packets.Length], new ulong[packets.Length], new int[packets.Length]);
        }
        for (var i = 0; i < packets.Length; i++)
        {
            _keys[i] = table.IsCut ? packets[i].Brief : packets[i].Identity;
        }
        _joined.Join(packets, _keys.AsSpan(0, packets.Length), table.Flows);
        Arrange(packets, core);
        foreach (var flowClass in _classes)
        {
            FindHops(packets, flowClass);
        }
        foreach (var flowClass in _classes)
        {
            Follow(packets, flowClass, core);
        }
        var legs = _ways.Values.SelectMany(w => w.Legs.Append(w.Whole)).ToList();
        if (legs.Sum(l => (long)l.Samples.Count) > MostSamples)
        {
            legs.ForEach(l => l.Halve());
        }
    }

    /// <summary>What all windows told.</summary>
    /// <param name="interfaces">Of the file, with their statistics where they have them.</param>
    public LatencyReport ToReport(IReadOnlyList<CapturedInterface> interfaces)
    {
        _interfaces = interfaces;
        var ways = _ways.Values.Where(w => w.Recognised > 0 || _options.Way.Count > 0).OrderByDescending(w => w.Packets).ToList();
        return new()
        {
            Hops = [.. _interfaces.Take(HopTable.MostHops).Select(HopOf)],
            Ways = [.. ways.Where(w => w.Packets > 0).Select(Report)],
            Vanished = FindVanished(ways),
            Doubts = FindDoubts(ways),
            Packets = table.Packets,
            Recognised = ways.Sum(w => w.Recognised),
            NotFollowed = table.NotFollowed,
            Unusable = table.Unusable,
            Beyond = table.Beyond,
            IsCut = table.IsCut,
            StartNanoseconds = FileTimes().Start,
            EndNanoseconds = FileTimes().End,
        };
    }

    /// <summary>Fills <see cref="_classes"/> and <see cref="_order"/>.</summary>
    private void Arrange(ReadOnlySpan<HopPacket> packets, (long Start, long End) core)
    {
        JoinStates();
        _classes.Clear();
        var places = new int[table.Flows.Count]; // of a root in _classes, from 1
        foreach (ref readonly var packet in packets)
        {
            var root = _joined.RootOf(packet.Flow);
            if (places[root] == 0)
            {
                _classes.Add(new(root, StateOf(root)));
                places[root] = _classes.Count;
            }
            var flowClass = _classes[places[root] - 1];
            flowClass.Count++;
            if (packet.Time >= core.Start && packet.Time < core.End)
            {
                flowClass.State.Add(packet.Hop);
            }
        }
        var start = 0;
        foreach (var flowClass in _classes)
        {
            flowClass.Start = start;
            start += flowClass.Count;
            flowClass.Count = 0;
            flowClass.IsAsked = _options.IsAsked(flowClass.State.Flows, table.Flows);
        }
        for (var i = 0; i < packets.Length; i++)
        {
            var flowClass = _classes[places[_joined.RootOf(packets[i].Flow)] - 1];
            var place = flowClass.Start + flowClass.Count++;
            (_order[place], _sortKeys[place]) = (i, _keys[i]);
        }
        foreach (var flowClass in _classes)
        {
            Array.Sort(_sortKeys, _order, flowClass.Start, flowClass.Count);
            SortEqualByTime(packets, _sortKeys, _order, flowClass.Start, flowClass.Start + flowClass.Count);
        }
    }

    /// <summary>Every flow has a state, and those that were found to be one have one.</summary>
    private void JoinStates()
    {
        for (var flow = _flows; flow < table.Flows.Count; flow++)
        {
            var state = new FlowState();
            state.Flows.Add(flow);
            _states.Add(flow, state);
        }
        _flows = table.Flows.Count;
        foreach (var flow in _states.Keys.Where(f => _joined.RootOf(f) != f).ToList())
        {
            _states.Remove(flow, out var state);
            StateOf(_joined.RootOf(flow)).Join(state!);
        }
    }

    private FlowState StateOf(int root) => _states[root];

    private ReadOnlySpan<int> Of(FlowClass flowClass) => _order.AsSpan(flowClass.Start, flowClass.Count);

    private static void SortEqualByTime(ReadOnlySpan<HopPacket> packets, ulong[] keys, int[] order, int start, int end)
    {
        long[]? times = null;
        while (start < end)
        {
            var next = start + 1;
            while (next < end && keys[next] == keys[start])
            {
                next++;
            }
            if (next - start > 1)
            {
                times = times?.Length >= next - start ? times : new long[Math.Max(next - start, 16)];
                for (var i = start; i < next; i++)
                {
                    times[i - start] = packets[order[i]].Time;
                }
                times.AsSpan(0, next - start).Sort(order.AsSpan(start, next - start));
            }
            start = next;
        }
    }

    private void FindHops(ReadOnlySpan<HopPacket> packets, FlowClass flowClass)
    {
        if (!flowClass.IsAsked)
        {
            return;
        }
        var (state, mask) = (flowClass.State, _joined.MaskOfClass(flowClass.Root));
        if (state.Order is not { } hopOrder || state.Mask != mask)
        {
            (state.Order, state.Mask) = (hopOrder = new(mask), mask);
        }
        var mine = Of(flowClass);
        for (var start = 0; start < mine.Length;)
        {
            var end = EndOfGroup(mine, start);
            if (end - start > 1)
            {
                hopOrder.Add(packets, mine[start..end]);
            }
            start = end;
        }
        flowClass.RewritesIds = hopOrder.RewritesIds;
        state.Hops = HopsOf(flowClass, hopOrder);
    }

    private int EndOfGroup(ReadOnlySpan<int> mine, int start)
    {
        var end = start + 1;
        while (end < mine.Length && _keys[mine[end]] == _keys[mine[start]])
        {
            end++;
        }
        return end;
    }

    private void Follow(ReadOnlySpan<HopPacket> packets, FlowClass flowClass, (long Start, long End) core)
    {
        var state = flowClass.State;
        if (state.Hops.Length == 0 || !flowClass.IsAsked)
        {
            return;
        }
        var flow = table.Flows[state.Flows[0]];
        var key = string.Join(',', state.Hops);
        if (IsOrderOfBoth(flowClass))
        {
            key += flow.Source.CompareTo(flow.Destination) <= 0 ? ">" : "<";
        }
        if (!_ways.TryGetValue(key, out var way))
        {
            _ways.Add(key, way = new(state.Hops));
        }
        way.Classes.Add(flowClass.Root);
        way.Add(packets, _keys, Of(flowClass), flowClass.RewritesIds, flow.IsFragment, core);
    }

    /// <summary>The other direction seems to pass the hops in the same order, which only clocks can make.</summary>
    private bool IsOrderOfBoth(FlowClass flowClass)
    {
        foreach (var flow in flowClass.State.Flows)
        {
            if (table.TryFind(table.Flows[flow].Reversed, out var reverse) && _joined.RootOf(reverse) is var other
                && other != flowClass.Root && flowClass.State.Hops.Length > 1
                && StateOf(other).Hops.AsSpan().SequenceEqual(flowClass.State.Hops))
            {
                return true;
            }
        }
        return false;
    }

    private int[] HopsOf(FlowClass flowClass, HopOrder order)
    {
        if (_options.Way.Count == 0)
        {
            return _options.Ranks.Count == 0 ? order.ByTime() : ByRank(flowClass, order);
        }
        var onWay = _options.Way.Any(h => (_joined.MaskOfClass(flowClass.Root) >> h & 1) != 0);
        if (!onWay)
        {
            return [];
        }
        var direction = DirectionBySender(flowClass);
        if (direction == 0)
        {
            direction = order.DirectionOn(_options.Way);
        }
        var way = _options.Way.Where(h => IsTaken(flowClass, h));
        return direction >= 0 ? [.. way] : [.. way.Reverse()];
    }

    /// <summary>Of hops that stand side by side those that saw the flow; where none did, the first.</summary>
    private bool IsTaken(FlowClass flowClass, int hop)
    {
        if (_options.Ranks.Count == 0 || (_joined.MaskOfClass(flowClass.Root) >> hop & 1) != 0)
        {
            return true;
        }
        var beside = Enumerable.Range(0, _options.Ranks.Count).Where(h => _options.Ranks[h] == _options.Ranks[hop]);
        return beside.First() == hop && !beside.Any(h => (_joined.MaskOfClass(flowClass.Root) >> h & 1) != 0);
    }

    private int[] ByRank(FlowClass flowClass, HopOrder order)
    {
        int[] hops = [.. Enumerable.Range(0, _options.Ranks.Count).Where(h => (_joined.MaskOfClass(flowClass.Root) >> h & 1) != 0).OrderBy(h => _options.Ranks[h])];
        if (order.DirectionOn(hops) < 0)
        {
            Array.Reverse(hops);
        }
        return hops;
    }

    private long DirectionBySender(FlowClass flowClass)
    {
        foreach (var flow in flowClass.State.Flows)
        {
            if (_options.Senders.Contains(table.Flows[flow].Source))
            {
                return 1;
            }
            if (_options.Senders.Contains(table.Flows[flow].Destination))
            {
                return -1;
            }
        }
        return 0;
    }

    private (long Start, long End) FileTimes()
    {
        var (start, end) = (long.MaxValue, long.MinValue);
        for (var hop = 0; hop < HopTable.MostHops; hop++)
        {
            if (table.PacketsOfHop[hop] > 0)
            {
                (start, end) = (Math.Min(start, table.FirstOfHop[hop]), Math.Max(end, table.LastOfHop[hop]));
            }
        }
        return start > end ? (0, 0) : (start, end);
    }

    /// <summary>When a hop captured: as the file says; else from its first packet to the file's last.</summary>
    private (long Start, long End) TimesOf(int hop)
    {
        var file = FileTimes();
        var statistics = _interfaces[hop].Statistics;
        var start = statistics?.StartNanoseconds ?? (table.PacketsOfHop[hop] > 0 ? table.FirstOfHop[hop] : file.Start);
        return (start, statistics is { StartNanoseconds: not null } ? Math.Max(statistics.EndNanoseconds, file.End) : file.End);
    }

    private bool IsCopy(int hop) => _interfaces[hop].Hop is { IsMirror: true };

    private HopReport HopOf(CapturedInterface @interface, int index) => new()
    {
        Index = index,
        Name = @interface.Name is { Length: > 0 } name ? name : index.ToString(CultureInfo.InvariantCulture),
        Packets = table.PacketsOfHop[index],
        Dropped = @interface.Statistics?.Dropped,
        Section = @interface.Section,
        IsCopy = IsCopy(index),
        Note = @interface.Hop,
    };
}
