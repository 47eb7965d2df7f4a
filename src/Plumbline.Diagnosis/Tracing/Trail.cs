namespace Plumbline.Diagnosis.Tracing;

/// <summary>The hops of one copy, newest last; copies of a flooded frame share their beginning.</summary>
internal sealed class Trail
{
    public Trail(Trail? before, Hop hop) => (Before, Hop, Depth) = (before, hop, (before?.Depth ?? 0) + 1);

    public Trail? Before { get; }

    public Hop Hop { get; }

    public int Depth { get; }

    /// <summary>Facts that were missing here, so that what follows is not certain.</summary>
    public IReadOnlyList<string> Unknowns { get; init; } = [];

    public IReadOnlyList<Hop> Hops
    {
        get
        {
            var hops = new Hop[Depth];
            for (var at = this; at is not null; at = at.Before)
            {
                hops[at.Depth - 1] = at.Hop;
            }
            return hops;
        }
    }

    public IEnumerable<string> AllUnknowns
    {
        get
        {
            for (var at = this; at is not null; at = at.Before)
            {
                foreach (var unknown in at.Unknowns)
                {
                    yield return unknown;
                }
            }
        }
    }
}
