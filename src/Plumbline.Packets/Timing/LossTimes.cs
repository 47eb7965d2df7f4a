namespace Plumbline.Packets.Timing;

/// <summary>When packets left that were not seen again. Exact while they are few; of many, neighbours are joined, so that memory is bounded.</summary>
internal sealed class LossTimes
{
    private const int Most = 100_000;
    private const long Recent = 4_000_000_000;

    private List<(long Time, int Count)> _times = [];

    /// <summary>All, in no order.</summary>
    public IReadOnlyList<(long Time, int Count)> Times => _times;

    /// <summary>Takes in a packet.</summary>
    public void Add(long time)
    {
        _times.Add((time, 1));
        if (_times.Count > Most)
        {
            Join();
        }
    }

    /// <summary>Joins each with its neighbour, but for the latest, of which it is not yet known whether they are under way.</summary>
    private void Join()
    {
        _times.Sort();
        var recent = _times[^1].Time - Recent;
        var joined = new List<(long Time, int Count)>(_times.Count);
        for (var i = 0; i < _times.Count; i++)
        {
            var entry = _times[i];
            if (i + 1 < _times.Count && (_times[i + 1].Time < recent || _times.Count - i > Most / 2))
            {
                entry.Count += _times[++i].Count;
            }
            joined.Add(entry);
        }
        _times = joined;
    }
}
