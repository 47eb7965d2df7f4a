using Plumbline.Primitives;

namespace Plumbline.Node.Topologies;

/// <summary>A virtual interface: what an operator calls "the port".</summary>
public sealed record Vif
{
    /// <summary>
    /// external_ids key of an Interface for the instance's name where no hypervisor on the node tells it; <c>plumb plug</c> writes it.
    /// </summary>
    public const string InstanceNameKey = "plumb-vm-name";

    /// <summary>Neutron port UUID; only its first 11 characters where nothing tells more; null without Neutron.</summary>
    public string? PortId { get; init; }

    /// <summary>Whose it is.</summary>
    public required VifOwner Owner { get; init; }

    /// <summary>How it is plugged.</summary>
    public required VifPlug Plug { get; init; }

    /// <summary>The instance's name as an operator knows it (nova's display name, libvirt's, or plumb's own mark); null where not told.</summary>
    public string? InstanceName { get; init; }

    /// <summary>The instance's UUID (vm-uuid or domain).</summary>
    public string? InstanceId { get; init; }

    /// <summary>The instance runs, as libvirt tells; null where not told.</summary>
    public bool? InstanceIsRunning { get; init; }

    /// <summary>The MAC that the guest uses (attached-mac, or the domain's).</summary>
    public MacAddress? Address { get; init; }

    /// <summary>
    /// The guest's or port's IP addresses as far as this node tells: of namespaced ports their own; of instances from the security
    /// group's spoof filter (text of the sPORT chains; allowed address pairs are among them, after the port's own), then ARP tables of the
    /// router and DHCP namespaces of the same network. Without prefix lengths, and without IPv6 link-local ones: they follow from the MAC.
    /// </summary>
    public IReadOnlyList<string> IPAddresses { get; init; } = [];

    /// <summary>The instance: an element id.</summary>
    public string? Instance { get; init; }

    /// <summary>Tap, or for DHCP and routers the internal device: an element id.</summary>
    public string? Device { get; init; }

    /// <summary>qbr: an element id.</summary>
    public string? HybridBridge { get; init; }

    /// <summary>qvb: an element id.</summary>
    public string? BridgeEnd { get; init; }

    /// <summary>qvo: an element id.</summary>
    public string? OvsEnd { get; init; }

    /// <summary>The OVS bridge's name.</summary>
    public string? OvsBridge { get; init; }

    /// <summary>The namespace it is in: of a DHCP server or router.</summary>
    public string? Namespace { get; init; }

    /// <summary>The local VLAN on br-int.</summary>
    public int? LocalVlan { get; init; }

    /// <summary>The network; null where not told.</summary>
    public Network? Network { get; init; }

    /// <summary>Bytes.</summary>
    public int? Mtu { get; init; }

    /// <summary>The whole chain's state: Up only where each part of it is.</summary>
    public ElementState State { get; init; }

    /// <summary>Troubles of the chain's parts, each led by the part's name.</summary>
    public IReadOnlyList<Trouble> Troubles { get; init; } = [];
}
