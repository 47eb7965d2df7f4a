using System.Diagnostics.CodeAnalysis;
using Plumbline.Linux;
using Plumbline.Linux.Processes;

namespace Plumbline.Operations.Labs;

public static partial class Lab
{
    /// <summary>
    /// Becomes <paramref name="command"/> inside a node or VM. On a node, stock tools find what they expect: the node's links, /run/netns
    /// and /var/run/openvswitch are the lab's; and plumb itself works on that node.
    /// </summary>
    /// <param name="lab">The lab.</param>
    /// <param name="place">A node's or VM's name, or <c>outside</c>; null: the first node.</param>
    /// <param name="command">Program and arguments.</param>
    /// <exception cref="OperationsException">No such place.</exception>
    /// <exception cref="LinuxException">No permission, or the program is not installed. Only then does this return.</exception>
    [DoesNotReturn]
    public static void Exec(LabDescription lab, string? place, IReadOnlyList<string> command)
    {
        if (place == "outside" && lab.Gateway is { } gateway)
        {
            using var outside = NetworkNamespace.Open(gateway.HostNamespaceFile);
            MountNamespace.Enter(outside, []);
            ProcessReplacement.Exec(command[0], [.. command.Skip(1)]);
        }
        if (place is not null && lab.Instances.FirstOrDefault(i => i.Name == place) is { } instance)
        {
            using var guest = NetworkNamespace.Open(instance.NamespaceFile);
            MountNamespace.Enter(guest, []);
            ProcessReplacement.Exec(command[0], [.. command.Skip(1)]);
        }
        var node = lab.Nodes.FirstOrDefault(n => place is null || n.Name == place)
            ?? throw Problems.NoSuchPlace(place!, lab.Nodes.Select(n => n.Name).Concat(lab.Instances.Select(i => i.Name)));
        using var own = NetworkNamespace.Open(node.Access.NamespaceFile!);
        MountNamespace.Enter(own,
        [
            new(node.Access.NamespaceDirectory, NetworkNamespace.DefaultFolder),
            new(node.Access.OvsRunDirectory, "/run/openvswitch"),
        ]);
        if (_askInit.Contains(Path.GetFileName(command[0])))
        {
            command = [.. _underInit, .. command];
        }
        ProcessReplacement.Exec(command[0], [.. command.Skip(1)], new Dictionary<string, string>
        {
            [LabOptions.DirectoryVariable] = lab.Directory,
            [NodeVariable] = node.Name,
        });
    }

    /// <summary>Environment variable that tells a command inside a node which one it is.</summary>
    public const string NodeVariable = "PLUMB_NODE";

    /// <summary>Programs that take the namespace of process 1 for the node's own.</summary>
    private static readonly string[] _askInit = ["plotnetcfg"];

    /// <summary>Process 1 is then a shell in the node's namespace. (Not for all: plumb knows processes by their pids outside.)</summary>
    private static readonly string[] _underInit = ["unshare", "--pid", "--fork", "--mount-proc", "sh", "-c", "\"$@\"; exit $?", "sh"];
}
