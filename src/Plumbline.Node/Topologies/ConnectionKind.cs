namespace Plumbline.Node.Topologies;

/// <summary>Ways in which two elements are joined.</summary>
public enum ConnectionKind
{
    /// <summary>The instance's virtual NIC to its tap.</summary>
    InstanceNic,

    /// <summary>A member and its Linux bridge.</summary>
    LinuxBridgeMember,

    /// <summary>A port and its OVS bridge.</summary>
    OvsBridgePort,

    /// <summary>The two ends of a veth pair.</summary>
    VethPair,

    /// <summary>The two ends of an OVS patch.</summary>
    PatchPair,

    /// <summary>A tunnel port and the remote end.</summary>
    Tunnel,

    /// <summary>A device above another (VLAN on NIC).</summary>
    Above,
}
