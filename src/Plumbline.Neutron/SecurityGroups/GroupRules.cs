namespace Plumbline.Neutron.SecurityGroups;

/// <summary>A group's rules as the server sends them.</summary>
/// <param name="Rules">In order, each once.</param>
/// <param name="Stateful">False: packets of ports whose first group this is are not tracked.</param>
internal sealed record GroupRules(IReadOnlyList<SecurityGroupRule> Rules, bool Stateful)
{
    public static GroupRules None { get; } = new([], true);

    /// <summary>The rules, each once, as the server sends them.</summary>
    public static GroupRules Of(IEnumerable<SecurityGroupRule> rules, bool stateful) => new([.. rules.Distinct()], stateful);
}
