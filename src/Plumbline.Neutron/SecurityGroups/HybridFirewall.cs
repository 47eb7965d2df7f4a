namespace Plumbline.Neutron.SecurityGroups;

/// <summary>
/// What Neutron's OVS agent programs for its ports with <c>firewall_driver = iptables_hybrid</c>, as of Neutron 21 (Zed): chains of
/// the filter and raw tables in both families, and the sets of remote groups. Pure. An allowed packet RETURNs from a port's chain,
/// so that a frame between two ports of one bridge meets the chains of both; the end of the sg-chain accepts what survived.
/// </summary>
public sealed partial record HybridFirewall
{
    /// <summary>The first conntrack zone of ports; each further filtered port, sorted by UUID, gets the next one.</summary>
    public const int FirstZone = 4097;

    private const string FilterTop = "neutron-filter-top";

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
    /// <param name="groups">Every group that a port is in or a rule names.</param>
    /// <param name="binary">The agent's program name; its first 16 characters lead every chain's name.</param>
    public static HybridFirewall Compile(
        IReadOnlyList<FirewallPort> ports,
        IReadOnlyList<SecurityGroup> groups,
        string binary = "neutron-openvswitch-agent")
    {
        var compiler = new Compiler(
            ports, groups.ToDictionary(g => g.Id), binary.Length <= 16 ? binary : binary[..16]);
        return new()
        {
            IPv4 = [compiler.Filter(ipv6: false), compiler.Raw()],
            IPv6 = [compiler.Filter(ipv6: true), compiler.Raw()],
            Sets = compiler.Sets(),
            Zones = compiler.Zones,
        };
    }

    /// <summary>The input of <c>iptables-restore -n</c> (or <c>ip6tables-restore -n</c>) on empty tables.</summary>
    public string ToRestoreText(bool ipv6) => string.Concat((ipv6 ? IPv6 : IPv4).Select(t => t.ToRestoreText()));

    /// <summary>The input of <c>ipset restore -exist</c>.</summary>
    public string ToIPSetText() => string.Concat(Sets.Select(s => s.ToRestoreText()));
}
