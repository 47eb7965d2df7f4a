namespace Plumbline.Packets.Timing;

/// <summary>Flows that take the same way: their packets, followed from hop to hop.</summary>
internal sealed class WayCollector
{
    private readonly int[] _hops;
    private readonly int[] _placeOf = new int[HopTable.MostHops];
    private readonly SegmentCover _cover = new();
    private readonly Dictionary<int, long> _lastPiece = [];
    private readonly List<bool> _counted = [];

    /// <summary>Starts a way.</summary>
    public WayCollector(int[] hops)
    {
        _hops = hops;
        Array.Fill(_placeOf, -1);
        for (var i = 0; i < hops.Length; i++)
        {
            _placeOf[hops[i]] = i;
        }
        Legs = [.. Enumerable.Range(0, Math.Max(hops.Length - 1, 0)).Select(i => new LegCollector(hops[i], hops[i + 1]))];
        Whole = new(hops[0], hops[^1]);
    }

    public IReadOnlyList<int> Hops => _hops;

    public IReadOnlyList<LegCollector> Legs { get; }

    /// <summary>First hop to last.</summary>
    public LegCollector Whole { get; }

    /// <summary>Flows, one of each class.</summary>
    public HashSet<int> Classes { get; } = [];

    /// <summary>Packets, each once.</summary>
    public long Packets { get; private set; }

    /// <summary>Of these, seen at two hops or more.</summary>
    public long Recognised { get; private set; }

    public long SeenTwice { get; private set; }

    /// <summary>Takes in a flow.</summary>
    /// <param name="packets">All packets.</param>
    /// <param name="keys">Their identities.</param>
    /// <param name="order">The flow's packets, sorted by identity, then by time.</param>
    /// <param name="rewritesIds">See <see cref="HopOrder.RewritesIds"/>.</param>
    /// <param name="isFragment">Later fragments: where all vanish between two hops, packets are put together there, which is no loss.</param>
    /// <param name="core">Packets that were first seen from its start on and before its end count; others are here for their neighbours.</param>
    public void Add(
        ReadOnlySpan<HopPacket> packets, ulong[] keys, ReadOnlySpan<int> order, bool rewritesIds, bool isFragment, (long Start, long End) core)
    {
        var tracks = new TrackSet(_hops.Length);
        for (var start = 0; start < order.Length;)
        {
            var end = start + 1;
            while (end < order.Length && keys[order[end]] == keys[order[start]])
            {
                end++;
            }
            tracks.Add(packets, order[start..end], _placeOf, rewritesIds);
            start = end;
        }
        CollectCounted(packets, tracks, core);
        SeenTwice += tracks.SeenTwice;
        for (var leg = 0; leg < Legs.Count; leg++)
        {
            AddLeg(packets, tracks, leg, isFragment);
        }
        AddWhole(packets, tracks);
    }

    private void CollectCounted(ReadOnlySpan<HopPacket> packets, TrackSet tracks, (long Start, long End) core)
    {
        _counted.Clear();
        for (var track = 0; track < tracks.Count; track++)
        {
            var place = 0;
            while (tracks[track, place] < 0)
            {
                place++;
            }
            var time = packets[tracks[track, place]].Time;
            var isCounted = time >= core.Start && time < core.End;
            _counted.Add(isCounted);
            Packets += isCounted ? 1 : 0;
        }
    }

    private void AddWhole(ReadOnlySpan<HopPacket> packets, TrackSet tracks)
    {
        for (var track = 0; track < tracks.Count; track++)
        {
            var seen = 0;
            for (var place = 0; place < _hops.Length; place++)
            {
                seen += tracks[track, place] >= 0 ? 1 : 0;
            }
            var isCounted = _counted[track];
            Recognised += isCounted && seen > 1 ? 1 : 0;
            var (first, last) = (tracks[track, 0], tracks[track, _hops.Length - 1]);
            if (first < 0)
            {
                continue;
            }
            Whole.Left += isCounted ? 1 : 0;
            if (last >= 0 && !tracks.IsAmbiguous(track) && packets[first].DataLength == packets[last].DataLength)
            {
                Whole.Add(packets[first].Time, packets[last].Time - packets[first].Time, isCounted);
            }
        }
        Whole.EndFlow();
    }

    private void AddLeg(ReadOnlySpan<HopPacket> packets, TrackSet tracks, int place, bool isFragment)
    {
        var leg = Legs[place];
        var isReshaped = Reshapes(packets, tracks, place);
        var isPutTogether = isFragment && !AnyArrives(tracks, place);
        _lastPiece.Clear();
        var piece = isReshaped ? CoverSegments(packets, tracks, place) : 0;
        for (var track = 0; track < tracks.Count; track++)
        {
            var (left, arrived) = (tracks[track, place], tracks[track, place + 1]);
            if (!_counted[track])
            {
                if (left >= 0 && arrived >= 0)
                {
                    AddArrived(leg, packets, tracks, track, place);
                }
                continue;
            }
            if (left < 0)
            {
                leg.Appeared += arrived >= 0 && !tracks.IsSeenBefore(track, place) && !_lastPiece.ContainsKey(track) ? 1 : 0;
                continue;
            }
            leg.Left++;
            if (arrived >= 0)
            {
                AddArrived(leg, packets, tracks, track, place);
            }
            if (arrived < 0 && tracks.IsSeenFrom(track, place + 2))
            {
                leg.Unseen++;
            }
            else if (isReshaped && packets[left].DataLength > 0)
            {
                AddMissingPieces(leg, packets[left], arrived >= 0, _cover.Arrived.GetValueOrDefault(track), piece);
            }
            else if (arrived < 0 && !isPutTogether)
            {
                leg.Missing.Add(packets[left].Time);
            }
        }
        leg.EndFlow();
    }

    /// <summary>Of the flow's later fragments the next hop saw some: nobody puts packets together between the two.</summary>
    private static bool AnyArrives(TrackSet tracks, int place)
    {
        for (var track = 0; track < tracks.Count; track++)
        {
            if (tracks[track, place] >= 0 && tracks[track, place + 1] >= 0)
            {
                return true;
            }
        }
        return false;
    }

    private void AddArrived(LegCollector leg, ReadOnlySpan<HopPacket> packets, TrackSet tracks, int track, int place)
    {
        if (tracks.IsAmbiguous(track))
        {
            leg.Ambiguous += _counted[track] ? 1 : 0;
            return;
        }
        ref readonly var left = ref packets[tracks[track, place]];
        ref readonly var arrived = ref packets[tracks[track, place + 1]];
        var leftAt = left.Time;
        if (arrived.DataLength > left.DataLength)
        {
            // joined: it waited for its last piece, which tells the way's time; without that piece nothing does
            if (!_lastPiece.TryGetValue(track, out leftAt) || leftAt == long.MinValue)
            {
                return;
            }
        }
        leg.Add(leftAt, arrived.Time - leftAt, _counted[track]);
    }

    private static void AddMissingPieces(LegCollector leg, in HopPacket left, bool isSeen, int arrivedBytes, int piece)
    {
        var missing = left.DataLength - arrivedBytes;
        if (missing <= 0)
        {
            return;
        }
        var pieces = arrivedBytes == 0 && !isSeen ? 1 : (missing + piece - 1) / Math.Max(piece, 1);
        for (var i = 0; i < pieces; i++)
        {
            leg.Missing.Add(left.Time);
        }
    }

    /// <summary>Some TCP segment has not the same length at both ends, or is missing at one.</summary>
    private static bool Reshapes(ReadOnlySpan<HopPacket> packets, TrackSet tracks, int place)
    {
        for (var track = 0; track < tracks.Count; track++)
        {
            var (left, arrived) = (tracks[track, place], tracks[track, place + 1]);
            if (left >= 0 && arrived >= 0 ? packets[left].DataLength != packets[arrived].DataLength
                : arrived >= 0 && packets[arrived].DataLength > 0)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Fills <see cref="_cover"/> and <see cref="_lastPiece"/>.</summary>
    /// <returns>The greatest piece that arrived, in bytes.</returns>
    private int CoverSegments(ReadOnlySpan<HopPacket> packets, TrackSet tracks, int place)
    {
        var zero = FirstSequence(packets, tracks, place);
        var left = Parts(packets, tracks, place, zero);
        var arrived = Parts(packets, tracks, place + 1, zero);
        var isBackwards = IsBackwards(packets, tracks, place);
        _cover.Begin(left);
        var piece = 0;
        foreach (var part in arrived)
        {
            var length = (int)(part.End - part.Start);
            piece = Math.Max(piece, length);
            if (tracks[part.Track, place] is var match and >= 0 && packets[match].DataLength == length)
            {
                _cover.AddWhole(part.Track, length);
            }
        }
        foreach (var part in arrived)
        {
            if (tracks[part.Track, place] is var match and >= 0 && packets[match].DataLength == part.End - part.Start)
            {
                continue;
            }
            if (_cover.Add(isBackwards ? part with { Time = long.MaxValue } : part, out var last))
            {
                _lastPiece[part.Track] = last?.Time ?? long.MinValue;
            }
        }
        return piece;
    }

    private static uint FirstSequence(ReadOnlySpan<HopPacket> packets, TrackSet tracks, int place)
    {
        for (var track = 0; track < tracks.Count; track++)
        {
            if (tracks[track, place] is var index and >= 0 && packets[index].DataLength > 0)
            {
                return packets[index].Sequence;
            }
        }
        return 0;
    }

    /// <summary>Most arrive before they left: the clocks disagree, and times tell nothing about which came first.</summary>
    private static bool IsBackwards(ReadOnlySpan<HopPacket> packets, TrackSet tracks, int place)
    {
        var sum = 0;
        for (var track = 0; track < tracks.Count; track++)
        {
            if (tracks[track, place] is var left and >= 0 && tracks[track, place + 1] is var arrived and >= 0)
            {
                sum += packets[arrived].Time < packets[left].Time ? 1 : -1;
            }
        }
        return sum > 0;
    }

    private static List<SegmentCover.Part> Parts(ReadOnlySpan<HopPacket> packets, TrackSet tracks, int place, uint zero)
    {
        var found = new List<(long Time, int Track)>();
        for (var track = 0; track < tracks.Count; track++)
        {
            if (tracks[track, place] is var index and >= 0 && packets[index].DataLength > 0)
            {
                found.Add((packets[index].Time, track));
            }
        }
        found.Sort();
        var parts = new List<SegmentCover.Part>(found.Count);
        var number = (1L << 40) + zero; // sequence numbers that do not wrap: each near the one before it
        foreach (var (time, track) in found)
        {
            ref readonly var packet = ref packets[tracks[track, place]];
            number += (int)(packet.Sequence - (uint)number);
            parts.Add(new(number, number + packet.DataLength, time, track));
        }
        return parts;
    }
}
