using System.Net;
using System.Net.Sockets;
using Plumbline.Neutron;
using Plumbline.Neutron.Api;

namespace Plumbline.Diagnosis.Checking;

/// <summary>dnsmasq's list of whom it gives which address: who is not in it gets none.</summary>
internal static class DhcpHostChecks
{
    public static void Run(CheckContext context)
    {
        if (context.Cloud is not { Ports: { } ports, Subnets: { } subnets } cloud)
        {
            return;
        }
        foreach (var node in context.Nodes)
        {
            foreach (var file in node.Snapshot.Files ?? [])
            {
                if (file.Path.Split('/') is [.., "dhcp", { Length: 36 } network, "host"])
                {
                    Check(context, node, network, file.Text, ports.Values.Where(p => p.NetworkId == network), subnets, cloud);
                }
                else if (file.Path.Split('/') is [.., "dhcp", { Length: 36 }, "opts"])
                {
                    CheckOptions(context, node, file.Text, cloud);
                }
            }
        }
    }

    /// <summary>
    /// What guests are told is their subnet's: the gateway (alone, and in the classless routes, which a guest prefers), the routes to the metadata
    /// service, the name servers, and no MTU above the network's.
    /// </summary>
    private static void CheckOptions(CheckContext context, CheckNode node, string text, Cloud cloud)
    {
        const string Tag = "tag:subnet-";
        foreach (var line in text.Split('\n'))
        {
            var words = line.Trim().Split(',');
            if (words.Length < 3 || !words[0].StartsWith(Tag, StringComparison.Ordinal)
                || cloud.Subnets!.FirstOrDefault(s => s.Id == words[0][Tag.Length..]) is not { } subnet || Wrong(words, subnet, cloud) is not var (what, consequence))
            {
                continue;
            }
            context.Found.Add(RouterChecks.Fault(node, "dhcp-option-wrong", subnet.Prefix.ToString(), $"the DHCP server tells guests of {subnet.Prefix} {what}", [line.Trim()],
                consequence, "systemctl restart neutron-dhcp-agent: it writes the file anew"));
        }
    }

    private static (string What, string Consequence)? Wrong(string[] words, CloudSubnet subnet, Cloud cloud)
    {
        const string Astray = "guests that get or renew their address then reach nobody outside their subnet";
        switch (words[1])
        {
            case "option:router" or "3" when subnet.Gateway is { } gateway && words[2] != gateway.ToString():
                return ($"the gateway {words[2]}; the subnet's is {gateway}", Astray);
            case "option:classless-static-route" or "121" or "249":
                for (var i = 2; i + 1 < words.Length; i += 2)
                {
                    if (words[i] == "0.0.0.0/0" && subnet.Gateway is { } gateway && words[i + 1] != gateway.ToString())
                    {
                        return ($"the default route by {words[i + 1]}; the subnet's gateway is {gateway}", Astray);
                    }
                    if (words[i] == "169.254.169.254/32" && IPAddress.TryParse(words[i + 1], out var hop) && !hop.Equals(subnet.Gateway)
                        && !cloud.Ports!.Values.Any(p => p.NetworkId == subnet.NetworkId && p.Owner.StartsWith("network:", StringComparison.Ordinal) && p.FixedAddresses.Contains(hop)))
                    {
                        return ($"to look for metadata at {hop}, which is no router's and no DHCP server's address", "VMs get no metadata: no SSH key, no user data at their first start");
                    }
                }
                return null;
            case "option:dns-server" or "6":
                var meant = subnet.NameServers;
                var strange = words.Skip(2).Where(w => IPAddress.TryParse(w, out var server) && !meant.Contains(server)
                    && !cloud.Ports!.Values.Any(p => p.NetworkId == subnet.NetworkId && p.Owner == "network:dhcp" && p.FixedAddresses.Contains(server))).ToList();
                // 0.0.0.0 tells guests of no server at all, which the agent writes where the subnet has it so
                return strange.Count > 0 && !strange.Contains("0.0.0.0") && subnet.AreNameServersTold
                    ? ($"the name server {string.Join(", ", strange)}; the subnet has {(meant.Count > 0 ? string.Join(", ", meant) : "none of its own")}", "guests ask a server for names that is not theirs")
                    : null;
            case "option:mtu" or "26" when int.TryParse(words[2], out var mtu) && cloud.Networks?.GetValueOrDefault(subnet.NetworkId)?.Mtu is { } most && mtu > most:
                return ($"the MTU {mtu}; the network's is {most}", "small packets of theirs pass, large ones vanish");
            default:
                return null;
        }
    }

    private static void Check(
        CheckContext context, CheckNode node, string network, string text, IEnumerable<CloudPort> ports, IReadOnlyList<CloudSubnet> subnets, Cloud cloud)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Trim().Split(',')).ToList();
        var missing = new List<(CloudPort Port, string Address)>();
        foreach (var port in ports.Where(p => p.Owner.StartsWith("compute:", StringComparison.Ordinal) && p.Host is { Length: > 0 } && p.Address is not null))
        {
            foreach (var address in port.FixedAddresses.Where(a => a.AddressFamily == AddressFamily.InterNetwork))
            {
                var mac = port.Address!.Value.ToString();
                if (subnets.Any(s => s.NetworkId == network && s.HasDhcp && s.Prefix.Contains(address))
                    && !lines.Exists(l => l[0].Equals(mac, StringComparison.OrdinalIgnoreCase) && l.Contains(address.ToString())))
                {
                    missing.Add((port, address.ToString()));
                }
            }
        }
        if (missing.Count == 0)
        {
            return;
        }
        var name = cloud.Networks?.GetValueOrDefault(network) is { Name.Length: > 0 } known ? known.Name : network;
        context.Found.Add(RouterChecks.Fault(node, "dhcp-host-missing", missing.Count == 1 ? missing[0].Address : DeviceNames.DhcpNamespace(network),
            $"the DHCP server of network {name} does not know {string.Join(", ", missing.Select(m => $"{(m.Port.Name.Length > 0 ? m.Port.Name : m.Port.Id)} ({m.Port.Address}, {m.Address})"))}",
            [$"{lines.Count} entries in dhcp/{network}/host"], "they get no address, or another one than their port has",
            "systemctl restart neutron-dhcp-agent: it writes the file anew"));
    }
}
