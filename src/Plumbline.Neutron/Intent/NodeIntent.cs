using Plumbline.Neutron.SecurityGroups;
using Plumbline.Primitives;

namespace Plumbline.Neutron.Intent;

/// <summary>What one node is to enforce of an intent: its own ports, and every group.</summary>
public sealed record NodeIntent(IReadOnlyList<FirewallPort> Ports, IReadOnlyList<SecurityGroup> Groups)
{
    /// <summary>Picks a node's ports out of an intent, and checks all of it.</summary>
    /// <param name="intent">Of all nodes.</param>
    /// <param name="host">The node's name as Neutron knows it; ports that tell no host are every node's.</param>
    /// <param name="where">The file's name, for messages.</param>
    /// <exception cref="NeutronException">Something is wrong with it; all complaints at once.</exception>
    public static NodeIntent Of(NeutronIntent intent, string? host, string where)
    {
        var complaints = new List<string>(intent.Complaints);
        var hosts = intent.Ports.Select(p => p.Host).Where(h => h is { Length: > 0 }).Distinct(StringComparer.Ordinal).ToList();
        if (host is null && hosts.Count == 1)
        {
            host = hosts[0];
        }
        if (host is null && hosts.Count > 1)
        {
            host = hosts.Contains(Environment.MachineName) ? Environment.MachineName : throw new NeutronException(new(
                $"the ports are of {hosts.Count} nodes: {string.Join(", ", hosts.Take(8))}", where, "say which one this is: --host NAME"));
        }
        var ports = new List<FirewallPort>();
        var chains = new Dictionary<string, string>(StringComparer.Ordinal);
        var known = intent.Groups.Select(g => g.Group.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var port in intent.Ports.Where(p => p.Host is null || p.Host == host).Select(p => p.Port))
        {
            if (port.Id.Length < DeviceNames.IdLength || port.Id.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '-'))
            {
                complaints.Add($"port {Printable.Escape(port.Id)}: an id is a UUID; devices are named by its first {DeviceNames.IdLength} characters");
                continue;
            }
            if (!chains.TryAdd(port.Id[..DeviceNames.ChainIdLength], port.Id))
            {
                complaints.Add($"ports {chains[port.Id[..DeviceNames.ChainIdLength]]} and {port.Id} would share chains: they agree in {DeviceNames.ChainIdLength} characters");
            }
            foreach (var group in port.SecurityGroups.Where(g => !known.Contains(g)))
            {
                complaints.Add($"port {port.Id}: group {Printable.Escape(group)} is not in the file");
            }
            ports.Add(port);
        }
        CheckGroups(intent, known, complaints);
        return complaints.Count == 0
            ? new(ports, [.. intent.Groups.Select(g => g.Group)])
            : throw new NeutronException(new(string.Join("\n", complaints), where, "docs/apply.md shows the form"));
    }

    private static void CheckGroups(NeutronIntent intent, HashSet<string> known, List<string> complaints)
    {
        var sets = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var group in intent.Groups)
        {
            var id = group.Group.Id;
            if (id.Length == 0 || id.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.')))
            {
                complaints.Add($"group {Printable.Escape(id)}: a set is named by it, so letters, digits, - _ . only");
            }
            if (!sets.TryAdd(IPSet.NameOf(id, false), id))
            {
                complaints.Add($"groups {sets[IPSet.NameOf(id, false)]} and {id} would share a set: they agree in 24 characters");
            }
            foreach (var rule in group.Group.Rules)
            {
                if ((rule.RemoteGroupId ?? rule.RemoteAddressGroupId) is { } remote && !known.Contains(remote))
                {
                    complaints.Add($"group {id}: a rule names group {Printable.Escape(remote)}, which is not in the file");
                }
            }
        }
    }
}
