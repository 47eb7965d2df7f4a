using System.Globalization;
using Plumbline.Packets.Pcapng;

namespace Plumbline.Packets.Timing;

/// <summary>
/// From packets to ways: flows are joined over NAT (<see cref="FlowClasses"/>), each flow's hops are put in order (<see cref="HopOrder"/>),
/// its packets followed (<see cref="WayCollector"/>), and flows with the same way counted together.
/// </summary>
internal sealed partial class LatencyAnalysis
{
    private readonly HopTable _table;
    private readonly IReadOnlyList<CapturedInterface> _interfaces;
    private readonly LatencyOptions _options;
    private readonly List<FlowClass> _classes = [];
    private readonly Dictionary<string, WayCollector> _ways = [];
    private int[] _order = []; // indices of packets by class, in each by identity, then by time

    public LatencyAnalysis(HopTable table, IReadOnlyList<CapturedInterface> interfaces, LatencyOptions options) =>
        (_table, _interfaces, _options) = (table, interfaces, options);

    /// <summary>A flow, on both sides of a NAT.</summary>
    private sealed class FlowClass
    {
        public List<int> Flows { get; } = [];

        public ulong Mask { get; set; }

        public int Start { get; set; }

        public int Count { get; set; }

        public int[] Hops { get; set; } = [];

        public bool RewritesIds { get; set; }

        public bool IsAsked { get; set; } = true;
    }

    public LatencyReport Run()
    {
        var packets = _table.Taken;
        var keys = new ulong[packets.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = _table.IsCut ? packets[i].Brief : packets[i].Identity;
        }
        var classOf = FlowClasses.Join(packets, keys, _table.Flows);
        Arrange(packets, keys, classOf);
        foreach (var flowClass in _classes)
        {
            FindHops(packets, keys, flowClass);
        }
        for (var number = 0; number < _classes.Count; number++)
        {
            Follow(packets, keys, number, classOf);
        }
        var ways = _ways.Values.Where(w => w.Recognised > 0 || _options.Way.Count > 0).OrderByDescending(w => w.Packets).ToList();
        return new()
        {
            Hops = [.. _interfaces.Take(HopTable.MostHops).Select(HopOf)],
            Ways = [.. ways.Select(Report)],
            Vanished = FindVanished(ways),
            Doubts = FindDoubts(ways, classOf),
            Packets = _table.Packets,
            Recognised = ways.Sum(w => w.Recognised),
            NotFollowed = _table.NotFollowed,
            Unusable = _table.Unusable,
            Beyond = _table.Beyond,
            IsCut = _table.IsCut,
            StartNanoseconds = FileTimes().Start,
            EndNanoseconds = FileTimes().End,
        };
    }

    /// <summary>Fills <see cref="_classes"/> and <see cref="_order"/>.</summary>
    private void Arrange(ReadOnlySpan<HopPacket> packets, ulong[] keys, int[] classOf)
    {
        for (var flow = 0; flow < classOf.Length; flow++)
        {
            while (_classes.Count <= classOf[flow])
            {
                _classes.Add(new());
            }
            _classes[classOf[flow]].Flows.Add(flow);
        }
        foreach (ref readonly var packet in packets)
        {
            var flowClass = _classes[classOf[packet.Flow]];
            flowClass.Count++;
            flowClass.Mask |= 1UL << packet.Hop;
        }
        var start = 0;
        foreach (var flowClass in _classes)
        {
            flowClass.Start = start;
            start += flowClass.Count;
            flowClass.Count = 0;
            flowClass.IsAsked = _options.IsAsked(flowClass.Flows, _table.Flows);
        }
        var order = new int[packets.Length];
        var sortKeys = new ulong[packets.Length];
        for (var i = 0; i < packets.Length; i++)
        {
            var flowClass = _classes[classOf[packets[i].Flow]];
            var place = flowClass.Start + flowClass.Count++;
            (order[place], sortKeys[place]) = (i, keys[i]);
        }
        foreach (var flowClass in _classes)
        {
            Array.Sort(sortKeys, order, flowClass.Start, flowClass.Count);
            SortEqualByTime(packets, sortKeys, order, flowClass.Start, flowClass.Start + flowClass.Count);
        }
        _order = order;
    }

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

    private void FindHops(ReadOnlySpan<HopPacket> packets, ulong[] keys, FlowClass flowClass)
    {
        if (!flowClass.IsAsked || flowClass.Count == 0)
        {
            return;
        }
        var mine = Of(flowClass);
        var hopOrder = new HopOrder(flowClass.Mask);
        for (var start = 0; start < mine.Length;)
        {
            var end = start + 1;
            while (end < mine.Length && keys[mine[end]] == keys[mine[start]])
            {
                end++;
            }
            if (end - start > 1)
            {
                hopOrder.Add(packets, mine[start..end]);
            }
            start = end;
        }
        flowClass.RewritesIds = hopOrder.RewritesIds;
        flowClass.Hops = HopsOf(flowClass, hopOrder);
    }

    private void Follow(ReadOnlySpan<HopPacket> packets, ulong[] keys, int number, int[] classOf)
    {
        var flowClass = _classes[number];
        if (flowClass.Hops.Length == 0)
        {
            return;
        }
        var key = string.Join(',', flowClass.Hops);
        if (IsOrderOfBoth(flowClass, classOf))
        {
            var flow = _table.Flows[flowClass.Flows[0]];
            key += flow.Source.CompareTo(flow.Destination) <= 0 ? ">" : "<";
        }
        if (!_ways.TryGetValue(key, out var way))
        {
            _ways.Add(key, way = new(flowClass.Hops));
        }
        way.Classes.Add(number);
        way.Add(packets, keys, Of(flowClass), flowClass.RewritesIds, _table.Flows[flowClass.Flows[0]].IsFragment);
    }

    /// <summary>The other direction seems to pass the hops in the same order, which only clocks can make.</summary>
    private bool IsOrderOfBoth(FlowClass flowClass, int[] classOf)
    {
        foreach (var flow in flowClass.Flows)
        {
            if (_table.TryFind(_table.Flows[flow].Reversed, out var reverse) && classOf[reverse] is var other
                && !ReferenceEquals(_classes[other], flowClass) && flowClass.Hops.Length > 1
                && _classes[other].Hops.AsSpan().SequenceEqual(flowClass.Hops))
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
        var onWay = _options.Way.Any(h => (flowClass.Mask >> h & 1) != 0);
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
        if (_options.Ranks.Count == 0 || (flowClass.Mask >> hop & 1) != 0)
        {
            return true;
        }
        var beside = Enumerable.Range(0, _options.Ranks.Count).Where(h => _options.Ranks[h] == _options.Ranks[hop]);
        return beside.First() == hop && !beside.Any(h => (flowClass.Mask >> h & 1) != 0);
    }

    private int[] ByRank(FlowClass flowClass, HopOrder order)
    {
        int[] hops = [.. Enumerable.Range(0, _options.Ranks.Count).Where(h => (flowClass.Mask >> h & 1) != 0).OrderBy(h => _options.Ranks[h])];
        if (order.DirectionOn(hops) < 0)
        {
            Array.Reverse(hops);
        }
        return hops;
    }

    private long DirectionBySender(FlowClass flowClass)
    {
        foreach (var flow in flowClass.Flows)
        {
            if (_options.Senders.Contains(_table.Flows[flow].Source))
            {
                return 1;
            }
            if (_options.Senders.Contains(_table.Flows[flow].Destination))
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
            if (_table.PacketsOfHop[hop] > 0)
            {
                (start, end) = (Math.Min(start, _table.FirstOfHop[hop]), Math.Max(end, _table.LastOfHop[hop]));
            }
        }
        return start > end ? (0, 0) : (start, end);
    }

    /// <summary>When a hop captured: as the file says; else from its first packet to the file's last.</summary>
    private (long Start, long End) TimesOf(int hop)
    {
        var file = FileTimes();
        var statistics = _interfaces[hop].Statistics;
        var start = statistics?.StartNanoseconds ?? (_table.PacketsOfHop[hop] > 0 ? _table.FirstOfHop[hop] : file.Start);
        return (start, statistics is { StartNanoseconds: not null } ? Math.Max(statistics.EndNanoseconds, file.End) : file.End);
    }

    private bool IsCopy(int hop) => _interfaces[hop].Hop is { IsMirror: true };

    private HopReport HopOf(CapturedInterface @interface, int index) => new()
    {
        Index = index,
        Name = @interface.Name is { Length: > 0 } name ? name : index.ToString(CultureInfo.InvariantCulture),
        Packets = _table.PacketsOfHop[index],
        Dropped = @interface.Statistics?.Dropped,
        Section = @interface.Section,
        IsCopy = IsCopy(index),
        Note = @interface.Hop,
    };
}
