namespace Plumbline.Packets.Timing;

/// <summary>
/// TCP segments that one hop shows cut or joined otherwise than the next (TSO, GSO, GRO): whose bytes arrived, and in which segment the last
/// byte of a joined one came. A byte that left twice arrived in the segment that left last before and has not arrived whole.
/// </summary>
internal sealed class SegmentCover
{
    private readonly List<Part> _left = [];
    private readonly List<(long Start, long End)> _rest = [];
    private int _longest;

    /// <summary>A segment that left.</summary>
    /// <param name="Start">Its first byte's number, which does not wrap.</param>
    /// <param name="End">Behind its last.</param>
    /// <param name="Time">When.</param>
    /// <param name="Track">Whose.</param>
    internal readonly record struct Part(long Start, long End, long Time, int Track);

    /// <summary>Bytes of each track's segment that arrived.</summary>
    public Dictionary<int, int> Arrived { get; } = [];

    /// <summary>Starts with what left.</summary>
    public void Begin(IEnumerable<Part> left)
    {
        _left.Clear();
        Arrived.Clear();
        _left.AddRange(left);
        _left.Sort(static (a, b) => a.Start != b.Start ? a.Start.CompareTo(b.Start) : a.Time.CompareTo(b.Time));
        _longest = 0;
        foreach (var part in _left)
        {
            _longest = (int)Math.Max(_longest, part.End - part.Start);
        }
    }

    /// <summary>All of a track's segment arrived, as it was.</summary>
    public void AddWhole(int track, int length) => Arrived[track] = length;

    /// <summary>A segment arrived that is not one of those that left.</summary>
    /// <param name="arrived">It; its time the greatest of all where times tell nothing.</param>
    /// <param name="last">The segment that brought its last byte, if it ended there too; null where none is known.</param>
    /// <returns>Some of its bytes left before.</returns>
    public bool Add(in Part arrived, out Part? last)
    {
        _rest.Clear();
        _rest.Add((arrived.Start, arrived.End));
        last = null;
        var isKnown = false;
        while (_rest.Count > 0 && Latest(arrived.Time) is { } part)
        {
            for (var i = _rest.Count - 1; i >= 0; i--)
            {
                var (start, end) = (Math.Max(_rest[i].Start, part.Start), Math.Min(_rest[i].End, part.End));
                if (start >= end)
                {
                    continue;
                }
                isKnown = true;
                Arrived[part.Track] = Arrived.GetValueOrDefault(part.Track) + (int)(end - start);
                var rest = _rest[i];
                _rest.RemoveAt(i);
                if (rest.Start < start)
                {
                    _rest.Add((rest.Start, start));
                }
                if (end < rest.End)
                {
                    _rest.Add((end, rest.End));
                }
            }
            if (part.End == arrived.End)
            {
                last = part;
            }
        }
        return isKnown;
    }

    /// <summary>The latest to leave by then of those that hold something of the rest.</summary>
    private Part? Latest(long time)
    {
        Part? best = null;
        Part? whole = null;
        foreach (var (start, end) in _rest)
        {
            for (var i = FirstBehind(start - _longest); i < _left.Count && _left[i].Start < end; i++)
            {
                var part = _left[i];
                if (part.End <= start || part.Time > time)
                {
                    continue;
                }
                if (Arrived.GetValueOrDefault(part.Track) >= part.End - part.Start)
                {
                    whole = whole is null || part.Time > whole.Value.Time ? part : whole;
                }
                else if (best is null || part.Time > best.Value.Time)
                {
                    best = part;
                }
            }
        }
        return best ?? whole;
    }

    private int FirstBehind(long start)
    {
        var (low, high) = (0, _left.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _left[middle].Start < start ? (middle + 1, high) : (low, middle);
        }
        return low;
    }
}
