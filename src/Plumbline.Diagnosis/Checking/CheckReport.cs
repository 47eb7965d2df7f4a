namespace Plumbline.Diagnosis.Checking;

/// <summary>The answer of <c>plumb check</c>.</summary>
public sealed record CheckReport
{
    /// <summary>Faults, those that others follow from first; none on a healthy node.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>What was not checked, each with the fact that is missing.</summary>
    public IReadOnlyList<string> NotChecked { get; init; } = [];

    /// <summary>The nodes looked at.</summary>
    public required IReadOnlyList<string> Nodes { get; init; }

    /// <summary>How many virtual interfaces they have.</summary>
    public int Vifs { get; init; }
}
