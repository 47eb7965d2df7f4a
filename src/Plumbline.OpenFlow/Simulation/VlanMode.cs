namespace Plumbline.OpenFlow.Simulation;

/// <summary>How NORMAL treats tags at a port (ovs-vswitchd.conf.db(5), Port, vlan_mode).</summary>
public enum VlanMode
{
    /// <summary>Carries tags of its trunks.</summary>
    Trunk,

    /// <summary>Belongs to one VLAN, without a tag outside.</summary>
    Access,

    /// <summary>A trunk whose untagged packets belong to its tag, and which sends these with the tag.</summary>
    NativeTagged,

    /// <summary>A trunk whose untagged packets belong to its tag, and which sends these without it.</summary>
    NativeUntagged,

    /// <summary>Puts its tag around whatever comes in (802.1ad).</summary>
    Dot1qTunnel,
}
