namespace Plumbline.Iptables.Simulation;

/// <summary>One of the packets that a question follows side by side: where it stands, and what it took for granted to get there.</summary>
internal sealed class Walker
{
    public Walk Walk;

    /// <summary>The way that it takes: nat may turn it.</summary>
    public required ResolvedPath Path { get; set; }

    /// <summary>The way that it takes once the hook is over; null: the same.</summary>
    public ResolvedPath? Onward { get; set; }

    /// <summary>Index of the hook.</summary>
    public int Point { get; set; }

    /// <summary>Index of the table among the hook's.</summary>
    public int Step { get; set; }

    /// <summary>The chain; -1: between tables.</summary>
    public int Chain { get; set; } = -1;

    /// <summary>Index of the next rule in the chain.</summary>
    public int Next { get; set; }

    /// <summary>The rule that ended the last table; -1: a policy.</summary>
    public int Decider { get; set; } = -1;

    /// <summary>Somebody outside the rules has accepted it: the table is over.</summary>
    public bool IsAccepted { get; set; }

    /// <summary>Somebody outside the rules has ended it; null: it goes on.</summary>
    public Decision? Ended { get; set; }

    /// <summary>The last acceptance of a filter table.</summary>
    public Decision? Decided { get; set; }

    public Stack<(int Chain, int Next)> Frames { get; private init; } = new();

    public List<TraceStep> Steps { get; private init; } = [];

    public List<(int Unknown, bool Holds, Assumption Assumption)> Assumptions { get; private init; } = [];

    public void Enter(int chain) => (Chain, Next) = (chain, 0);

    public void Add(TraceStep step) => Steps.Add(step);

    /// <summary>What was assumed of an unknown before on this course; null: nothing yet.</summary>
    public bool? Assumed(int unknown)
    {
        foreach (var (which, holds, _) in Assumptions)
        {
            if (which == unknown)
            {
                return holds;
            }
        }
        return null;
    }

    /// <summary>A copy that assumes something of an unknown.</summary>
    public Walker Fork(int unknown, bool holds, Assumption assumption)
    {
        var copy = Copy();
        copy.Assumptions.Add((unknown, holds, assumption));
        return copy;
    }

    /// <summary>A copy that assumes something that no match asks for again.</summary>
    public Walker Fork(Assumption assumption) => Fork(-1, true, assumption);

    private Walker Copy() => new()
    {
        Path = Path,
        Onward = Onward,
        Walk = Walk,
        Point = Point,
        Step = Step,
        Chain = Chain,
        Next = Next,
        Decider = Decider,
        Decided = Decided,
        Frames = new(Frames.Reverse()),
        Steps = [.. Steps],
        Assumptions = [.. Assumptions],
    };
}
