namespace Plumbline.Neutron.SecurityGroups;

/// <summary>
/// What Neutron's agent programs for its ports with <c>firewall_driver = iptables_hybrid</c> (or <c>iptables</c>), at rest: chains of
/// the filter and raw tables in both families, and the sets of remote groups. Pure. How an agent gets there step by step, with all
/// its habits, is <see cref="AgentFirewall"/>.
/// </summary>
public sealed record HybridFirewall
{
    /// <summary>The first conntrack zone of ports; each further filtered port, sorted by UUID, gets the next one.</summary>
    public const int FirstZone = ConntrackZones.First;

    private const int ParallelFrom = 100;

    /// <summary>Tables for <c>iptables-restore</c>, filter first.</summary>
    public required IReadOnlyList<IptablesTable> IPv4 { get; init; }

    /// <summary>Tables for <c>ip6tables-restore</c>, filter first.</summary>
    public required IReadOnlyList<IptablesTable> IPv6 { get; init; }

    /// <summary>Sets that the rules name; they must exist first.</summary>
    public required IReadOnlyList<IPSet> Sets { get; init; }

    /// <summary>Conntrack zones by port UUID.</summary>
    public required IReadOnlyDictionary<string, int> Zones { get; init; }

    /// <summary>Makes the rules of all ports of a node.</summary>
    /// <param name="ports">In the order in which the agent got them.</param>
    /// <param name="groups">Every group that a port is in or a rule names; address groups too.</param>
    /// <param name="options">How the agent is configured; null: as it comes.</param>
    /// <param name="zones">Zones that ports have already, by UUID; the others get higher ones.</param>
    public static HybridFirewall Compile(
        IReadOnlyList<FirewallPort> ports,
        IReadOnlyList<SecurityGroup> groups,
        FirewallOptions? options = null,
        IReadOnlyDictionary<string, int>? zones = null)
    {
        options ??= new();
        var byId = groups.ToDictionary(g => g.Id, StringComparer.Ordinal);
        var filtered = ports.Where(p => !p.IsTrusted && p.PortSecurityEnabled);
        if (options.Release >= NeutronRelease.Mitaka)
        {
            filtered = filtered.OrderBy(p => p.Id, StringComparer.Ordinal);
        }
        var rules = groups.ToDictionary(g => g.Id, g => GroupRules.Of(g.Rules, g.Stateful), StringComparer.Ordinal);
        FirewallPort[] sorted = [.. filtered];
        var zoned = new ConntrackZones(options, zones);
        var sets = SetsOf(sorted, byId, options);
        var compiler = new FirewallCompiler(options);
        IReadOnlyList<string> MembersOf(string id, bool ipv6) =>
            byId.TryGetValue(id, out var group) ? [.. group.Members.Where(m => m.Contains(':') == ipv6)] : [];
        var facts = new FirewallFacts
        {
            Filtered = sorted,
            Unfiltered = [.. ports.Where(p => !p.IsTrusted && !p.PortSecurityEnabled)],
            Trusted = [.. ports.Where(p => p.IsTrusted).Select(p => p.Id)],
            Groups = rules,
            Sets = sets.Select(s => s.Name).ToHashSet(StringComparer.Ordinal),
            Members = MembersOf,
            RawRules = [.. sorted.SelectMany(p => RawRules.Of(p, Statefulness.Of(p, rules, MembersOf, options), zoned.Get(p), options))],
        };
        var common = compiler.Common(facts);
        IReadOnlyList<IptablesTable> Tables(bool ipv6) => [.. compiler.Tables(facts, common, ipv6).Select(t => t.ToTable())];
        // the families have nothing in common but what is only read; for a few ports another thread costs more than it saves
        var other = sorted.Length < ParallelFrom ? null : Task.Run(() => Tables(ipv6: true));
        return new()
        {
            IPv4 = Tables(ipv6: false),
            IPv6 = other?.GetAwaiter().GetResult() ?? Tables(ipv6: true),
            Sets = sets,
            Zones = sorted.ToDictionary(p => p.Id, zoned.Get, StringComparer.Ordinal),
        };
    }

    /// <summary>The input of <c>iptables-restore -n</c> (or <c>ip6tables-restore -n</c>) on empty tables.</summary>
    public string ToRestoreText(bool ipv6) => string.Concat((ipv6 ? IPv6 : IPv4).Select(t => t.ToRestoreText()));

    /// <summary>The input of <c>ipset restore -exist</c>.</summary>
    public string ToIPSetText() => string.Concat(Sets.Select(s => s.ToRestoreText()));

    private static List<IPSet> SetsOf(
        IReadOnlyList<FirewallPort> ports, Dictionary<string, SecurityGroup> groups, FirewallOptions options)
    {
        var sets = new SortedDictionary<string, IPSet>(StringComparer.Ordinal);
        if (!options.EnableIPSet)
        {
            return [];
        }
        foreach (var id in ports.SelectMany(p => p.SecurityGroups).Distinct(StringComparer.Ordinal))
        {
            foreach (var rule in groups.TryGetValue(id, out var group) ? group.Rules : [])
            {
                if (GroupLines.RemoteOf(rule, options) is not { } remote || !groups.TryGetValue(remote, out var members))
                {
                    continue;
                }
                var name = IPSet.NameOf(remote, rule.IsIPv6, options.Release);
                if (!sets.ContainsKey(name)
                    && (options.Release > NeutronRelease.Kilo || members.Members.Any(m => m.Contains(':') == rule.IsIPv6)))
                {
                    sets.Add(name, IPSet.Of(members, rule.IsIPv6, options.Release));
                }
            }
        }
        return [.. sets.Values];
    }
}
