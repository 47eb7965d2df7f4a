namespace Plumbline.Operations.Labs;

/// <summary>How a lab is.</summary>
/// <param name="Lab">Which.</param>
/// <param name="Nodes">Its nodes, in order.</param>
/// <param name="Instances">Its VMs, in order.</param>
public sealed record LabStatus(
    LabDescription Lab, IReadOnlyList<LabNodeStatus> Nodes, IReadOnlyList<LabInstanceStatus> Instances)
{
    /// <summary>All of it works.</summary>
    public bool IsWell => Nodes.All(n => n.IsAlive) && Instances.All(i => i.Lease is not null && i.PingMilliseconds is not null);
}

/// <summary>How a node is.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Address">Its address in the underlay.</param>
/// <param name="IsAlive">Open vSwitch runs, and the process that plays its VMs.</param>
/// <param name="Processes">Names of the programs that run in its namespace and those of its servers.</param>
public sealed record LabNodeStatus(string Name, string Address, bool IsAlive, IReadOnlyList<string> Processes);

/// <summary>How a VM is.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Node">Where it runs.</param>
/// <param name="Address">The address it should have.</param>
/// <param name="Lease">The address that DHCP gave it; null: none.</param>
/// <param name="PingMilliseconds">Round trip to the router; null: no answer within a second.</param>
public sealed record LabInstanceStatus(string Name, string Node, string Address, string? Lease, double? PingMilliseconds);
