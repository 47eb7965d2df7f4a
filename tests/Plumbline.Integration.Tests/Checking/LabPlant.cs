namespace Plumbline.Integration.Tests.Checking;

/// <summary>A fault to plant in a node of the lab, and what <c>plumb check</c> must then say.</summary>
/// <param name="Name">What to call it.</param>
/// <param name="Finding">The finding, the only one that is not a consequence of another; null: this is harmless.</param>
/// <param name="Plant">Shell commands that plant it, run in the node's namespace.</param>
/// <param name="Mend">Shell commands that undo it.</param>
internal sealed record LabPlant(string Name, string? Finding, string Plant, string Mend)
{
    /// <summary>The node's place in the lab.</summary>
    public int Node { get; init; }
}
