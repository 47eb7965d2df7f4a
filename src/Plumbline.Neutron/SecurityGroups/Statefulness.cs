namespace Plumbline.Neutron.SecurityGroups;

/// <summary>Whether a port's packets are tracked: its first group decides, if it has a rule at all.</summary>
internal static class Statefulness
{
    public static bool Of(
        FirewallPort port,
        IReadOnlyDictionary<string, GroupRules> groups,
        Func<string, bool, IReadOnlyList<string>> members,
        FirewallOptions options)
    {
        if (port.IsTrusted || port.Owner.StartsWith("neutron:", StringComparison.Ordinal) || port.SecurityGroups.Count == 0
            || !groups.TryGetValue(port.SecurityGroups[0], out var group) || group.Stateful)
        {
            return true;
        }
        // without sets a rule counts only if its remote group has a member beside the port itself
        return !group.Rules.Any(r => options.EnableIPSet
            || GroupLines.RemoteOf(r, options) is not { } remote
            || members(remote, r.IsIPv6).Any(m => !port.HasFixedText(m)));
    }
}
