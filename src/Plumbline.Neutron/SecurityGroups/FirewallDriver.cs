namespace Plumbline.Neutron.SecurityGroups;

/// <summary>Which of Neutron's two iptables drivers.</summary>
public enum FirewallDriver
{
    /// <summary><c>iptables_hybrid</c>: Open vSwitch with a Linux bridge a port; a device is the port's UUID; zones a port.</summary>
    Hybrid,

    /// <summary><c>iptables</c>: the Linux bridge agent; a device is the tap; zones a network.</summary>
    LinuxBridge,
}
