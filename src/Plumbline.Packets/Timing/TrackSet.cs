namespace Plumbline.Packets.Timing;

/// <summary>
/// The packets of one flow, each with its appearance at every hop of the way. Where several packets have one identity
/// (retransmissions, datagrams with equal payload) IPv4's identification tells them apart, else the times.
/// </summary>
internal sealed class TrackSet(int hops)
{
    private readonly List<int> _packets = []; // index of a HopPacket by track and place on the way; -1 where it was not seen
    private readonly List<bool> _ambiguous = [];
    private readonly List<int> _open = [];
    private readonly List<int> _arrived = [];

    /// <summary>Packets.</summary>
    public int Count => _ambiguous.Count;

    /// <summary>A hop that saw a packet twice (a bridge shows it coming and going): the first counts.</summary>
    public long SeenTwice { get; private set; }

    /// <summary>The packet at a place of the way, −1 where it was not seen.</summary>
    public int this[int track, int place] => _packets[track * hops + place];

    /// <summary>It cannot be told from others of the same content: its delay counts nowhere.</summary>
    public bool IsAmbiguous(int track) => _ambiguous[track];

    /// <summary>Seen at this place or behind.</summary>
    public bool IsSeenFrom(int track, int place)
    {
        for (; place < hops; place++)
        {
            if (this[track, place] >= 0)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Seen before this place.</summary>
    public bool IsSeenBefore(int track, int place)
    {
        for (var i = 0; i < place; i++)
        {
            if (this[track, i] >= 0)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Takes in all of the flow that have the same identity, sorted by time.</summary>
    /// <param name="packets">All.</param>
    /// <param name="group">Indices.</param>
    /// <param name="placeOf">The hop's place on the way; −1: it is not on it.</param>
    /// <param name="rewritesIds">Identifications are not comparable.</param>
    public void Add(ReadOnlySpan<HopPacket> packets, ReadOnlySpan<int> group, ReadOnlySpan<int> placeOf, bool rewritesIds)
    {
        var seen = 0UL;
        var isClean = true;
        foreach (var index in group)
        {
            var bit = 1UL << packets[index].Hop;
            isClean &= (seen & bit) == 0;
            seen |= bit;
        }
        var first = Count;
        if (isClean)
        {
            var track = -1;
            foreach (var index in group)
            {
                if (placeOf[packets[index].Hop] is var place and >= 0)
                {
                    track = track < 0 ? NewTrack() : track;
                    _packets[track * hops + place] = index;
                }
            }
            return;
        }
        for (var place = 0; place < hops; place++)
        {
            Arrive(packets, group, placeOf, place, first, rewritesIds);
        }
    }

    private int NewTrack()
    {
        for (var i = 0; i < hops; i++)
        {
            _packets.Add(-1);
        }
        _ambiguous.Add(false);
        return Count - 1;
    }

    private void Arrive(
        ReadOnlySpan<HopPacket> packets, ReadOnlySpan<int> group, ReadOnlySpan<int> placeOf, int place, int firstTrack, bool rewritesIds)
    {
        _arrived.Clear();
        foreach (var index in group)
        {
            if (placeOf[packets[index].Hop] == place)
            {
                _arrived.Add(index);
            }
        }
        if (_arrived.Count > 1)
        {
            DropSeenTwice(packets);
        }
        _open.Clear();
        for (var track = firstTrack; track < Count; track++)
        {
            _open.Add(track);
        }
        if (_open.Count > 0 && !rewritesIds)
        {
            PairById(packets, place);
        }
        if (_open.Count > 0)
        {
            PairByTime(packets, place, rewritesIds);
        }
        foreach (var index in _arrived)
        {
            _packets[NewTrack() * hops + place] = index;
        }
    }

    private int LastOf(int track, int place)
    {
        do
        {
            place--;
        }
        while (_packets[track * hops + place] < 0);
        return _packets[track * hops + place];
    }

    private void DropSeenTwice(ReadOnlySpan<HopPacket> packets)
    {
        const long soon = 1_000_000_000;
        var last = new Dictionary<ushort, long>();
        var kept = 0;
        for (var i = 0; i < _arrived.Count; i++)
        {
            ref readonly var packet = ref packets[_arrived[i]];
            if (packet.IpId != 0 && last.TryGetValue(packet.IpId, out var before) && packet.Time - before < soon)
            {
                SeenTwice++;
                continue;
            }
            last[packet.IpId] = packet.Time;
            _arrived[kept++] = _arrived[i];
        }
        _arrived.RemoveRange(kept, _arrived.Count - kept);
    }

    /// <summary>The same identification: the same packet; where it came round again, the latest that had left by then.</summary>
    private void PairById(ReadOnlySpan<HopPacket> packets, int place)
    {
        var byId = new Dictionary<ushort, List<int>>();
        foreach (var track in _open)
        {
            if (packets[LastOf(track, place)].IpId is var id and not 0)
            {
                (byId.TryGetValue(id, out var list) ? list : byId[id] = []).Add(track);
            }
        }
        var taken = new HashSet<int>();
        for (var i = _arrived.Count - 1; i >= 0; i--)
        {
            ref readonly var arrived = ref packets[_arrived[i]];
            if (!byId.TryGetValue(arrived.IpId, out var tracks) || tracks.Count == 0)
            {
                continue;
            }
            var choice = tracks.Count - 1;
            while (choice > 0 && packets[LastOf(tracks[choice], place)].Time > arrived.Time)
            {
                choice--;
            }
            taken.Add(tracks[choice]);
            _packets[tracks[choice] * hops + place] = _arrived[i];
            tracks.RemoveAt(choice);
            _arrived[i] = -1;
        }
        _arrived.RemoveAll(static index => index < 0);
        _open.RemoveAll(taken.Contains);
    }

    /// <summary>
    /// Nothing tells them apart but time. As many as left: in their order. Fewer: from the last to the first, each the latest that had left
    /// by then, which is right while the way takes less time than lies between two of them; else they are ambiguous.
    /// </summary>
    private void PairByTime(ReadOnlySpan<HopPacket> packets, int place, bool rewritesIds)
    {
        var left = new List<(long Time, int Track)>();
        foreach (var track in _open)
        {
            ref readonly var packet = ref packets[LastOf(track, place)];
            if (rewritesIds || packet.IpId == 0)
            {
                left.Add((packet.Time, track));
            }
        }
        left.Sort();
        var waiting = new List<int>();
        for (var i = 0; i < _arrived.Count; i++)
        {
            if (rewritesIds || packets[_arrived[i]].IpId == 0)
            {
                waiting.Add(_arrived[i]);
                _arrived[i] = -1;
            }
        }
        _arrived.RemoveAll(static index => index < 0);
        if (left.Count == waiting.Count)
        {
            for (var i = 0; i < left.Count; i++)
            {
                _packets[left[i].Track * hops + place] = waiting[i];
            }
            return;
        }
        var next = left.Count - 1;
        for (var i = waiting.Count - 1; i >= 0; i--)
        {
            var time = packets[waiting[i]].Time;
            while (next >= 0 && left[next].Time > time)
            {
                next--;
            }
            if (next < 0)
            {
                _arrived.Add(waiting[i]);
                continue;
            }
            var (leftAt, track) = left[next--];
            _packets[track * hops + place] = waiting[i];
            _ambiguous[track] |= next >= 0 && time - leftAt >= leftAt - left[next].Time;
        }
    }
}
