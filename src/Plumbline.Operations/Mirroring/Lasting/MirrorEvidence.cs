namespace Plumbline.Operations.Mirroring.Lasting;

/// <summary>What <c>plumb mirror prove</c> found.</summary>
/// <param name="Name">The mirror.</param>
/// <param name="Lines">What was asked and tried, in order.</param>
public sealed record MirrorEvidence(string Name, IReadOnlyList<ProofLine> Lines)
{
    /// <summary>Copies come out: a probe or a real packet was seen there.</summary>
    public bool IsProved => Lines.Any(l => l is { What: Seen, IsGood: true }) && !Fails;

    /// <summary>Something says that they do not.</summary>
    public bool Fails => Lines.Any(l => l.IsGood == false);

    /// <summary><see cref="ProofLine.What"/> of a copy that was seen at the output.</summary>
    internal const string Seen = "copies";
}
