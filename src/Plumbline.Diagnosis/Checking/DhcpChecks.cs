using System.Net;
using System.Net.Sockets;
using Plumbline.Linux.Netlink;
using Plumbline.Neutron;
using Plumbline.Node.Facts;

namespace Plumbline.Diagnosis.Checking;

/// <summary>
/// DHCP servers without the API: an internal port <c>tap…</c> with an iface-id is one's, its network stands beside it, and so does the
/// name of the namespace that it belongs into.
/// </summary>
internal static class DhcpChecks
{
    private const string Restart = "systemctl restart neutron-dhcp-agent";

    public static void Run(CheckContext context, CheckNode node)
    {
        if (!ServiceChecks.AreNamespacesTold(node) || node.Snapshot.Ovs is null)
        {
            return;
        }
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var space in node.Snapshot.Namespaces)
        {
            // its dnsmasq still runs, and nothing joins it to the network
            if (DeviceNames.DhcpNetworkId(space.Name) is { } network && space.Links.Count > 0 && Server(space) is null
                && (Runs(node, space, network) == true || space.Sockets?.Any(s => s.Address.EndsWith(":67", StringComparison.Ordinal)) == true)
                && !node.OvsPorts.Any(p => p.Row.Type == "internal" && p.Port.OtherConfig.GetValueOrDefault("net_uuid") == network && p.Row.Name.StartsWith("tap", StringComparison.Ordinal)))
            {
                var file = node.Snapshot.Files?.FirstOrDefault(f => f.Path.EndsWith($"/dhcp/{network}/interface", StringComparison.Ordinal))?.Text.Trim();
                context.Found.Add(RouterChecks.Fault(node, "service-port-missing", string.IsNullOrEmpty(file) ? space.Name : file,
                    $"the DHCP server of network {network} has no device in {space.Name}", [$"devices there: {string.Join(", ", space.Links.Select(l => l.Name))}"],
                    "the DHCP server is cut off from its network", Restart));
            }
        }
        foreach (var (_, port, row) in node.OvsPorts)
        {
            if (row.Type == "internal" && row.Name.StartsWith("tap", StringComparison.Ordinal) && row.ExternalIds.ContainsKey("iface-id")
                && string.IsNullOrEmpty(row.Error) && port.OtherConfig.GetValueOrDefault("net_uuid") is { Length: 36 } network)
            {
                seen.Add(network);
                CheckPort(context, node, row.Name, network);
            }
        }
        foreach (var space in node.Snapshot.Namespaces)
        {
            if (DeviceNames.DhcpNetworkId(space.Name) is { } network && !seen.Contains(network) && Server(space) is { } tap)
            {
                CheckServer(context, node, space, tap, network);
            }
        }
        CheckDirectories(context, node, seen);
    }

    private static void CheckPort(CheckContext context, CheckNode node, string tap, string network)
    {
        var name = DeviceNames.DhcpNamespace(network);
        var home = node.Snapshot.Namespaces.FirstOrDefault(n => n.Links.Any(l => l.Name == tap));
        if (node.Namespace(name) is not { } space)
        {
            // a namespace that could not be looked into may have it
            if (home is null or { Name.Length: 0 } && node.Snapshot.Namespaces.All(n => n.Links.Count > 0))
            {
                context.Found.Add(RouterChecks.Fault(node, "dhcp-namespace-missing", name, $"the DHCP namespace of network {network} is not there",
                    [home is null ? $"{tap} is a port of Open vSwitch, and no namespace has the device" : $"{tap} is in the node's own namespace"],
                    "VMs of that network get no address from this node, and no metadata", Restart));
            }
            return;
        }
        if (space.Links.Count == 0)
        {
            return; // listed, not looked into
        }
        if (space.Links.FirstOrDefault(l => l.Name == tap) is not { } link)
        {
            if (home is null or { Name.Length: 0 })
            {
                context.Found.Add(RouterChecks.Fault(node, "service-port-missing", tap, $"{tap} of the DHCP server of network {network} is not in {name}",
                    [$"devices there: {string.Join(", ", space.Links.Select(l => l.Name))}"], "the DHCP server is cut off from its network", Restart));
            }
            return;
        }
        CheckServer(context, node, space, link, network);
    }

    /// <summary>The server's device, where nothing of Open vSwitch names it.</summary>
    private static Link? Server(NamespaceFacts space)
    {
        foreach (var link in space.Links)
        {
            if (link.Name.StartsWith("tap", StringComparison.Ordinal) || link.Name.StartsWith("ns-", StringComparison.Ordinal))
            {
                return link;
            }
        }
        return null;
    }

    private static void CheckServer(CheckContext context, CheckNode node, NamespaceFacts space, Link link, string network)
    {
        if (!RouterChecks.IsJudged(space, link))
        {
            return;
        }
        if (!link.Flags.HasFlag(LinkFlags.Up))
        {
            context.Found.Add(RouterChecks.Fault(node, "link-down", link.Name, $"{link.Name} of the DHCP server of network {network} is down", [$"in {space.Name}"],
                "the DHCP server is cut off from its network", $"ip netns exec {space.Name} ip link set {link.Name} up"));
            return;
        }
        ServiceChecks.CheckRules(context, node, space.Name, network);
        ServiceChecks.CheckSecond(context, node, space, network);
        // 169.254.169.254 is the metadata service's, which is there beside the server's own
        var addresses = space.Addresses.Where(a => a.IfIndex == link.IfIndex && a.Address.AddressFamily == AddressFamily.InterNetwork
            && a.Address.GetAddressBytes() is not [169, 254, ..]).ToList();
        CheckHosts(context, node, network, addresses);
        if (addresses.Count == 0)
        {
            // a network may have IPv6 alone: dnsmasq answers on port 67 where it has IPv4 to give
            if (RouterChecks.AreAddressesTold(space) && (Runs(node, space, network) == true || space.Sockets?.Any(s => s.Address.EndsWith(":67", StringComparison.Ordinal)) == true))
            {
                context.Found.Add(RouterChecks.Fault(node, "service-address-missing", link.Name, $"{link.Name} of the DHCP server of network {network} has no IPv4 address",
                    [$"dnsmasq runs in {space.Name}"], "dnsmasq has no address to answer from", Restart));
            }
            return;
        }
        var listens = space.Sockets is { } sockets ? sockets.Any(s => s.Address.EndsWith(":67", StringComparison.Ordinal)) : (bool?)null;
        if (listens == false || listens is null && Runs(node, space, network) == false)
        {
            context.Found.Add(RouterChecks.Fault(node, "dhcp-dead", space.Name, $"no DHCP server listens for network {network}",
                [listens == false ? $"no socket on UDP port 67 in {space.Name}, where {link.Name} has {addresses[0].Address}" : $"no dnsmasq process of this network, and {link.Name} has {addresses[0].Address}"],
                "VMs of that network get no address and lose theirs when the lease ends", Restart + "; see dnsmasq in its log"));
        }
    }

    /// <summary>The agent writes the names of all ports and dnsmasq's list of whom it answers at once: who has a name has an entry.</summary>
    private static void CheckHosts(CheckContext context, CheckNode node, string network, List<LinkAddress> own)
    {
        string? Text(string file) => node.Snapshot.Files?.FirstOrDefault(f => f.Path.EndsWith($"/dhcp/{network}/{file}", StringComparison.Ordinal))?.Text;
        if (Text("host") is not { } hosts || Text("addn_hosts") is not { } names)
        {
            return;
        }
        var given = hosts.Split('\n').SelectMany(l => l.Trim().Split(',')).ToHashSet(StringComparer.Ordinal);
        var missing = names.Split('\n').Select(l => l.Split((char[])['\t', ' '])[0].Trim()).Where(a => a.Length > 0 && !given.Contains(a)
            && IPAddress.TryParse(a, out var address) && address.AddressFamily == AddressFamily.InterNetwork && own.Exists(o => Tracing.TraceSpace.Masked(o.Address, o.PrefixLength).Equals(Tracing.TraceSpace.Masked(address, o.PrefixLength)))).ToList();
        if (missing.Count > 0)
        {
            context.Found.Add(RouterChecks.Fault(node, "dhcp-host-missing", missing.Count == 1 ? missing[0] : DeviceNames.DhcpNamespace(network),
                $"the DHCP server of network {network} does not answer {string.Join(", ", missing)}", [$"in dhcp/{network}/addn_hosts, and not in dhcp/{network}/host"],
                "they get no address, or another one than their port has", Restart + ": it writes the file anew"));
        }
    }

    /// <summary>A DHCP server of the network runs; null where processes were not told.</summary>
    private static bool? Runs(CheckNode node, NamespaceFacts space, string network) => node.Snapshot.Processes is not { Count: > 0 } processes ? null
        : processes.Any(p => p.Namespace == space.Name && (p.Command.Contains("dnsmasq", StringComparison.Ordinal) || p.Command.Contains("dhcpd", StringComparison.Ordinal))
            || p.Command.Contains("dnsmasq", StringComparison.Ordinal) && p.Command.Contains(network, StringComparison.Ordinal));

    /// <summary>A server that still runs for a network whose namespace was deleted below it.</summary>
    private static void CheckDirectories(CheckContext context, CheckNode node, HashSet<string> seen)
    {
        foreach (var process in node.Snapshot.Processes ?? [])
        {
            const string Mark = "/dhcp/";
            var at = process.Command.Contains("dnsmasq", StringComparison.Ordinal) ? process.Command.IndexOf(Mark, StringComparison.Ordinal) : -1;
            if (at < 0 || process.Command.Length < at + Mark.Length + 36)
            {
                continue;
            }
            var network = process.Command.Substring(at + Mark.Length, 36);
            if (Guid.TryParse(network, out _) && !seen.Contains(network) && node.Namespace(DeviceNames.DhcpNamespace(network)) is null)
            {
                context.Found.Add(RouterChecks.Fault(node, "dhcp-namespace-missing", DeviceNames.DhcpNamespace(network),
                    $"the DHCP namespace of network {network} is not there, and its dnsmasq still runs", [process.Command.Length > 120 ? process.Command[..120] + "…" : process.Command],
                    "VMs of that network get no address from this node, and no metadata", Restart));
            }
        }
    }
}
