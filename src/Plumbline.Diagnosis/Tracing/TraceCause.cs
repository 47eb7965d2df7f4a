namespace Plumbline.Diagnosis.Tracing;

/// <summary>What ended a packet's way.</summary>
public enum TraceCause
{
    /// <summary>A rule or policy of iptables, or of the native firewall's flows.</summary>
    Rule,

    /// <summary>A flow of Open vSwitch, or that none matches.</summary>
    Flow,

    /// <summary>A VLAN: the port does not belong to it, or nobody else does.</summary>
    Vlan,

    /// <summary>A learned address that leads elsewhere.</summary>
    Learned,

    /// <summary>A device that is down, missing or plugged nowhere.</summary>
    Link,

    /// <summary>A patch port without its other end.</summary>
    Patch,

    /// <summary>It is larger than a device takes.</summary>
    Mtu,

    /// <summary>A tunnel that does not lead there, or that nobody takes in.</summary>
    Tunnel,

    /// <summary>No route, or one that refuses.</summary>
    Route,

    /// <summary>Nobody answers ARP or neighbour discovery.</summary>
    Resolution,

    /// <summary>Nobody listens, or the one who should is not there.</summary>
    Service,

    /// <summary>Nobody took it: it came where it does not belong.</summary>
    Nobody,
}
