using Plumbline.Iptables;
using Plumbline.Linux.Netlink;
using Plumbline.Neutron;
using Plumbline.Neutron.Api;
using Plumbline.Node.Facts;
using Plumbline.Node.Firewalls;

namespace Plumbline.Diagnosis.Checking;

/// <summary>DHCP servers and routers: their namespaces, devices, addresses and daemons, as the API wants them on this node.</summary>
internal static class ServiceChecks
{
    public static void Run(CheckContext context)
    {
        if (context.Cloud is not { Ports: { } ports })
        {
            context.Found.Skip("DHCP servers and routers against Neutron's (--api with ports)");
            foreach (var node in context.Nodes)
            {
                DhcpChecks.Run(context, node);
                OwnRouterChecks.Run(context, node);
            }
            return;
        }
        foreach (var node in context.Nodes)
        {
            foreach (var port in ports.Values.Where(p => node.IsCalled(p.Host) && p.IsUp).OrderBy(p => p.Id, StringComparer.Ordinal))
            {
                if (port.Owner == "network:dhcp")
                {
                    CheckDhcp(context, node, port);
                }
                else if (port.Owner is "network:router_interface" or "network:router_gateway")
                {
                    CheckRouterPort(context, node, port);
                }
            }
            foreach (var router in context.Cloud.Routers ?? [])
            {
                CheckRouter(context, node, router);
            }
        }
    }

    private static void CheckDhcp(CheckContext context, CheckNode node, CloudPort port)
    {
        var cloud = context.Cloud!;
        var network = cloud.Networks?.GetValueOrDefault(port.NetworkId);
        var name = network is { Name.Length: > 0 } ? network.Name : port.NetworkId;
        if (cloud.Subnets is { } subnets && !subnets.Any(s => s.NetworkId == port.NetworkId && s.HasDhcp))
        {
            return;
        }
        if (!AreNamespacesTold(node))
        {
            context.Found.Skip($"{node.Name}: DHCP servers (no namespaces)");
            return;
        }
        var space = DeviceNames.DhcpNamespace(port.NetworkId);
        if (node.Namespace(space) is not { } facts)
        {
            context.Found.Add(RouterChecks.Fault(node, "dhcp-namespace-missing", space, $"the DHCP namespace of network {name} is not there",
                [], $"VMs of {name} get no address from this node, and no metadata", "systemctl restart neutron-dhcp-agent"));
            return;
        }
        if (!CheckDevice(context, node, facts, port, DeviceNames.Tap(port.Id), $"the DHCP server of network {name}",
            "systemctl restart neutron-dhcp-agent"))
        {
            return;
        }
        CheckRules(context, node, space, name);
        CheckSecond(context, node, facts, name);
        var listens = facts.Sockets is { } sockets ? sockets.Any(s => s.Address.EndsWith(":67", StringComparison.Ordinal)) : (bool?)null;
        var runs = node.Snapshot.Processes?.Any(p => p.Command.Contains("dnsmasq", StringComparison.Ordinal)
            && p.Command.Contains(port.NetworkId, StringComparison.Ordinal));
        if (listens == false || listens is null && runs == false)
        {
            context.Found.Add(RouterChecks.Fault(node, "dhcp-dead", space, $"no DHCP server listens for network {name}",
                [listens == false ? $"no socket on UDP port 67 in {space}" : "no dnsmasq process of this network"],
                $"VMs of {name} get no address and lose theirs when the lease ends", "systemctl restart neutron-dhcp-agent; see dnsmasq in its log"));
        }
    }

    /// <summary>The agent writes no rule there that drops.</summary>
    internal static void CheckRules(CheckContext context, CheckNode node, string space, string name)
    {
        var drops = NodeFirewall.Read(node.Snapshot).Find(space)?.IPv4?.Tables.Where(t => t.Name != "nat").SelectMany(t => t.Chains.SelectMany(c => c.Rules
            .Where(r => r.Target is VerdictTarget { Verdict: Verdict.Drop } or RejectTarget).Select(r => $"{t.Name}: {r.Text.Trim()}")
            .Concat(c.Policy == Verdict.Drop ? [$"{t.Name}: policy of {c.Name} is DROP"] : []))).ToList() ?? [];
        if (drops.Count > 0)
        {
            context.Found.Add(RouterChecks.Fault(node, "dhcp-firewall", space, $"rules in the DHCP namespace of network {name} drop packets; the agent writes none there that does",
                drops, $"what they match does not reach the DHCP server of {name}", $"ip netns exec {space} iptables-save shows them; delete them"));
        }
    }

    /// <summary>Two programs that answer DHCP in one namespace: each client hears the first, with what it was told.</summary>
    internal static void CheckSecond(CheckContext context, CheckNode node, NamespaceFacts facts, string name)
    {
        var servers = facts.Sockets?.Where(s => s.Address.EndsWith(":67", StringComparison.Ordinal) && s.Pid is not null).DistinctBy(s => s.Pid).ToList() ?? [];
        if (servers.Count > 1)
        {
            context.Found.Add(RouterChecks.Fault(node, "dhcp-second", facts.Name, $"{servers.Count} DHCP servers listen for network {name}",
                [.. servers.Select(s => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{s.Process ?? "a program"}, pid {s.Pid}, on {s.Address}"))],
                "guests get their address from the one or the other, which may know other hosts and options", "end the one that is not in the pid file beside dnsmasq's host file, or systemctl restart neutron-dhcp-agent"));
        }
    }

    private static void CheckRouterPort(CheckContext context, CheckNode node, CloudPort port)
    {
        if (!AreNamespacesTold(node))
        {
            context.Found.Skip($"{node.Name}: routers (no namespaces)");
            return;
        }
        var router = context.Cloud!.Routers?.FirstOrDefault(r => r.Id == port.DeviceId);
        if (router is { IsUp: false })
        {
            return;
        }
        var name = router is { Name.Length: > 0 } ? router.Name : port.DeviceId;
        var space = DeviceNames.RouterNamespace(port.DeviceId);
        if (node.Namespace(space) is not { } facts)
        {
            context.Found.Add(RouterChecks.Fault(node, "router-namespace-missing", space, $"the namespace of router {name} is not there", [],
                $"nothing is routed by {name} on this node", "systemctl restart neutron-l3-agent"));
            return;
        }
        var device = port.Owner == "network:router_gateway" ? DeviceNames.GatewayPort(port.Id) : DeviceNames.RouterPort(port.Id);
        CheckDevice(context, node, facts, port, device, $"router {name}", "systemctl restart neutron-l3-agent");
    }

    /// <summary>A port's device in its namespace: there, up, with the port's addresses and MAC.</summary>
    private static bool CheckDevice(
        CheckContext context, CheckNode node, NamespaceFacts facts, CloudPort port, string device, string whose, string fix)
    {
        if (facts.Links.FirstOrDefault(l => l.Name == device) is not { } link)
        {
            if (facts.AreLinksCut)
            {
                return false;
            }
            context.Found.Add(RouterChecks.Fault(node, "service-port-missing", device, $"{device} of {whose} is not in {facts.Name}",
                [$"devices there: {string.Join(", ", facts.Links.Select(l => l.Name))}"], $"{whose} is cut off from its network", fix));
            return false;
        }
        if (!RouterChecks.IsJudged(facts, link))
        {
            return false;
        }
        if (!link.Flags.HasFlag(LinkFlags.Up))
        {
            context.Found.Add(RouterChecks.Fault(node, "link-down", device, $"{device} of {whose} is down", [$"in {facts.Name}"],
                $"{whose} is cut off from its network", $"ip netns exec {facts.Name} ip link set {device} up"));
            return false;
        }
        if (RouterChecks.AreAddressesTold(facts) && !HighAvailabilityChecks.IsStandby(facts))
        {
            var own = facts.Addresses.Where(a => a.IfIndex == link.IfIndex).Select(a => a.Address).ToList();
            // of a distributed router's port the address alone may stand there
            foreach (var held in facts.Addresses.Where(a => a.IfIndex == link.IfIndex && port.FixedAddresses.Contains(a.Address) && a.PrefixLength == a.Address.GetAddressBytes().Length * 8))
            {
                if (context.Cloud!.Subnets?.FirstOrDefault(s => s.NetworkId == port.NetworkId && s.Prefix.Contains(held.Address)) is { } subnet
                    && subnet.Prefix.PrefixLength < held.PrefixLength && !own.Exists(o => !o.Equals(held.Address) && subnet.Prefix.Contains(o))
                    && port.Owner is "network:router_interface" or "network:dhcp")
                {
                    context.Found.Add(RouterChecks.Fault(node, "service-address-missing", device, $"{device} of {whose} has {held.Address}/{held.PrefixLength}, its subnet is {subnet.Prefix}",
                        [$"in {facts.Name}"], $"{whose} knows nobody of that subnet: what is for them goes out by its default route, or nowhere", fix));
                }
            }
            foreach (var missing in port.FixedAddresses.Where(a => !own.Contains(a)))
            {
                context.Found.Add(RouterChecks.Fault(node, "service-address-missing", device, $"{device} of {whose} lacks its address {missing}",
                    [$"it has {(own.Count > 0 ? string.Join(", ", own) : "none")}"], $"who looks for {whose} at {missing} finds nobody", fix));
            }
        }
        if (port.Address is { } mac && link.Address is { } actual && actual != mac)
        {
            context.Found.Add(RouterChecks.Fault(node, "mac-mismatch", device, $"{device} of {whose} has the MAC address {actual}, its port {mac}",
                [], "flows and guests know it by the other address", $"ip netns exec {facts.Name} ip link set {device} address {mac}"));
        }
        return true;
    }

    private static void CheckRouter(CheckContext context, CheckNode node, CloudRouter router)
    {
        if (!router.IsUp || node.Namespace(DeviceNames.RouterNamespace(router.Id)) is not { } facts || HighAvailabilityChecks.IsStandby(facts))
        {
            return;
        }
        var name = router.Name.Length > 0 ? router.Name : router.Id;
        RouterChecks.CheckForwarding(context, node, facts, name);
        if (facts.Routes.Count == 0)
        {
            return;
        }
        var gateways = context.Cloud!.Ports!.Values.Where(p => p.Owner == "network:router_gateway" && p.DeviceId == router.Id);
        foreach (var subnet in gateways.SelectMany(g => context.Cloud.Subnets?.Where(s => s.NetworkId == g.NetworkId
            && g.FixedAddresses.Any(s.Prefix.Contains)) ?? []))
        {
            if (subnet.Gateway is { } gateway && !facts.Routes.Any(r => r.PrefixLength == 0
                && r.Destination.AddressFamily == gateway.AddressFamily && gateway.Equals(r.Gateway)))
            {
                var now = facts.Routes.FirstOrDefault(r => r.PrefixLength == 0 && r.Destination.AddressFamily == gateway.AddressFamily);
                context.Found.Add(RouterChecks.Fault(node, "router-default-route", facts.Name, $"router {name} has no default route by {gateway}",
                    [now is null ? "there is no default route" : $"its default route goes by {now.Gateway?.ToString() ?? "a device"}"],
                    $"what VMs send outside by {name} does not get there",
                    $"ip netns exec {facts.Name} ip route replace default via {gateway}"));
            }
        }
        foreach (var (destination, hop) in router.Routes)
        {
            if (!facts.Routes.Any(r => r.Destination.Equals(destination.BaseAddress) && r.PrefixLength == destination.PrefixLength
                && hop.Equals(r.Gateway)))
            {
                context.Found.Add(RouterChecks.Fault(node, "router-route-missing", facts.Name, $"router {name} lacks its route to {destination} by {hop}",
                    [], $"what is sent to {destination} by {name} goes another way or nowhere", "systemctl restart neutron-l3-agent"));
            }
        }
        CheckFloating(context, node, router, facts, name);
        RouterNatChecks.Run(context, node, router.HasSnat ? router.GatewayAddresses : [],
            [.. context.Cloud.FloatingIPs?.Where(f => f.RouterId == router.Id) ?? []], facts, name);
    }

    /// <summary>A floating IP is an address of the router.</summary>
    private static void CheckFloating(CheckContext context, CheckNode node, CloudRouter router, NamespaceFacts facts, string name)
    {
        foreach (var floating in context.Cloud!.FloatingIPs?.Where(f => f.RouterId == router.Id) ?? [])
        {
            if (RouterChecks.AreAddressesTold(facts) && !facts.Addresses.Any(a => a.Address.Equals(floating.Floating)))
            {
                context.Found.Add(RouterChecks.Fault(node, "floating-ip-missing", floating.Floating.ToString(),
                    $"router {name} does not have the floating IP {floating.Floating}", [$"addresses in {facts.Name}"],
                    $"nobody outside reaches {floating.Fixed} by it", "systemctl restart neutron-l3-agent"));
            }
        }
        if (context.Cloud.FloatingIPs is not { } all)
        {
            return;
        }
        foreach (var held in facts.Addresses.Where(a => a.PrefixLength == 32 && a.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork))
        {
            // an address with ports forwarded has rules that name it
            var text = held.Address.ToString();
            if (facts.Links.FirstOrDefault(l => l.IfIndex == held.IfIndex)?.Name is { } device && device.StartsWith("qg-", StringComparison.Ordinal)
                && !all.Any(f => f.Floating.Equals(held.Address)) && !router.GatewayAddresses.Contains(held.Address) && router.GatewayAddresses.Count > 0
                && node.Snapshot.Firewall.Where(f => f.Namespace == facts.Name).ToList() is { Count: > 0 } texts && !texts.Exists(f => f.Text.Contains(text, StringComparison.Ordinal)))
            {
                context.Found.Add(RouterChecks.Fault(node, "floating-ip-nat", text, $"router {name} has {text}, which is no floating IP of Neutron's, and translates it to nobody",
                    [$"{device} in {facts.Name}"], "it answers ARP for that address: who is given it later is not reached", $"ip netns exec {facts.Name} ip addr del {text}/32 dev {device}"));
            }
        }
    }

    internal static bool AreNamespacesTold(CheckNode node) =>
        (node.Snapshot.TakenBy is not null && node.Snapshot.Namespaces.Any(n => n.Name.Length > 0))
        || node.Snapshot.Sources.Any(s => s is { Source: "namespaces", Outcome: SourceOutcome.Read or SourceOutcome.Partial });
}
