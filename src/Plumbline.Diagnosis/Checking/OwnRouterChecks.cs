using System.Net;
using System.Net.Sockets;
using Plumbline.Iptables;
using Plumbline.Linux.Netlink;
using Plumbline.Neutron;
using Plumbline.Neutron.Api;
using Plumbline.Node.Facts;
using Plumbline.Node.Firewalls;

namespace Plumbline.Diagnosis.Checking;

/// <summary>
/// Routers without the API: what a router's namespace, its ports of Open vSwitch and the agent's own rules in it say of each other. Of a router
/// that stands by for another (high availability), or that is distributed, the namespace alone does not tell what is missing.
/// </summary>
internal static class OwnRouterChecks
{
    private const uint LocalTable = 255;
    private const uint MainTable = 254;
    private const int Permanent = 0x80;
    private const int Failed = 0x20;
    private const string Restart = "systemctl restart neutron-l3-agent";

    public static void Run(CheckContext context, CheckNode node)
    {
        if (!ServiceChecks.AreNamespacesTold(node))
        {
            return;
        }
        var firewall = NodeFirewall.Read(node.Snapshot);
        var homeless = Homeless(node);
        foreach (var facts in node.Snapshot.Namespaces.Where(n => n.Name.StartsWith("qrouter-", StringComparison.Ordinal) && n.Links.Count > 0))
        {
            var rules = firewall.Find(facts.Name);
            var own = homeless.FindAll(d => rules?.IPv4 is { } named && Names(named, d));
            foreach (var device in own)
            {
                context.Found.Add(RouterChecks.Fault(node, "service-port-missing", device, $"{device} of router {NameOf(facts)} is not in {facts.Name}",
                    [$"devices there: {string.Join(", ", facts.Links.Select(l => l.Name))}", $"rules in {facts.Name} name it"], "the router is cut off from that network", Restart));
            }
            homeless.RemoveAll(own.Contains);
            Check(context, node, facts, rules);
        }
        if (homeless.Count > 0)
        {
            AddHomeless(context, node, homeless);
        }
    }

    /// <summary>Ports of routers whose device is in no namespace that was looked into.</summary>
    private static List<string> Homeless(CheckNode node) => node.Snapshot.Namespaces.Any(n => n.Links.Count == 0) ? []
        :
        [
            .. node.OvsPorts.Where(p => p.Row.Type == "internal" && string.IsNullOrEmpty(p.Row.Error) && p.Row.ExternalIds.ContainsKey("iface-id")
                && (p.Row.Name.StartsWith("qr-", StringComparison.Ordinal) || p.Row.Name.StartsWith("qg-", StringComparison.Ordinal))
                && node.Snapshot.Namespaces.All(n => n.Name.Length == 0 || n.Links.All(l => l.Name != p.Row.Name))).Select(p => p.Row.Name),
        ];

    private static bool Names(Ruleset rules, string device) => rules.Tables.Any(t => t.Chains.Any(c => c.Rules.Any(r => r.Text.Contains(device, StringComparison.Ordinal))));

    /// <summary>Who advertises a router's prefixes is configured by a file that bears the router's id and names its devices.</summary>
    private static void AddHomeless(CheckContext context, CheckNode node, List<string> devices)
    {
        var id = node.Snapshot.Files?.Select(f => (File: f, Name: f.Path[(f.Path.LastIndexOf('/') + 1)..]))
            .FirstOrDefault(f => f.Name.EndsWith(".radvd.conf", StringComparison.Ordinal) && devices.Exists(d => f.File.Text.Contains(d, StringComparison.Ordinal))).Name?.Split('.')[0];
        context.Found.Add(RouterChecks.Fault(node, "router-namespace-missing", id is null ? devices[0] : DeviceNames.RouterNamespace(id),
            $"the namespace of the router with {string.Join(", ", devices)} is not there",
            [$"{string.Join(", ", devices)} {(devices.Count == 1 ? "is a port" : "are ports")} of Open vSwitch, and no namespace has the device"],
            "nothing is routed by it on this node", Restart));
    }

    private static string NameOf(NamespaceFacts facts) => facts.Name["qrouter-".Length..];

    private static void Check(CheckContext context, CheckNode node, NamespaceFacts facts, NamespaceFirewall? rules)
    {
        var name = NameOf(facts);
        var isShared = facts.Links.Any(l => l.Name.StartsWith("ha-", StringComparison.Ordinal) || l.Name.StartsWith("rfp-", StringComparison.Ordinal));
        if (HighAvailabilityChecks.IsStandby(facts))
        {
            return;
        }
        RouterChecks.CheckForwarding(context, node, facts, name);
        RouterChecks.CheckBlackholes(context, node, facts, name);
        CheckNeighbours(context, node, facts, name);
        if (rules is not null)
        {
            RouterChecks.CheckRules(context, node, facts, rules, name);
            RouterChecks.CheckMetadata(context, node, facts, rules, name);
        }
        if (isShared)
        {
            return;
        }
        var isWhole = true;
        foreach (var link in facts.Links.Where(l => l.Name.StartsWith("qr-", StringComparison.Ordinal) || l.Name.StartsWith("qg-", StringComparison.Ordinal)))
        {
            isWhole &= CheckDevice(context, node, facts, link, name) || link.Name.StartsWith("qr-", StringComparison.Ordinal);
        }
        if (isWhole && facts.Links.FirstOrDefault(l => l.Name.StartsWith("qg-", StringComparison.Ordinal)) is { } gateway)
        {
            CheckDefault(context, node, facts, gateway, name);
            CheckTranslation(context, node, facts, gateway, rules?.IPv4, name);
        }
        else if (isWhole)
        {
            RouterNatChecks.Run(context, node, [], [], facts, name);
        }
    }

    /// <summary>Up, with an address, and with the route that the kernel makes of it.</summary>
    private static bool CheckDevice(CheckContext context, CheckNode node, NamespaceFacts facts, Link link, string name)
    {
        if (!RouterChecks.IsJudged(facts, link))
        {
            return false;
        }
        if (!link.Flags.HasFlag(LinkFlags.Up))
        {
            context.Found.Add(RouterChecks.Fault(node, "link-down", link.Name, $"{link.Name} of router {name} is down", [$"in {facts.Name}"],
                "the router is cut off from that network", $"ip netns exec {facts.Name} ip link set {link.Name} up"));
            return false;
        }
        var own = facts.Addresses.Where(a => a.IfIndex == link.IfIndex && !a.Address.IsIPv6LinkLocal).ToList();
        if (own.Count == 0 && RouterChecks.AreAddressesTold(facts))
        {
            context.Found.Add(RouterChecks.Fault(node, "service-address-missing", link.Name, $"{link.Name} of router {name} has no address",
                [$"in {facts.Name}; the router's other devices have theirs"], "who sends by this router finds nobody there", Restart));
            return false;
        }
        if (link.Name.StartsWith("qr-", StringComparison.Ordinal) && own.Find(a => a.Address.AddressFamily == AddressFamily.InterNetwork) is { PrefixLength: 32 } lone
            && !own.Exists(a => a.Address.AddressFamily == AddressFamily.InterNetwork && a.PrefixLength < 32))
        {
            context.Found.Add(RouterChecks.Fault(node, "service-address-missing", link.Name, $"{link.Name} of router {name} has {lone.Address}/32, and no subnet with it",
                [$"in {facts.Name}"], "it knows nobody of its own subnet: what is for them goes out by its default route, or nowhere", Restart));
            return false;
        }
        foreach (var held in own.Where(a => a.Address.AddressFamily == AddressFamily.InterNetwork && a.PrefixLength is > 0 and < 32 && facts.Routes.Count > 0))
        {
            var prefix = new IPNetwork(Tracing.TraceSpace.Masked(held.Address, held.PrefixLength), held.PrefixLength);
            if (!facts.Routes.Any(r => r.Table != LocalTable && r.PrefixLength > 0 && r.Destination.Equals(prefix.BaseAddress) && r.PrefixLength <= prefix.PrefixLength))
            {
                context.Found.Add(RouterChecks.Fault(node, "router-route-missing", prefix.ToString(), $"router {name} has no route to its own subnet {prefix}",
                    [$"{link.Name} in {facts.Name} has {held.Address}"], $"what it shall pass on to {prefix} goes out by its default route, or nowhere",
                    $"ip netns exec {facts.Name} ip route add {prefix} dev {link.Name} src {held.Address}"));
            }
        }
        return true;
    }

    /// <summary>A router with an address outside has its default route there.</summary>
    private static void CheckDefault(CheckContext context, CheckNode node, NamespaceFacts facts, Link gateway, string name)
    {
        var address = facts.Addresses.FirstOrDefault(a => a.IfIndex == gateway.IfIndex && a.Address.AddressFamily == AddressFamily.InterNetwork);
        if (address is null || facts.Routes.Count == 0)
        {
            return;
        }
        var defaults = facts.Routes.Where(r => r.PrefixLength == 0 && r.Table == MainTable && r.Destination.AddressFamily == AddressFamily.InterNetwork && r.Type is 0 or 1).ToList();
        if (defaults.Find(r => r.IfIndex == gateway.IfIndex) is { } route)
        {
            if (facts.Neighbours.FirstOrDefault(n => n.IfIndex == gateway.IfIndex && n.Address.Equals(route.Gateway)) is { LinkAddress: null, State: Failed })
            {
                context.Found.Add(RouterChecks.Fault(node, "router-default-route", facts.Name, $"nobody answers router {name} for its gateway {route.Gateway}",
                    [$"ip neigh in {facts.Name}: {route.Gateway} dev {gateway.Name} FAILED", $"{gateway.Name} has {address.Address}"],
                    "what VMs send outside by it does not get there", $"see whether {route.Gateway} is the gateway of that network, and whether it answers ARP there"));
            }
            return;
        }
        context.Found.Add(RouterChecks.Fault(node, "router-default-route", facts.Name, $"router {name} has no default route by {gateway.Name}",
            [defaults.Count == 0 ? "there is no default route" : $"its default route goes by {defaults[0].Gateway?.ToString() ?? "a device"}", $"{gateway.Name} has {address.Address}"],
            "what VMs send outside by it does not get there", $"ip netns exec {facts.Name} ip route replace default via GATEWAY dev {gateway.Name}"));
    }

    /// <summary>Floating IPs and the router's own address: each rule that is there asks for its other half.</summary>
    private static void CheckTranslation(CheckContext context, CheckNode node, NamespaceFacts facts, Link gateway, Ruleset? rules, string name)
    {
        if (rules?.Find("nat") is not { } nat)
        {
            return;
        }
        var held = facts.Addresses.Where(a => a.IfIndex == gateway.IfIndex && a.Address.AddressFamily == AddressFamily.InterNetwork).ToList();
        var outside = held.Where(a => a.PrefixLength < 32).Select(a => a.Address).ToList();
        var pairs = new Dictionary<IPAddress, IPAddress>();
        var hasSnat = false;
        foreach (var rule in nat.Chains.SelectMany(c => c.Rules))
        {
            if (rule.Target is DnatTarget { Addresses: { } inner } && IPAddress.TryParse(inner.ToString(), out var to)
                && rule.Matches.OfType<DestinationMatch>().FirstOrDefault() is { IsInverted: false, Address: { IsHost: true } floating })
            {
                pairs.TryAdd(IPAddress.Parse(floating.ToString().Split('/')[0]), to);
            }
            else if (rule.Target is SnatTarget { Addresses: { } outer } && IPAddress.TryParse(outer.ToString(), out var given))
            {
                if (rule.Matches.OfType<SourceMatch>().FirstOrDefault() is { IsInverted: false, Address: { IsHost: true } from })
                {
                    pairs.TryAdd(given, IPAddress.Parse(from.ToString().Split('/')[0]));
                }
                else
                {
                    hasSnat |= outside.Contains(given);
                }
            }
        }
        foreach (var (floating, inner) in pairs.Where(p => RouterChecks.AreAddressesTold(facts) && !held.Exists(a => a.Address.Equals(p.Key))))
        {
            context.Found.Add(RouterChecks.Fault(node, "floating-ip-missing", floating.ToString(), $"router {name} does not have the floating IP {floating}, which its rules translate",
                [$"addresses of {gateway.Name}: {string.Join(", ", held.Select(a => a.Address))}"], $"nobody outside reaches {inner} by it", Restart));
        }
        // with no rule at all in its chains the table was flushed; a router whose SNAT is switched off keeps the others
        var isFlushed = outside.Count > 0 && nat.Chains.Any(c => c.Name.StartsWith("neutron-l3-agent-", StringComparison.Ordinal))
            && nat.Chains.Where(c => c.Name.StartsWith("neutron-l3-agent-", StringComparison.Ordinal)).All(c => c.Rules.Count == 0);
        if (isFlushed)
        {
            context.Found.Add(RouterChecks.Fault(node, "router-nat-missing", facts.Name, $"router {name} translates no address: its rules in table nat are gone",
                [$"table nat of {facts.Name}: the agent's chains are empty"], "floating IPs are dead, answers to VMs without one do not come back, and metadata may not be found", Restart));
            return;
        }
        foreach (var lone in held.Where(a => a.PrefixLength == 32 && !pairs.ContainsKey(a.Address)))
        {
            context.Found.Add(RouterChecks.Fault(node, "floating-ip-nat", lone.Address.ToString(), $"router {name} has {lone.Address}, and translates it to nobody",
                [$"no rule of table nat in {facts.Name} names it"], "what is sent to it ends at the router", Restart));
        }
        RouterNatChecks.Run(context, node, hasSnat ? outside : [],
            [.. pairs.Select(p => new CloudFloatingIP(p.Key, p.Value, facts.Name, ""))], facts, name);
    }

    /// <summary>An entry that was set for ever, with another MAC address than the VM has that is plugged here or on another node that was given.</summary>
    private static void CheckNeighbours(CheckContext context, CheckNode node, NamespaceFacts facts, string name)
    {
        foreach (var neighbour in facts.Neighbours.Where(n => (n.State & Permanent) != 0 && n.LinkAddress is not null))
        {
            var device = facts.Links.FirstOrDefault(l => l.IfIndex == neighbour.IfIndex)?.Name;
            var network = device is null ? null : node.OvsPort(device)?.Port.OtherConfig.GetValueOrDefault("net_uuid");
            var text = neighbour.Address.ToString();
            var vif = network is null ? null : context.Nodes.SelectMany(n => n.Topology.Vifs)
                .FirstOrDefault(v => v.Network?.Id == network && v.Address is not null && v.IPAddresses.Contains(text));
            if (vif is null)
            {
                RouterChecks.CheckGatewayNeighbour(context, node, facts, name, neighbour);
            }
            else if (vif.Address != neighbour.LinkAddress)
            {
                context.Found.Add(RouterChecks.Fault(node, "neighbour-wrong", text,
                    $"router {name} has {neighbour.LinkAddress} as the address of {text} for ever; {CheckNode.NameOf(vif)} has {vif.Address}",
                    [$"permanent entry in {facts.Name}"], $"what the router sends to {text} reaches nobody", $"ip netns exec {facts.Name} ip neigh del {text} dev {device}"));
            }
        }
    }
}
