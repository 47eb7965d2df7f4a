namespace Plumbline.Node.Topologies;

/// <summary>How a VIF is plugged.</summary>
public enum VifPlug
{
    /// <summary>tap–qbr–qvb–qvo–br-int.</summary>
    Hybrid,

    /// <summary>tap in br-int.</summary>
    Ovs,

    /// <summary>tap in a Linux bridge, no OVS.</summary>
    LinuxBridge,

    /// <summary>vhost-user socket.</summary>
    VhostUser,

    /// <summary>OVS internal port (or veth) in a namespace.</summary>
    Namespace,
}
