using Plumbline.Iptables.Simulation;

namespace Plumbline.Diagnosis.Verdicts;

/// <summary>What becomes of a packet, and why.</summary>
public sealed record VerdictAnswer
{
    /// <summary>What was asked for: the port's VM or device; null: nothing but devices.</summary>
    public string? Subject { get; init; }

    /// <summary>The way in words: <c>from tapX to qvbX through bridge qbrX</c>.</summary>
    public required string Way { get; init; }

    /// <summary>The way.</summary>
    public required PacketPath Path { get; init; }

    /// <summary>The packet.</summary>
    public required PacketHeader Packet { get; init; }

    /// <summary>The end of it: passed, dropped, or it depends.</summary>
    public required Outcome Outcome { get; init; }

    /// <summary>What the outcome depends on.</summary>
    public IReadOnlyList<string> DependsOn { get; init; } = [];

    /// <summary>
    /// Question zero: whether bridged packets are given to the rules at all. False: they are not, and <see cref="Exploration"/> tells what
    /// would be; null: not told, taken for true; true also where no bridge is on the way.
    /// </summary>
    public bool? AreRulesConsulted { get; init; } = true;

    /// <summary>The sysctl that decides it.</summary>
    public string? ConsultedBy { get; init; }

    /// <summary>All courses; null where no rules of the family were told.</summary>
    public Exploration? Exploration { get; init; }

    /// <summary>
    /// The step that tells an operator why: of a packet that passed the rule that let it go on (Neutron's RETURN), of a dropped one the
    /// rule that dropped it.
    /// </summary>
    public TraceStep? Deciding { get; init; }

    /// <summary>What was taken for granted, and matters: a rule on the way looked at it.</summary>
    public IReadOnlyList<string> Assumptions { get; init; } = [];

    /// <summary>Rules that would have turned the outcome but for one field, nearest first, with the field in words.</summary>
    public IReadOnlyList<(NearMiss Miss, string Wanted)> NearMisses { get; init; } = [];

    /// <summary>Rules on the way that no packet can match there (<c>--physdev-is-bridged</c> in INPUT).</summary>
    public IReadOnlyList<RulePlace> DeadRules { get; init; } = [];

    /// <summary>What else a reader should know: warnings in the texts, rules that could not be read.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
