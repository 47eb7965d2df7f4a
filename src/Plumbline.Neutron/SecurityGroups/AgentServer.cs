namespace Plumbline.Neutron.SecurityGroups;

/// <summary>What Neutron's server knows, and what it answers an agent that asks about devices.</summary>
internal sealed class AgentServer
{
    /// <summary>Ports of the node by device, in the order in which they came.</summary>
    public OrderedDictionary<string, FirewallPort> Ports { get; } = new(StringComparer.Ordinal);

    /// <summary>Groups with their rules.</summary>
    public Dictionary<string, GroupRules> Groups { get; } = new(StringComparer.Ordinal);

    /// <summary>Members of remote groups and address groups as told, IPv4 and IPv6 apart.</summary>
    public Dictionary<string, (IReadOnlyList<string> IPv4, IReadOnlyList<string> IPv6)> Members { get; } = new(StringComparer.Ordinal);

    /// <summary>The answer about some devices.</summary>
    public Answer Ask(IEnumerable<string> devices)
    {
        var ports = devices.Select(d => Ports.GetValueOrDefault(d)).OfType<FirewallPort>().Where(p => !p.IsTrusted).ToList();
        var groups = new OrderedDictionary<string, GroupRules>(StringComparer.Ordinal);
        var remote = new OrderedDictionary<string, List<bool>>(StringComparer.Ordinal);
        var addresses = new OrderedDictionary<string, List<bool>>(StringComparer.Ordinal);
        foreach (var id in ports.SelectMany(p => p.SecurityGroups).Distinct(StringComparer.Ordinal))
        {
            var group = Groups.GetValueOrDefault(id, GroupRules.None);
            groups.TryAdd(id, group);
            foreach (var rule in group.Rules)
            {
                var (named, into) = rule.RemoteGroupId is { } source ? (source, remote) : (rule.RemoteAddressGroupId, addresses);
                if (named is not null)
                {
                    if (!into.TryGetValue(named, out var families))
                    {
                        into.Add(named, families = []);
                    }
                    if (!families.Contains(rule.IsIPv6))
                    {
                        families.Add(rule.IsIPv6);
                    }
                }
            }
        }
        return new(ports, groups, [.. remote.Concat(addresses).Select(r => (r.Key, (IReadOnlyList<bool>)r.Value))]);
    }

    /// <summary>Members of a group in one family.</summary>
    public IReadOnlyList<string> MembersOf(string group, bool ipv6) =>
        Members.TryGetValue(group, out var members) ? ipv6 ? members.IPv6 : members.IPv4 : [];

    /// <summary>Remote groups that the rules of a port's groups name.</summary>
    public IEnumerable<string> SourceGroupsOf(FirewallPort port) => port.SecurityGroups
        .SelectMany(id => Groups.GetValueOrDefault(id, GroupRules.None).Rules)
        .Select(r => r.RemoteGroupId)
        .OfType<string>();

    /// <summary>An answer.</summary>
    /// <param name="Ports">Trusted ones are left out.</param>
    /// <param name="Groups">Rules by group.</param>
    /// <param name="Remotes">Groups named by rules, with the families (true: IPv6) in which they are.</param>
    public sealed record Answer(
        IReadOnlyList<FirewallPort> Ports,
        OrderedDictionary<string, GroupRules> Groups,
        IReadOnlyList<(string Id, IReadOnlyList<bool> Families)> Remotes);
}
