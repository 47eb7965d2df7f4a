using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;

namespace Plumbline.Diagnosis.Checking;

/// <summary>
/// Routers that several agents hold (VRRP, neutron/agent/l3/ha_router.py): keepalived gives the addresses of qr- and qg- devices to the one that is active; those that
/// stand by have none. And who advertises IPv6 prefixes, which the active one does alone.
/// </summary>
internal static class HighAvailabilityChecks
{
    private const string Prefix = "qrouter-";
    private const string Restart = "systemctl restart neutron-l3-agent";

    public static void Run(CheckContext context)
    {
        foreach (var name in context.Nodes.SelectMany(n => n.Snapshot.Namespaces).Select(n => n.Name).Where(n => n.StartsWith(Prefix, StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var members = context.Nodes.Select(n => (Node: n, Facts: n.Namespace(name)!)).Where(m => m.Facts is not null).ToList();
            CheckMembers(context, name, [.. members.Where(m => IsShared(m.Facts) && m.Facts.Addresses.Count > 0)]);
            foreach (var (node, facts) in members.Where(m => !IsStandby(m.Facts)))
            {
                CheckAdvertiser(context, node, facts);
            }
        }
    }

    /// <summary>It is held by several agents.</summary>
    public static bool IsShared(NamespaceFacts facts) => facts.Links.Any(l => l.Name.StartsWith("ha-", StringComparison.Ordinal));

    /// <summary>Another agent's is active: this one's devices have no addresses, and shall have none.</summary>
    public static bool IsStandby(NamespaceFacts facts) => IsShared(facts) && facts.Addresses.Count > 0 && !IsActive(facts);

    private static bool IsActive(NamespaceFacts facts)
    {
        foreach (var held in facts.Addresses)
        {
            if (!held.Address.IsIPv6LinkLocal && facts.Links.Any(l => l.IfIndex == held.IfIndex && IsOfNetworks(l)))
            {
                return true;
            }
        }
        return false;
    }

    private static bool IsOfNetworks(Link link) => link.Name.StartsWith("qr-", StringComparison.Ordinal) || link.Name.StartsWith("qg-", StringComparison.Ordinal);

    private static void CheckMembers(CheckContext context, string space, List<(CheckNode Node, NamespaceFacts Facts)> members)
    {
        if (members.Count == 0)
        {
            return;
        }
        var id = space[Prefix.Length..];
        var name = context.Cloud?.Routers?.FirstOrDefault(r => r.Id == id) is { Name.Length: > 0 } router ? router.Name : id;
        var active = members.FindAll(m => IsActive(m.Facts));
        var evidence = members.Select(m => $"{m.Node.Name}: {(IsActive(m.Facts) ? "has the router's addresses" : "has none of the router's addresses")}{Told(m.Node, space, id)}").ToList();
        if (active.Count > 1)
        {
            context.Found.Add(RouterChecks.Fault(active[0].Node, "router-ha", space, $"router {name} is active on {string.Join(" and ", active.Select(m => m.Node.Name))} at once",
                evidence, "several answer for the same addresses: what VMs send goes by the one or the other, and answers go astray",
                "see why their VRRP packets do not reach each other: the ha- devices, their network's VLAN and tunnels; then " + Restart));
            return;
        }
        var hosts = context.Cloud?.Ports?.Values.Where(p => p.Owner == "network:router_ha_interface" && p.DeviceId == id).Select(p => p.Host).ToList();
        var areAllHere = hosts is { Count: > 0 } ? hosts.TrueForAll(h => h is { Length: > 0 } && members.Exists(m => m.Node.IsCalled(h))) : members.Count > 1;
        if (active.Count == 0 && areAllHere)
        {
            context.Found.Add(RouterChecks.Fault(members[0].Node, "router-ha", space, $"router {name} is active nowhere", evidence,
                $"nobody answers for the addresses of {name}: nothing is routed, floating IPs and metadata are gone", $"see keepalived in the log of these nodes; {Restart}"));
            return;
        }
        foreach (var (node, facts) in members.Where(m => !Keeps(m.Node, space, id) && m.Node.Snapshot.Processes is { Count: > 0 }))
        {
            context.Found.Add(RouterChecks.Fault(node, "router-ha", space, $"keepalived of router {name} does not run", evidence, IsActive(facts)
                ? "it stays active whatever comes: when another takes over there are two" : "it cannot take over when the active one is lost", Restart));
        }
    }

    /// <summary>What keepalived's process and the agent's state file say.</summary>
    private static string Told(CheckNode node, string space, string id)
    {
        var state = node.Snapshot.Files?.FirstOrDefault(f => f.Path.EndsWith($"/ha_confs/{id}/state", StringComparison.Ordinal))?.Text.Trim();
        var words = node.Snapshot.Processes is { Count: > 0 } && !Keeps(node, space, id) ? "; keepalived does not run" : "";
        return state is { Length: > 0 } ? $"{words}; its state file says {state}" : words;
    }

    private static bool Keeps(CheckNode node, string space, string id)
    {
        foreach (var process in node.Snapshot.Processes ?? [])
        {
            if (IsCalled(process, "keepalived") && (process.Namespace == space || process.Command.Contains(id, StringComparison.Ordinal)))
            {
                return true;
            }
        }
        return false;
    }

    private static bool IsCalled(ProcessFacts process, string program)
    {
        var first = process.Command.Split(' ')[0];
        return first[(first.LastIndexOf('/') + 1)..].TrimEnd(':') == program;
    }

    /// <summary>Where guests make their IPv6 addresses themselves or are sent to DHCPv6, the router tells them so: radvd, one for each router.</summary>
    private static void CheckAdvertiser(CheckContext context, CheckNode node, NamespaceFacts facts)
    {
        var id = facts.Name[Prefix.Length..];
        if (node.Snapshot.Processes is not { Count: > 0 } processes || facts.Links.Count == 0
            || processes.Any(p => IsCalled(p, "radvd") && (p.Namespace == facts.Name || p.Command.Contains(id, StringComparison.Ordinal))))
        {
            return;
        }
        List<string> evidence = [];
        foreach (var port in context.Cloud?.Ports?.Values.Where(p => p.DeviceId == id && p.Owner.StartsWith("network:", StringComparison.Ordinal)
            && p.Owner.Contains("interface", StringComparison.Ordinal)) ?? [])
        {
            foreach (var subnet in context.Cloud!.Subnets?.Where(s => s.NetworkId == port.NetworkId && s.RouterAdvertisements is not null
                && port.FixedAddresses.Any(s.Prefix.Contains)) ?? [])
            {
                evidence.Add($"subnet {subnet.Prefix}: ipv6_ra_mode {subnet.RouterAdvertisements}");
            }
        }
        if (evidence.Count == 0 && context.Cloud?.Subnets is null
            && node.Snapshot.Files?.FirstOrDefault(f => f.Path.EndsWith($"/{id}.radvd.conf", StringComparison.Ordinal)) is { } file)
        {
            evidence.Add($"{file.Path} is there");
        }
        if (evidence.Count > 0)
        {
            evidence.Add($"no radvd of {id} among the processes");
            context.Found.Add(RouterChecks.Fault(node, "radvd-dead", facts.Name, $"nobody advertises the IPv6 prefixes of router {id}", evidence,
                "guests get no IPv6 address of their own making and no IPv6 default route, and lose both in a while", Restart));
        }
    }
}
