namespace Plumbline.Neutron.SecurityGroups.Roles;

/// <summary>What one rule stands for.</summary>
/// <param name="Duty">Its duty.</param>
public readonly record struct RuleRole(NeutronDuty Duty)
{
    /// <summary>Seen from the instance: true into it, false out of it, null where neither.</summary>
    public bool? IsIngress { get; init; }

    /// <summary>The tap or qvb that the rule names; null for none.</summary>
    public string? Device { get; init; }

    /// <summary><c>C1</c> to <c>C15</c>: which of Neutron's comments it bears (blanks lost in pasting do not matter); null for none.</summary>
    public string? CommentId { get; init; }

    /// <summary>The comment is Neutron's, but that of another duty.</summary>
    public bool HasOddComment { get; init; }
}
