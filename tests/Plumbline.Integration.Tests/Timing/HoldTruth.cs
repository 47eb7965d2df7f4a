namespace Plumbline.Integration.Tests.Timing;

/// <summary>
/// A holder's own books: when each packet that it was asked about came and went, by the number that it bears (a switch that does not know a
/// receiver yet sends copies). What <c>plumb latency</c> says must agree.
/// </summary>
internal sealed class HoldTruth
{
    private readonly Dictionary<int, (long Arrived, long Sent)> _passed = [];
    private readonly HashSet<int> _lost = [];

    /// <summary>Packets that came.</summary>
    public int Came => _passed.Count + Lost;

    /// <summary>Packets thrown away.</summary>
    public int Lost => _lost.Count(n => !_passed.ContainsKey(n));

    /// <summary>Went behind one that had come later (RFC 4737).</summary>
    public int Reordered
    {
        get
        {
            var (count, latest) = (0, long.MinValue);
            foreach (var (arrived, _) in _passed.Values.OrderBy(p => p.Sent))
            {
                count += arrived < latest ? 1 : 0;
                latest = Math.Max(latest, arrived);
            }
            return count;
        }
    }

    public void AddPassed(int number, long arrived, long sent) => _passed.TryAdd(number, (arrived, sent));

    public void AddLost(int number) => _lost.Add(number);

    /// <summary>Nearest rank of the times that packets stayed, in nanoseconds.</summary>
    public long Stay(double part)
    {
        var sorted = _passed.Values.Select(p => p.Sent - p.Arrived).Order().ToList();
        return sorted.Count == 0 ? 0 : sorted[Math.Clamp((int)Math.Ceiling(part * sorted.Count) - 1, 0, sorted.Count - 1)];
    }
}
