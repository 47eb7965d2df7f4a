using Plumbline.Primitives;

namespace Plumbline.Neutron.OpenFlow;

/// <summary>A port as the native firewall (<c>firewall_driver = openvswitch</c>) writes flows for it.</summary>
public sealed record NativeFirewallPort
{
    /// <summary>Its OpenFlow number on br-int.</summary>
    public required int OfPort { get; init; }

    /// <summary>Its network's local VLAN, 1 to 4094: also the conntrack zone.</summary>
    public required int LocalVlan { get; init; }

    /// <summary>Of a network with VLANs: its VLAN outside, which flows take as well; else null.</summary>
    public int? OutsideVlan { get; init; }

    /// <summary>Its MAC.</summary>
    public required MacAddress Mac { get; init; }

    /// <summary>MAC and IPv4 address or prefix that it may send from: fixed addresses and allowed pairs.</summary>
    public IReadOnlyList<(MacAddress Mac, string Address)> IPv4 { get; init; } = [];

    /// <summary>MAC and IPv6 address or prefix that it may send from; link-local ones of its MAC need not be named.</summary>
    public IReadOnlyList<(MacAddress Mac, string Address)> IPv6 { get; init; } = [];

    /// <summary>False: port security is off or the port is Neutron's own (DHCP, router): it is let through unasked.</summary>
    public bool IsFiltered { get; init; } = true;
}
