using Plumbline.Linux;

namespace Plumbline.Operations.Labs;

/// <summary>
/// A cloud's nodes in network namespaces of one machine, on stock Open vSwitch with the userspace datapath: the first article's
/// compute node, and on request the nodes at the other ends of its tunnels. Everything is in namespaces and in one folder; the
/// machine's own network is never touched. What it consists of is told by <see cref="LabDescription"/>.
/// </summary>
/// <remarks>
/// A lab's processes are known by where they are: every one of them is in one of the lab's namespaces, and nothing else is. So nothing
/// has to be written down to find them again, and a lab whose maker was killed can be taken away like any other.
/// </remarks>
public static partial class Lab
{
    /// <summary>The lab in <paramref name="directory"/>; null where none is up. Whether all in it still works, status tells.</summary>
    /// <param name="directory">Null: that of the environment or the default.</param>
    public static LabDescription? Find(string? directory = null)
    {
        directory ??= new LabOptions().Directory;
        return LabState.Read(directory) is { IsUp: true } state && Describe(directory, state) is { } lab
            && lab.Nodes.All(n => File.Exists(n.Access.NamespaceFile))
            ? lab
            : null;
    }

    /// <summary>As <see cref="Find"/>.</summary>
    /// <exception cref="OperationsException">There is no lab.</exception>
    public static LabDescription Get(string? directory = null) =>
        Find(directory) ?? throw Problems.NoLab(directory ?? new LabOptions().Directory);

    /// <summary>
    /// What the hidden command <c>lab-vmm</c> does: plays the VMs of a node, says "ready" on <paramref name="output"/>, and runs until it
    /// is ended.
    /// </summary>
    /// <exception cref="OperationsException">There is no lab, not even one being made.</exception>
    /// <exception cref="LinuxException">A tap cannot be made.</exception>
    public static void RunMachines(string? directory, string? node, TextWriter output, CancellationToken cancellationToken)
    {
        directory ??= new LabOptions().Directory;
        var state = LabState.Read(directory) ?? throw Problems.NoLab(directory);
        var lab = Describe(directory, state);
        LabMachines.Run(lab, lab.FindNode(node), output, cancellationToken);
    }

    private static LabDescription Describe(string directory, LabState state) => LabDescription.Of(new()
    {
        Directory = directory,
        Nodes = state.Nodes,
        Instances = state.Instances,
        Tunnel = state.Tunnel,
        Firewall = state.Firewall,
        L2Population = state.L2Population,
        IPv6 = state.IPv6,
        Routed = state.Routed,
    });
}
