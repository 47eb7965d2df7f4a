using Plumbline.Ovsdb;

namespace Plumbline.Node;

/// <summary>
/// The ways into one live node: everything that differs between this machine, a lab's node and a containerised deployment.
/// </summary>
public sealed record NodeAccess
{
    /// <summary>The name shown; null: the machine's host name.</summary>
    public string? Name { get; init; }

    /// <summary>nsfs file of the node's own ("root") network namespace; null: the one this process is in.</summary>
    public string? NamespaceFile { get; init; }

    /// <summary>Folder of named namespaces, as ip-netns(8) keeps them.</summary>
    public string NamespaceDirectory { get; init; } = "/run/netns";

    /// <summary>Where Open vSwitch keeps sockets and pid files.</summary>
    public string OvsRunDirectory { get; init; } = "/var/run/openvswitch";

    /// <summary>Where ovsdb-server listens; null: <c>unix:OvsRunDirectory/db.sock</c>.</summary>
    public OvsdbEndpoint? Ovsdb { get; init; }

    /// <summary>Keys and certificates for an ssl: endpoint.</summary>
    public OvsdbSessionOptions OvsdbOptions { get; init; } = new();

    /// <summary>Folders with libvirt domain XML, running ones first.</summary>
    public IReadOnlyList<string> LibvirtDirectories { get; init; } = ["/run/libvirt/qemu", "/etc/libvirt/qemu"];

    /// <summary>Where we keep guards' and leases' state for this node.</summary>
    public string StateDirectory { get; init; } = "/run/plumb";

    /// <summary>Where we keep what must outlive a reboot: the lasting mirrors that are wanted.</summary>
    public string LastingDirectory { get; init; } = "/var/lib/plumb";

    /// <summary>This is a lab's node, not a real one.</summary>
    public bool IsLab { get; init; }

    /// <summary>The endpoint in force.</summary>
    public OvsdbEndpoint OvsdbEndpoint => Ovsdb ?? new OvsdbEndpoint.Unix(OvsRunDirectory + "/db.sock");
}
