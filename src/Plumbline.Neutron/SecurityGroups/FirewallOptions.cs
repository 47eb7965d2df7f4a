namespace Plumbline.Neutron.SecurityGroups;

/// <summary>How the agent is configured, as far as its rules show it.</summary>
public sealed record FirewallOptions
{
    /// <summary>Whose rules.</summary>
    public NeutronRelease Release { get; init; } = NeutronRelease.Zed;

    /// <summary><c>firewall_driver</c>.</summary>
    public FirewallDriver Driver { get; init; }

    /// <summary><c>enable_ipset</c>; false: a rule for each member.</summary>
    public bool EnableIPSet { get; init; } = true;

    /// <summary><c>comment_iptables_rules</c>; the raw table's comments stay either way.</summary>
    public bool Comments { get; init; } = true;

    /// <summary>False: IPv6 is disabled in the kernel, ip6tables is never called.</summary>
    public bool IPv6 { get; init; } = true;

    /// <summary>The agent's program name; its first 16 characters lead every chain's name.</summary>
    public string Binary { get; init; } = "neutron-openvswitch-agent";

    /// <summary>Rules that name an address group admit its addresses; null: as the release does (Zed and before admit every address).</summary>
    public bool? KnowsAddressGroups { get; init; }

    /// <summary>The wrap prefix.</summary>
    public string Wrap => (Binary.Length <= 16 ? Binary : Binary[..16]).Replace(' ', '_');
}
