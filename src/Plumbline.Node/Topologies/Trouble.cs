namespace Plumbline.Node.Topologies;

/// <summary>What is wrong with an element or a VIF, as the facts themselves say.</summary>
/// <param name="Kind">For questions.</param>
/// <param name="Text">In a few words, for people.</param>
public sealed record Trouble(TroubleKind Kind, string Text)
{
    /// <summary>The words.</summary>
    public override string ToString() => Text;
}
