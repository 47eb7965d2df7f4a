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
                    CheckOptions(context, node, file.Text, subnets);
                }
            }
        }
    }

    /// <summary>The gateway that guests are told is the subnet's.</summary>
    private static void CheckOptions(CheckContext context, CheckNode node, string text, IReadOnlyList<CloudSubnet> subnets)
    {
        const string Tag = "tag:subnet-";
        foreach (var line in text.Split('\n'))
        {
            if (line.Trim().Split(',') is not [var tag, "option:router", var told] || !tag.StartsWith(Tag, StringComparison.Ordinal)
                || subnets.FirstOrDefault(s => s.Id == tag[Tag.Length..]) is not { Gateway: { } gateway } subnet || told == gateway.ToString())
            {
                continue;
            }
            context.Found.Add(RouterChecks.Fault(node, "dhcp-option-wrong", subnet.Prefix.ToString(),
                $"the DHCP server tells guests of {subnet.Prefix} the gateway {told}; the subnet's is {gateway}", [line.Trim()],
                "guests that get or renew their address then reach nobody outside their subnet", "systemctl restart neutron-dhcp-agent: it writes the file anew"));
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
