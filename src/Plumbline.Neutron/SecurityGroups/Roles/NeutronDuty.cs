namespace Plumbline.Neutron.SecurityGroups.Roles;

/// <summary>
/// What a rule is there for, in all forms that Neutron's iptables drivers have given it (2014 to 2026; spec/security-groups.md,
/// sections 2 to 7 and 12).
/// </summary>
public enum NeutronDuty
{
    /// <summary>Not Neutron's, or edited by hand: read it as it stands.</summary>
    Foreign,

    /// <summary>A built-in chain to <c>neutron-filter-top</c>.</summary>
    EnterFilterTop,

    /// <summary>A built-in chain to the agent's chain of that name.</summary>
    EnterAgent,

    /// <summary><c>neutron-filter-top</c> to <c>W-local</c>.</summary>
    ToLocal,

    /// <summary>A port's packets to <c>W-sg-chain</c> (C2).</summary>
    ToGroups,

    /// <summary>From <c>W-sg-chain</c> to a port's own chain (C3).</summary>
    ToPort,

    /// <summary>From <c>W-INPUT</c> to a port's egress chain (C4); never matches.</summary>
    FromInput,

    /// <summary>The last rule of <c>W-sg-chain</c>.</summary>
    GroupsAccept,

    /// <summary>The drop in <c>W-sg-fallback</c> (C1).</summary>
    Fallback,

    /// <summary>A port chain's last rule (C9).</summary>
    ToFallback,

    /// <summary>RELATED,ESTABLISHED (C11).</summary>
    Established,

    /// <summary>INVALID (C10).</summary>
    Invalid,

    /// <summary>DHCP of a client without address (C7).</summary>
    DhcpDiscover,

    /// <summary>DHCP or DHCPv6 of a client (C7).</summary>
    DhcpClient,

    /// <summary>No DHCP server in the instance (C8).</summary>
    DhcpSpoofGuard,

    /// <summary>Answers of DHCP servers (provider rule).</summary>
    DhcpReply,

    /// <summary>To the spoof filter.</summary>
    SpoofJump,

    /// <summary>An address and MAC that the port may use (C5).</summary>
    SpoofAllow,

    /// <summary>All other senders (C6).</summary>
    SpoofDrop,

    /// <summary>No router in the instance (C14).</summary>
    RouterAdvertGuard,

    /// <summary>Router advertisements to the instance (provider rule).</summary>
    RouterAdvertIn,

    /// <summary>All other ICMPv6 from the instance (C15).</summary>
    Icmpv6Out,

    /// <summary>ICMPv6 of an instance without address (C15).</summary>
    Icmpv6Early,

    /// <summary>ICMPv6 to the instance that IPv6 needs.</summary>
    Icmpv6In,

    /// <summary>A rule of a security group.</summary>
    GroupRule,

    /// <summary>Port security is off (C12).</summary>
    PortSecurityOff,

    /// <summary>A port of Neutron's own (C13).</summary>
    Trusted,

    /// <summary>A conntrack zone.</summary>
    Zone,

    /// <summary>A conntrack rule by <c>-i QVB</c>; never matches.</summary>
    DeadZone,

    /// <summary>A stateless group.</summary>
    NoTrack,
}
