namespace Plumbline.Diagnosis.Tracing;

/// <summary>What a hop is.</summary>
public enum HopKind
{
    /// <summary>A VM.</summary>
    Instance,

    /// <summary>A device: tap, veth, internal port.</summary>
    Device,

    /// <summary>A Linux bridge, with the rules that bridged packets meet.</summary>
    LinuxBridge,

    /// <summary>A bridge of Open vSwitch.</summary>
    OvsBridge,

    /// <summary>Into or out of a tunnel.</summary>
    Tunnel,

    /// <summary>A NIC, and the wire behind it.</summary>
    Wire,

    /// <summary>A router: rules, translation, routing of a namespace.</summary>
    Router,

    /// <summary>The namespace or node that it is for.</summary>
    Host,

    /// <summary>Beyond the nodes that were given.</summary>
    Outside,
}
