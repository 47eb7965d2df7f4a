using System.Net;
using System.Net.Sockets;
using Plumbline.Iptables;
using Plumbline.Linux.Netlink;
using Plumbline.Neutron;
using Plumbline.Neutron.Api;
using Plumbline.Node.Facts;
using Plumbline.Node.Firewalls;

namespace Plumbline.Diagnosis.Checking;

/// <summary>Inside the namespaces of routers: routes to what they are joined to, rules that are not the agent's, the metadata proxy, neighbours.</summary>
internal static class RouterChecks
{
    private const uint LocalTable = 255;
    private const uint MainTable = 254;
    private const int Unicast = 1;
    private const int Blackhole = 6;
    private const int Prohibit = 8;
    private const int Permanent = 0x80;

    public static void Run(CheckContext context)
    {
        if (context.Cloud is not { Routers: { } routers, Ports: { } ports } cloud)
        {
            return;
        }
        foreach (var node in context.Nodes)
        {
            var firewall = NodeFirewall.Read(node.Snapshot);
            foreach (var router in routers.Where(r => r.IsUp))
            {
                if (node.Namespace(DeviceNames.RouterNamespace(router.Id)) is not { } facts || HighAvailabilityChecks.IsStandby(facts))
                {
                    continue;
                }
                var name = router.Name.Length > 0 ? router.Name : router.Id;
                var own = ports.Values.Where(p => p.DeviceId == router.Id && p.Owner.StartsWith("network:router_", StringComparison.Ordinal)).ToList();
                CheckConnected(context, node, facts, name, own, cloud);
                CheckBlackholes(context, node, facts, name);
                CheckForeignRoutes(context, node, facts, router, name, own, cloud);
                CheckNeighbours(context, node, facts, name, own);
                if (firewall.Find(facts.Name) is { } rules)
                {
                    CheckRules(context, node, facts, rules, name);
                    CheckMetadata(context, node, facts, rules, name);
                }
            }
        }
    }

    /// <summary>A device that is up, with its address, has a route to its subnet: the kernel makes it.</summary>
    private static void CheckConnected(CheckContext context, CheckNode node, NamespaceFacts facts, string name, List<CloudPort> own, Cloud cloud)
    {
        if (facts.Routes.Count == 0)
        {
            return;
        }
        foreach (var port in own)
        {
            foreach (var address in port.FixedAddresses.Where(a => a.AddressFamily == AddressFamily.InterNetwork))
            {
                var held = facts.Addresses.FirstOrDefault(a => a.Address.Equals(address));
                var link = held is null ? null : facts.Links.FirstOrDefault(l => l.IfIndex == held.IfIndex);
                if (link is null || !link.Flags.HasFlag(LinkFlags.Up)
                    || cloud.Subnets?.FirstOrDefault(s => s.NetworkId == port.NetworkId && s.Prefix.Contains(address)) is not { } subnet)
                {
                    continue;
                }
                if (held!.PrefixLength is > 0 and < 32 && !facts.Routes.Any(r => r.Table != LocalTable && r.PrefixLength > 0
                    && r.Destination.Equals(subnet.Prefix.BaseAddress) && r.PrefixLength <= subnet.Prefix.PrefixLength))
                {
                    context.Found.Add(Fault(node, "router-route-missing", subnet.Prefix.ToString(),
                        $"router {name} has no route to its own subnet {subnet.Prefix}", [$"{link.Name} in {facts.Name} has {address}"],
                        $"what it shall pass on to {subnet.Prefix} goes out by its default route, or nowhere",
                        $"ip netns exec {facts.Name} ip route add {subnet.Prefix} dev {link.Name} src {address}"));
                }
            }
        }
    }

    /// <summary>The namespace passes packets on, and so does each of its devices.</summary>
    internal static void CheckForwarding(CheckContext context, CheckNode node, NamespaceFacts facts, string name)
    {
        const string All = "net.ipv4.ip_forward";
        var off = Is(facts, All, "0") ? All : null;
        foreach (var link in facts.Links)
        {
            off ??= link.Name.StartsWith("qr-", StringComparison.Ordinal) && Is(facts, $"net.ipv4.conf.{link.Name}.forwarding", "0") ? $"net.ipv4.conf.{link.Name}.forwarding" : null;
        }
        if (off is not null)
        {
            context.Found.Add(Fault(node, "router-not-forwarding", facts.Name, $"router {name} does not forward: {off} is 0", [$"in {facts.Name}"],
                off == All ? $"nothing is routed by {name}" : $"what comes in there is not routed by {name}", $"ip netns exec {facts.Name} sysctl -w {off}=1"));
        }
    }

    private static bool Is(NamespaceFacts facts, string sysctl, string value) => facts.Sysctls.TryGetValue(sysctl, out var told) && told.Trim() == value;

    internal static void CheckBlackholes(CheckContext context, CheckNode node, NamespaceFacts facts, string name)
    {
        foreach (var route in facts.Routes.Where(r => r.Type is >= Blackhole and <= Prohibit && r.PrefixLength > 0 && r.Table != LocalTable))
        {
            var kind = route.Type switch { Blackhole => "blackhole", Prohibit => "prohibit", _ => "unreachable" };
            context.Found.Add(Fault(node, "router-blackhole", $"{route.Destination}/{route.PrefixLength}",
                $"router {name} throws away what is for {route.Destination}/{route.PrefixLength}", [$"{kind} {route.Destination}/{route.PrefixLength} in {facts.Name}"],
                "nobody reaches it through this router", $"ip netns exec {facts.Name} ip route del {kind} {route.Destination}/{route.PrefixLength}"));
        }
    }

    /// <summary>
    /// A route that Neutron does not know, and that takes what is for a subnet of the router another way, or to a next hop that is nobody's.
    /// </summary>
    private static void CheckForeignRoutes(
        CheckContext context, CheckNode node, NamespaceFacts facts, CloudRouter router, string name, List<CloudPort> own, Cloud cloud)
    {
        var networks = own.Select(p => p.NetworkId).ToHashSet(StringComparer.Ordinal);
        var subnets = cloud.Subnets?.Where(s => networks.Contains(s.NetworkId)).ToList() ?? [];
        foreach (var route in facts.Routes.Where(r => r.Table is MainTable && r.Type is 0 or Unicast && r.PrefixLength > 0
            && r.Destination.AddressFamily == AddressFamily.InterNetwork && !r.Destination.ToString().StartsWith("169.254.", StringComparison.Ordinal)))
        {
            if (router.Routes.Any(r => r.Destination.BaseAddress.Equals(route.Destination) && r.Destination.PrefixLength == route.PrefixLength))
            {
                continue;
            }
            var device = facts.Links.FirstOrDefault(l => l.IfIndex == route.IfIndex)?.Name ?? "a device";
            var inside = subnets.Find(s => s.Prefix.Contains(route.Destination) && s.Prefix.PrefixLength <= route.PrefixLength);
            var isConnected = route.Gateway is null && facts.Addresses.Any(a => a.IfIndex == route.IfIndex
                && (a.Address.Equals(route.Destination) || a.PrefixLength <= route.PrefixLength && new IPNetwork(MaskedTo(a.Address, a.PrefixLength), a.PrefixLength).Contains(route.Destination)));
            var isNobodys = route.Gateway is { } hop && subnets.Exists(s => s.Prefix.Contains(hop)) && !subnets.Exists(s => hop.Equals(s.Gateway))
                && !cloud.Ports!.Values.Any(p => networks.Contains(p.NetworkId) && p.FixedAddresses.Contains(hop));
            // a subnet given to the device itself is on the wire there: an external network may have several
            if (isConnected || inside is null && !isNobodys || route.Gateway is null && own.Exists(p => device.EndsWith(p.Id[..DeviceNames.IdLength], StringComparison.Ordinal) && p.NetworkId == inside?.NetworkId))
            {
                continue;
            }
            var text = $"{route.Destination}/{route.PrefixLength}{(route.Gateway is { } via ? $" via {via}" : "")} dev {device}";
            context.Found.Add(Fault(node, "router-route-wrong", $"{route.Destination}/{route.PrefixLength}",
                $"router {name} sends {route.Destination}/{route.PrefixLength} {(isNobodys ? $"to {route.Gateway}, which is no port's address" : $"another way than into its subnet {inside!.Prefix}")}",
                [text, "no such route among the router's in Neutron"], "what is sent there through this router does not arrive",
                $"ip netns exec {facts.Name} ip route del {text}"));
        }
    }

    private static IPAddress MaskedTo(IPAddress address, int length) => Tracing.TraceSpace.Masked(address, length);

    /// <summary>An entry that was set for ever (not one that is merely old) with another MAC address than the port has.</summary>
    private static void CheckNeighbours(CheckContext context, CheckNode node, NamespaceFacts facts, string name, List<CloudPort> own)
    {
        var networks = own.Select(p => p.NetworkId).ToHashSet(StringComparer.Ordinal);
        foreach (var neighbour in facts.Neighbours.Where(n => (n.State & Permanent) != 0 && n.LinkAddress is not null))
        {
            var meant = context.Cloud!.Ports!.Values.FirstOrDefault(p => networks.Contains(p.NetworkId) && p.FixedAddresses.Contains(neighbour.Address));
            if (meant?.Address is not { } mac)
            {
                CheckGatewayNeighbour(context, node, facts, name, neighbour);
                continue;
            }
            if (mac == neighbour.LinkAddress)
            {
                continue;
            }
            context.Found.Add(Fault(node, "neighbour-wrong", neighbour.Address.ToString(),
                $"router {name} has {neighbour.LinkAddress} as the address of {neighbour.Address} for ever; its port has {mac}",
                [$"permanent entry in {facts.Name}"], $"what the router sends to {neighbour.Address} reaches nobody",
                $"ip netns exec {facts.Name} ip neigh del {neighbour.Address} dev {facts.Links.FirstOrDefault(l => l.IfIndex == neighbour.IfIndex)?.Name ?? "DEVICE"}"));
        }
    }

    /// <summary>The gateway outside, written down for ever, whose address the switch never saw while it saw others there.</summary>
    internal static void CheckGatewayNeighbour(CheckContext context, CheckNode node, NamespaceFacts facts, string name, Neighbour neighbour)
    {
        if (facts.Links.FirstOrDefault(l => l.IfIndex == neighbour.IfIndex) is not { } link || !facts.Routes.Any(r => r.PrefixLength == 0 && neighbour.Address.Equals(r.Gateway))
            || node.OvsPort(link.Name) is not { Port.Tag: { } vlan } own
            || node.Snapshot.Switching?.Bridges.FirstOrDefault(b => b.Bridge == own.Bridge.Name)?.Fdb is not { } learned)
        {
            return;
        }
        var there = learned.Where(e => e.Vlan == vlan && e.Address != link.Address).ToList();
        if (there.Count > 0 && !there.Exists(e => e.Address == neighbour.LinkAddress))
        {
            context.Found.Add(Fault(node, "neighbour-wrong", neighbour.Address.ToString(),
                $"router {name} has {neighbour.LinkAddress} as the address of its gateway {neighbour.Address} for ever; {own.Bridge.Name} never saw it there",
                [$"permanent entry in {facts.Name}", $"learned in VLAN {vlan}: {string.Join(", ", there.Select(e => e.Address))}"], "what the router sends outside reaches nobody",
                $"ip netns exec {facts.Name} ip neigh del {neighbour.Address} dev {link.Name}"));
        }
    }

    /// <summary>The agent's own drops stand in its own chains and are known; what else drops was put there by hand.</summary>
    internal static void CheckRules(CheckContext context, CheckNode node, NamespaceFacts facts, NamespaceFirewall rules, string name)
    {
        var seen = new List<string>();
        foreach (var ruleset in (Ruleset?[])[rules.IPv4, rules.IPv6])
        {
            foreach (var table in ruleset?.Tables ?? [])
            {
                foreach (var chain in table.Chains)
                {
                    if (chain.Policy == Verdict.Drop)
                    {
                        seen.Add($"{table.Name}: policy of {chain.Name} is DROP");
                    }
                    seen.AddRange(chain.Rules.Where(r => Drops(r) && !IsAgents(r)).Select(r => $"{table.Name}: {r.Text.Trim()}"));
                }
            }
        }
        if (seen.Count > 0)
        {
            context.Found.Add(Fault(node, "router-firewall", facts.Name, $"rules that are not the agent's drop packets in router {name}", seen,
                $"what they match is not routed by {name}", $"ip netns exec {facts.Name} iptables-save shows them; delete them, or restart neutron-l3-agent"));
        }
    }

    private static bool Drops(Rule rule) => rule.Target is VerdictTarget { Verdict: Verdict.Drop } or RejectTarget;

    /// <summary>The L3 agent guards its metadata port, and address scopes by marks.</summary>
    private static bool IsAgents(Rule rule) => rule.Text.Contains("--dport 9697", StringComparison.Ordinal)
        || rule.Text.Contains("-m mark ! --mark 0x", StringComparison.Ordinal) || rule.Text.Contains("neutron-l3-agent-fip-", StringComparison.Ordinal)
        || rule.Text.Contains("mark match !", StringComparison.Ordinal) || rule.Text.Contains("tcp dpt:9697", StringComparison.Ordinal);

    internal static void CheckMetadata(CheckContext context, CheckNode node, NamespaceFacts facts, NamespaceFirewall rules, string name)
    {
        var leads = rules.IPv4?.Find("nat")?.Chains.Any(c => c.Rules.Any(r => r.Text.Contains("169.254.169.254", StringComparison.Ordinal)
            && r.Text.Contains("9697", StringComparison.Ordinal))) == true;
        if (leads && facts.Sockets is { } sockets && !sockets.Any(s => s.Address.EndsWith(":9697", StringComparison.Ordinal)))
        {
            context.Found.Add(Fault(node, "metadata-dead", facts.Name, $"no metadata proxy listens in router {name}",
                ["requests to 169.254.169.254 are led to port 9697, where nobody listens"],
                "VMs behind it get no metadata: no SSH key, no user data at their first start", "systemctl restart neutron-l3-agent; see haproxy in its log"));
        }
    }

    /// <summary>
    /// Its state is told, and it is not a device of a router that keepalived holds in reserve here, which the agent leaves down and without addresses.
    /// </summary>
    internal static bool IsJudged(NamespaceFacts facts, Link link) => (link.Flags != 0 || link.OperationalState is not null)
        && (!facts.Links.Any(l => l.Name.StartsWith("ha-", StringComparison.Ordinal))
            || facts.Addresses.Any(a => a.IfIndex == link.IfIndex && !a.Address.IsIPv6LinkLocal));

    /// <summary>An address that is not among these does not exist in the namespace.</summary>
    internal static bool AreAddressesTold(NamespaceFacts facts) => facts.Addresses.Count > 0 && !facts.AreLinksCut && !facts.AreAddressesCut;

    internal static Finding Fault(
        CheckNode node, string id, string about, string what, IReadOnlyList<string> evidence, string consequence, string fix) => new()
        {
            Id = id,
            Node = node.Name,
            Object = about,
            What = what,
            Evidence = evidence,
            Consequence = consequence,
            Fix = fix,
        };
}
