namespace Plumbline.Packets.Timing;

/// <summary>In which order the packets of a flow pass the hops, by the times of those that each hop saw once; where all are alike, of the first.</summary>
internal sealed class HopOrder
{
    private readonly int[] _hops;
    private readonly int[] _place = new int[HopTable.MostHops];
    private readonly int[] _before;
    private readonly int[] _firsts = new int[HopTable.MostHops];
    private bool _hasClean; // packets that each hop saw once: only they count then
    private bool _hasAlike;
    private int _sameId;
    private int _otherId;

    /// <summary>Starts with the hops that saw the flow.</summary>
    public HopOrder(ulong mask)
    {
        _hops = [.. Enumerable.Range(0, HopTable.MostHops).Where(h => (mask >> h & 1) != 0)];
        Array.Fill(_place, -1);
        for (var i = 0; i < _hops.Length; i++)
        {
            _place[_hops[i]] = i;
        }
        _before = new int[_hops.Length * _hops.Length];
    }

    /// <summary>IPv4 identifications differ from hop to hop: somebody rewrites them.</summary>
    public bool RewritesIds => _otherId > _sameId;

    /// <summary>Takes in all that have the same identity, sorted by time.</summary>
    public void Add(ReadOnlySpan<HopPacket> packets, ReadOnlySpan<int> group)
    {
        var seen = 0UL;
        var count = 0;
        foreach (var index in group)
        {
            var bit = 1UL << packets[index].Hop;
            if ((seen & bit) == 0)
            {
                _firsts[count++] = index;
            }
            seen |= bit;
        }
        var isClean = count == group.Length;
        if (!isClean && (_hasClean || _hasAlike))
        {
            return; // of those that are alike only the flow's beginning tells: later a window may start between two hops
        }
        _hasAlike |= !isClean;
        if (isClean && count > 1 && !_hasClean)
        {
            _hasClean = true;
            Array.Clear(_before);
        }
        group = _firsts.AsSpan(0, count); // whichever of several it was: a hop sees its first after the hops before it saw theirs
        for (var i = 0; i < group.Length - 1; i++)
        {
            ref readonly var one = ref packets[group[i]];
            for (var j = i + 1; j < group.Length; j++)
            {
                ref readonly var other = ref packets[group[j]];
                var (first, second) = one.Time <= other.Time ? (one.Hop, other.Hop) : (other.Hop, one.Hop);
                if (one.Time != other.Time)
                {
                    _before[_place[first] * _hops.Length + _place[second]]++;
                }
                if (!isClean)
                {
                    continue;
                }
                if (one.IpId == other.IpId)
                {
                    _sameId++;
                }
                else if (one.IpId != 0 && other.IpId != 0)
                {
                    _otherId++;
                }
            }
        }
    }

    /// <summary>The hops, first to last.</summary>
    public int[] ByTime()
    {
        var wins = new int[_hops.Length];
        for (var i = 0; i < _hops.Length; i++)
        {
            for (var j = 0; j < _hops.Length; j++)
            {
                wins[i] += Before(i, j) > Before(j, i) ? 1 : 0;
            }
        }
        var sorted = (int[])_hops.Clone();
        Array.Sort([.. wins.Select(w => -w * HopTable.MostHops)], sorted);
        return sorted;
    }

    /// <summary>The hops of a known way that saw the flow and those between and behind: which direction fits the times.</summary>
    /// <returns>Above 0: as <paramref name="way"/>; below 0: the other way round; 0: the times do not tell.</returns>
    public long DirectionOn(IReadOnlyList<int> way)
    {
        var sum = 0L;
        for (var i = 0; i < way.Count - 1; i++)
        {
            for (var j = i + 1; j < way.Count; j++)
            {
                var (a, b) = (_place[way[i]], _place[way[j]]);
                if (a >= 0 && b >= 0)
                {
                    sum += Before(a, b) - Before(b, a);
                }
            }
        }
        return sum;
    }

    private int Before(int i, int j) => _before[i * _hops.Length + j];
}
