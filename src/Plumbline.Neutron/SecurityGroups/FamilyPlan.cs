namespace Plumbline.Neutron.SecurityGroups;

/// <summary>How the tables of one family get from what they are to what they are to be.</summary>
public sealed record FamilyPlan
{
    /// <summary>The input of <c>iptables-restore --noflush</c>; empty where nothing changes.</summary>
    public required string RestoreText { get; init; }

    /// <summary>Every rule and chain that comes or goes.</summary>
    public required IReadOnlyList<RuleChange> Changes { get; init; }

    /// <summary>True where port numbers are written by <c>-m multiport</c>, because there are so many of them.</summary>
    public bool IsBulk { get; init; }
}
