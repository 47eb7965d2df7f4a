namespace Plumbline.Iptables.Symbolic;

/// <summary>Everything that passes one path.</summary>
public sealed record ReachReport
{
    /// <summary>The widest first; none contains another.</summary>
    public required IReadOnlyList<ReachClass> Classes { get; init; }

    /// <summary>Packets of connections that are open already, both ways of them: ESTABLISHED.</summary>
    public required Passage Replies { get; init; }

    /// <summary>Which of these are held back.</summary>
    public required BoxList HeldReplies { get; init; }

    /// <summary>Nothing is held back.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Parts of all packets for which the answer is proved; empty where it is so for all, or for none.</summary>
    public IReadOnlyList<string> Proved { get; init; } = [];

    /// <summary>What packets showed of the parts that were not proved; null where all was.</summary>
    public SampleReport? Sampled { get; init; }

    /// <summary>Why the answer is not the whole one (budget); null where it is.</summary>
    public string? Unproved { get; init; }
}
