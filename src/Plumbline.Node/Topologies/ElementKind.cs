namespace Plumbline.Node.Topologies;

/// <summary>What an element is to an operator.</summary>
public enum ElementKind
{
    /// <summary>A virtual machine.</summary>
    Instance,

    /// <summary>The instance's tap (or vnet) device.</summary>
    Tap,

    /// <summary>A vhost-user port: no kernel device.</summary>
    VhostUser,

    /// <summary>A Linux bridge for one port (qbr).</summary>
    HybridBridge,

    /// <summary>Any other Linux bridge.</summary>
    LinuxBridge,

    /// <summary>qvb, the veth end in the hybrid bridge.</summary>
    HybridVethBridgeEnd,

    /// <summary>qvo, the veth end in br-int.</summary>
    HybridVethOvsEnd,

    /// <summary>Any other veth end.</summary>
    Veth,

    /// <summary>An OVS bridge (its local port and internal device included).</summary>
    OvsBridge,

    /// <summary>An OVS patch port.</summary>
    Patch,

    /// <summary>An OVS or kernel tunnel port.</summary>
    Tunnel,

    /// <summary>The far end of a tunnel.</summary>
    RemoteEnd,

    /// <summary>A DHCP server's port.</summary>
    DhcpPort,

    /// <summary>A router's port into a network (qr-).</summary>
    RouterPort,

    /// <summary>A router's gateway port (qg-).</summary>
    GatewayPort,

    /// <summary>Any other OVS internal port.</summary>
    OvsInternal,

    /// <summary>Hardware, or what stands for it (the device without a kind, or a veth that leaves the node).</summary>
    Nic,

    /// <summary>A VLAN device, bond or the like.</summary>
    Stacked,

    /// <summary>A mirror's output port or a capture's monitor device.</summary>
    Monitor,

    /// <summary>Loopback.</summary>
    Loopback,

    /// <summary>What it is for is not known; it is shown as what it is.</summary>
    Other,
}
