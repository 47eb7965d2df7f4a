namespace Plumbline.Diagnosis.Capturing;

/// <summary>Where on a VIF's way to listen (<c>--at</c>).</summary>
public enum CaptureAt
{
    /// <summary>The planner chooses: the instance's own view where the kernel shows it, a mirror where it does not.</summary>
    Default,

    /// <summary>The tap: what the guest sends and gets, before any firewall of the node.</summary>
    Tap,

    /// <summary>The hybrid bridge.</summary>
    HybridBridge,

    /// <summary>qvb, the veth end in the hybrid bridge.</summary>
    HybridVethBridgeEnd,

    /// <summary>qvo, the veth end in br-int.</summary>
    HybridVethOvsEnd,

    /// <summary>A mirror on br-int of the VIF's port.</summary>
    IntegrationBridge,

    /// <summary>A mirror on br-tun of all its real ports.</summary>
    TunnelBridge,

    /// <summary>A mirror of the tunnel ports on the VIF's way.</summary>
    Tunnel,

    /// <summary>The NIC that carries the VIF's packets.</summary>
    Nic,

    /// <summary>AF_PACKET on the device itself, in another namespace where it lives there.</summary>
    Device,
}
