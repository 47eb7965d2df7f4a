namespace Plumbline.Node.Tests.Sources;

/// <summary>Where sos puts what (its plugins networking, openvswitch, firewall_tables, kernel, host), by its age and the node's kind.</summary>
public enum SosLayout
{
    /// <summary>sos 3: namespaces in the names of files, <c>general/hostname</c>, addresses by <c>ip_address</c>.</summary>
    Sos3,

    /// <summary>sos 4: a folder a namespace.</summary>
    Sos4,

    /// <summary>As sos 4, Open vSwitch's rows in its conf.db alone (etc/openvswitch).</summary>
    Sos4Database,

    /// <summary>Ubuntu and Debian: the database below var/lib/openvswitch, OpenFlow 1.5 beside 1.0.</summary>
    Ubuntu,

    /// <summary>OpenStack in containers: outputs of the containers below sos_containers.</summary>
    Containers,

    /// <summary>In a folder more, with links to the root as sos makes them, and links that lead out.</summary>
    NestedWithLinks,
}
