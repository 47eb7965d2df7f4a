using System.Globalization;
using System.Text.RegularExpressions;
using Plumbline.Linux;
using Plumbline.Linux.Processes;

namespace Plumbline.Operations.Labs;

public static partial class Lab
{
    /// <summary>Looks whether all of the lab works; each VM pings the router once.</summary>
    /// <exception cref="LinuxException">No permission.</exception>
    public static async Task<LabStatus> GetStatusAsync(LabDescription lab, CancellationToken cancellationToken)
    {
        var processes = LabProcesses.List(lab.Directory);
        var instances = await Task.WhenAll(lab.Instances.Select(i => GetStatusAsync(lab, i, cancellationToken)));
        return new(lab,
        [
            .. lab.Nodes.Select(n => new LabNodeStatus(
                n.Name, n.Address.ToString(), LabProcesses.IsAlive(lab, n, processes), ProgramsOf(lab, n, processes))),
        ], instances);
    }

    private static IReadOnlyList<string> ProgramsOf(LabDescription lab, LabNode node, IReadOnlyList<LabProcesses.Found> processes)
    {
        var inodes = lab.Servers
            .Where(s => s.Node == node.Name)
            .Select(s => s.NamespaceFile)
            .Append(node.Access.NamespaceFile!)
            .Select(LabProcesses.InodeOf)
            .ToHashSet();
        return [.. processes.Where(p => inodes.Contains(p.Inode)).Select(p => p.Name).Order(StringComparer.Ordinal)];
    }

    private static async Task<LabInstanceStatus> GetStatusAsync(
        LabDescription lab, LabInstance instance, CancellationToken cancellationToken)
    {
        var lease = File.Exists(instance.LeaseFile)
            ? (await File.ReadAllLinesAsync(instance.LeaseFile, cancellationToken))
                .FirstOrDefault(l => l.StartsWith("address=", StringComparison.Ordinal))?["address=".Length..]
            : null;
        double? milliseconds = null;
        if (LabProcesses.InodeOf(instance.NamespaceFile) is not null)
        {
            using var inside = NetworkNamespace.Open(instance.NamespaceFile);
            var ping = await CommandRunner.RunAsync(
                inside, "ping", ["-n", "-c", "1", "-W", "1", lab.RouterPorts.First(r => r.Network == instance.Network).Address.ToString()], null, null, cancellationToken);
            milliseconds = RoundTrip().Match(ping.Output) is { Success: true } match
                ? double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
                : null;
        }
        return new(instance.Name, instance.Node, instance.Address.ToString(), lease, milliseconds);
    }

    [GeneratedRegex(@" time=([0-9.]+) ms")]
    private static partial Regex RoundTrip();
}
