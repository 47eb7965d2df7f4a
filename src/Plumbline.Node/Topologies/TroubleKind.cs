namespace Plumbline.Node.Topologies;

/// <summary>Ways in which facts about an element contradict each other or themselves.</summary>
public enum TroubleKind
{
    /// <summary>A controller of the bridge is not connected.</summary>
    ControllerDisconnected,

    /// <summary>Set down by the administrator.</summary>
    Down,

    /// <summary>Set up, but nothing at the other end.</summary>
    NoCarrier,

    /// <summary>A row, domain or chain names a device that is not there.</summary>
    DeviceMissing,

    /// <summary>Open vSwitch could not open it.</summary>
    OvsError,

    /// <summary>A patch port whose other end is missing or leads elsewhere.</summary>
    PatchPeer,

    /// <summary>A tunnel's name and its remote address contradict each other.</summary>
    TunnelName,

    /// <summary>VLAN 4095: the agent keeps the port shut.</summary>
    DeadVlan,

    /// <summary>The agent has not given the port its VLAN.</summary>
    NoVlan,

    /// <summary>Another VLAN than the agent gave the port's network.</summary>
    WrongVlan,

    /// <summary>The row's MAC address is not the VM's.</summary>
    WrongAddress,

    /// <summary>Not in any Open vSwitch bridge.</summary>
    NotInSwitch,

    /// <summary>Not in its Linux bridge, or in another one.</summary>
    NotInBridge,

    /// <summary>A smaller MTU than before it on the way.</summary>
    NarrowMtu,
}
