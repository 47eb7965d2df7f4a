using System.Globalization;
using Plumbline.Linux;

namespace Plumbline.Operations.Labs;

/// <summary>Finds a lab's processes: those whose network namespace is one of the lab's.</summary>
internal static class LabProcesses
{
    /// <summary>A process inside.</summary>
    /// <param name="Identity">Which.</param>
    /// <param name="Name">Its program's name, at most 15 characters (comm).</param>
    /// <param name="Inode">The namespace that it is in.</param>
    public sealed record Found(ProcessIdentity Identity, string Name, ulong Inode);

    /// <summary>nsfs files in the folder, wherever a lab has them.</summary>
    public static IReadOnlyList<string> NamespaceFiles(string directory) =>
    [
        .. new[] { "namespaces", "guests" }.Select(f => Path.Join(directory, f))
            .Concat(Directory.Exists(directory) ? Directory.GetDirectories(directory).Select(d => Path.Join(d, "netns")) : [])
            .Where(Directory.Exists)
            .SelectMany(Directory.GetFiles),
    ];

    /// <summary>All processes inside, but this one.</summary>
    public static IReadOnlyList<Found> List(string directory)
    {
        var inodes = NamespaceFiles(directory).Select(InodeOf).OfType<ulong>().ToHashSet();
        return inodes.Count == 0 ? [] : [.. ListAll().Where(p => inodes.Contains(p.Inode))];
    }

    /// <summary>Every node's Open vSwitch runs, and the process that plays its VMs.</summary>
    public static bool AreAlive(LabDescription lab)
    {
        var processes = List(lab.Directory);
        return lab.Nodes.All(n => IsAlive(lab, n, processes));
    }

    /// <inheritdoc cref="AreAlive"/>
    public static bool IsAlive(LabDescription lab, LabNode node, IReadOnlyList<Found> processes)
    {
        var inside = InodeOf(node.Access.NamespaceFile!) is { } inode
            ? processes.Where(p => p.Inode == inode).Select(p => p.Name).ToList()
            : [];
        return inside.Contains("ovsdb-server") && inside.Contains("ovs-vswitchd")
            && (inside.Contains("plumb") || lab.Instances.All(i => i.Node != node.Name));
    }

    /// <summary>The inode of an nsfs file; null where there is no namespace.</summary>
    public static ulong? InodeOf(string path)
    {
        try
        {
            using var opened = NetworkNamespace.Open(path);
            return opened.Inode;
        }
        catch (LinuxException)
        {
            return null; // a bare file: its maker was killed before it mounted the namespace, so nobody is inside
        }
    }

    private static IEnumerable<Found> ListAll()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                || pid == Environment.ProcessId
                || Read(pid) is not { } found)
            {
                continue;
            }
            yield return found;
        }
    }

    private static Found? Read(int pid)
    {
        try
        {
            // net:[4026531840]
            var link = new FileInfo($"/proc/{pid}/ns/net").LinkTarget;
            return link is ['n', 'e', 't', ':', '[', .. var number, ']']
                && ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var inode)
                && ProcessIdentity.Find(pid) is { } identity
                ? new(identity, File.ReadAllText($"/proc/{pid}/comm").TrimEnd('\n'), inode)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // it ended while we looked, or is another user's
        }
    }
}
