namespace Plumbline.Iptables;

/// <summary>
/// What a packet must be for a rule to act. A closed set: every question over it is one <c>switch</c>. What no type here stands for is
/// an <see cref="UnknownMatch"/>, which makes a verdict "depends on", never silently yes or no.
/// </summary>
public abstract record Match
{
    private protected Match()
    {
    }

    /// <summary>
    /// <c>!</c> stands before the match's one option. Matches with several options carry the negation in each
    /// <see cref="Condition{T}"/> and leave this false.
    /// </summary>
    public bool IsInverted { get; init; }
}
