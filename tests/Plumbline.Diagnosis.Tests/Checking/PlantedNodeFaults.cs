using System.Net;
using Plumbline.Linux.Netlink;

namespace Plumbline.Diagnosis.Tests.Checking;

/// <summary>More faults, as somebody types them on a running node: bridges, trunks, tunnels, routers' rules and routes, DHCP's files.</summary>
internal static class PlantedNodeFaults
{
    private const string Router = "qrouter-45b06e84-d906-4321-9221-2915856ca80e";
    private const string Blue = "3b487391-2343-4f72-844c-351a25845527";
    private const string Gateway = "qg-ec655983-36";
    private const string Save4 = "iptables-save";
    private const string Tunnel = "vxlan-0a1e000c";

    /// <summary>By name, as in <see cref="PlantedFaults"/>.</summary>
    public static IReadOnlyDictionary<string, (string Expected, Func<Deployment, Deployment> Plant)> All { get; } =
        new Dictionary<string, (string, Func<Deployment, Deployment>)>
        {
            // bridges
            ["tunnel_bridge_deleted"] = ("bridge-missing br-tun", d => WithoutBridge(d, "br-tun")),
            ["provider_bridge_deleted"] = ("bridge-missing br-prov", d => WithoutBridge(d, "br-prov")),
            ["fail_mode_standalone_where_no_controller_is"] = ("controller-missing br-int", d => d.Bridge("cmp1", "br-int", b => b with { FailMode = "standalone", Controllers = [] })),
            ["controller_and_flows_gone"] = ("controller-missing br-int", d => d.Bridge("cmp1", "br-int", b => b with { Controllers = [] }).Flows("cmp1", "br-int", _ => null)),
            ["patch_tagged"] = ("vlan-mode patch-tun", d => d.Port("cmp1", "patch-tun", p => p with { Tag = 5 })),
            ["provider_patch_tagged"] = ("vlan-mode int-br-prov", d => d.Port("cmp1", "int-br-prov", p => p with { Tag = 5 })),
            ["patch_trunks_others"] = ("vlan-mode patch-tun", d => d.Port("cmp1", "patch-tun", p => p with { Trunks = [100] })),
            ["provider_nic_tagged"] = ("vlan-mode eth2", d => d.Port("cmp1", "eth2", p => p with { Tag = 10 })),
            ["provider_nic_trunks_others"] = ("vlan-mode eth2", d => d.Port("cmp1", "eth2", p => p with { Trunks = [100, 101] })),
            ["underlay_nic_tagged"] = ("vlan-mode eth1", d => d.Port("cmp1", "eth1", p => p with { Tag = 10 })),
            ["underlay_address_tagged"] = ("vlan-mode br-phy", d => d.Port("cmp1", "br-phy", p => p with { Tag = 10 })),
            ["underlay_nic_gone"] = ("uplink-missing br-phy", d => d.Port("cmp1", "eth1", _ => null)),
            ["bridge_entry_static"] = ("fdb-wrong-port fa:16:3e:4c:21:be", d => Entry(d, "qvb6ef565e0-4a", 0x40)),
            ["bridge_entry_permanent"] = ("fdb-wrong-port fa:16:3e:4c:21:be", d => Entry(d, "tap6ef565e0-4a", 0x80)),
            ["bridge_port_blocking"] = ("bridge-port-blocked qvb6ef565e0-4a", d => d.Link("cmp1", "qvb6ef565e0-4a",
                l => l with { BridgePort = new() { State = BridgePortState.Blocking } })),
            ["bridge_ports_isolated"] = ("bridge-port-blocked tap6ef565e0-4a", d => d.Namespace("cmp1", "", n => n with
            {
                Links = [.. n.Links.Select(l => l.Name is "qvb6ef565e0-4a" or "tap6ef565e0-4a" ? l with { BridgePort = new() { State = BridgePortState.Forwarding, Isolated = true } } : l)],
            })),

            // tunnels
            ["tunnel_out_key_gone"] = ($"tunnel-key {Tunnel}", d => d.Option("cmp1", Tunnel, "out_key", null)),
            ["tunnel_in_key_gone"] = ($"tunnel-key {Tunnel}", d => d.Option("cmp1", Tunnel, "in_key", null)),
            ["tunnel_port_seen_from_one_node"] = ($"tunnel-port {Tunnel}", d => d.Option("cmp1", Tunnel, "dst_port", "4790").Only("cmp1")),
            ["gre_made_vxlan"] = ("tunnel-type gre-0a1e000c", d => d.Row("cmp1", "gre-0a1e000c", r => r with { Type = "vxlan" })),
            ["tunnel_neighbour_by_hand"] = ("neighbour-wrong 10.30.0.12", d => d.Node("cmp1", s => s with
            { Switching = s.Switching! with { TunnelNeighbours = s.Switching.TunnelNeighbours!.Replace("0a:64:bc:98:17:46", "02:00:00:00:00:99", StringComparison.Ordinal) } })),

            // routers
            ["floating_ip_dnat_in_prerouting_gone"] = ("floating-ip-nat 203.0.113.26", d => d.WithoutRuleIn("ctl", Router, Save4, "-PREROUTING -d 203.0.113.26/32")),
            ["floating_ip_snat_gone"] = ("floating-ip-nat 203.0.113.26", d => d.WithoutRuleIn("ctl", Router, Save4, "-float-snat -s 10.1.0.11/32")),
            ["first_snat_gone"] = ($"snat-missing {Router}", d => d.WithoutRuleIn("ctl", Router, Save4, "-snat -o qg-")),
            ["snat_to_another_address"] = ($"snat-missing {Router}", d => d.Rules("ctl", Save4, l => l.Contains("-snat -o qg-", StringComparison.Ordinal)
                ? l.Replace("203.0.113.27", "203.0.113.99", StringComparison.Ordinal) : l, Router)),
            ["nat_flushed"] = ($"router-nat-missing {Router}", d => Flushed(d, "*nat")),
            ["nat_prerouting_not_led_to"] = ($"router-nat-missing {Router}", d => Flushed(d, "*nat", "-A PREROUTING")),
            ["metadata_redirect_gone"] = ($"metadata-dead {Router}", d => d.WithoutRuleIn("ctl", Router, Save4, "-j REDIRECT")),
            ["metadata_mark_gone"] = ($"metadata-dead {Router}", d => d.WithoutRuleIn("ctl", Router, Save4, "169.254.169.254", "-j MARK")),
            ["metadata_not_let_in"] = ($"metadata-dead {Router}", d => d.WithoutRuleIn("ctl", Router, Save4, "-INPUT -m mark", "-j ACCEPT")),
            ["scope_marks_gone"] = ($"router-firewall {Router}", d => d.WithoutRuleIn("ctl", Router, Save4, "neutron-l3-agent-scope -i")),
            ["route_to_nobody"] = ("router-route-wrong 198.51.100.0/24", d => AddRoute(d, "198.51.100.0", 24, "10.1.0.99")),
            ["host_route_astray"] = ("router-route-wrong 10.2.0.11/32", d => AddRoute(d, "10.2.0.11", 32, "10.1.0.12")),
            ["gateway_device_down"] = ($"link-down {Gateway}", d => d.Namespace("ctl", Router, n => n with
            {
                Links = [.. n.Links.Select(l => l.Name == Gateway ? l with { Flags = 0 } : l)],
                Routes = [.. n.Routes.Where(r => r.PrefixLength != 0)],
            })),
            ["gateway_device_gone"] = ($"service-port-missing {Gateway}", d => d.Port("ctl", Gateway, _ => null).Namespace("ctl", Router, n => n with
            {
                Links = [.. n.Links.Where(l => l.Name != Gateway)],
                Addresses = [.. n.Addresses.Where(a => !a.Address.ToString().StartsWith("203.", StringComparison.Ordinal))],
                Routes = [.. n.Routes.Where(r => r.IfIndex != n.Links.First(l => l.Name == Gateway).IfIndex)],
            })),
            ["gateway_neighbour_by_hand"] = ("neighbour-wrong 203.0.113.1", d => d.Namespace("ctl", Router, n => n with
            {
                Neighbours = [.. n.Neighbours.Select(e => e.Address.ToString() == "203.0.113.1"
                    ? e with { State = 0x80, LinkAddress = Primitives.MacAddress.Parse("fa:16:3e:00:00:99") } : e)],
            })),

            // DHCP and networks
            ["dhcp_tells_another_gateway"] = ("dhcp-option-wrong 10.1.0.0/24", d => d.Node("ctl", s => s with
            {
                Files = [.. s.Files!.Select(f => f.Path.EndsWith($"{Blue}/opts", StringComparison.Ordinal)
                    ? f with { Text = f.Text.Replace("option:router,10.1.0.1", "option:router,10.1.0.99", StringComparison.Ordinal) } : f)],
            })),
            ["dhcp_requests_dropped"] = ($"dhcp-firewall qdhcp-{Blue}", d => d.Rules("ctl", Save4, l => l.StartsWith(":INPUT", StringComparison.Ordinal)
                ? l.Replace("ACCEPT", "DROP", StringComparison.Ordinal) : l, $"qdhcp-{Blue}")),
            ["physical_network_not_mapped"] = ("mapping-missing public", d => d.Node("ctl", s => s with
            { Files = [.. s.Files!.Select(f => f with { Text = f.Text.Replace(",public:br-ex", "", StringComparison.Ordinal) })] })),
            ["segment_of_another"] = ("network-wrong blue", d => d.Only("cmp1").Wanted("networks", Blue, t => t.Replace("17412", "4711", StringComparison.Ordinal))),
            ["port_bound_to_nobody"] = ("port-elsewhere qvo6ef565e0-4a", d => d.Wanted("ports", "6ef565e0-4a",
                t => t.Replace("\"binding:host_id\": \"cmp1\"", "\"binding:host_id\": \"\"", StringComparison.Ordinal))),
            ["port_bound_to_a_node_that_is_read_too"] = ("port-elsewhere qvo6ef565e0-4a", d => d.Wanted("ports", "6ef565e0-4a",
                t => t.Replace("\"cmp1\"", "\"cmp2\"", StringComparison.Ordinal))),
        };

    private static Deployment WithoutBridge(Deployment deployment, string name) => deployment.Node("cmp1", s => s with
    {
        Ovs = s.Ovs! with { Bridges = [.. s.Ovs.Bridges.Where(b => b.Name != name)] },
        Switching = s.Switching! with { Bridges = [.. s.Switching.Bridges.Where(b => b.Bridge != name)] },
    });

    private static Deployment Entry(Deployment deployment, string port, int state) => deployment.Namespace("cmp1", "", n => n with
    {
        Fdb =
        [
            .. n.Fdb,
            new FdbEntry
            {
                IfIndex = n.Links.First(l => l.Name == port).IfIndex, MasterIndex = n.Links.First(l => l.Name == "qbr6ef565e0-4a").IfIndex,
                Address = Primitives.MacAddress.Parse("fa:16:3e:4c:21:be"), State = state,
            },
        ],
    });

    /// <summary>Takes the rules of a table away, all or those that begin so.</summary>
    private static Deployment Flushed(Deployment deployment, string table, string start = "-A ")
    {
        var isIn = false;
        return deployment.Rules("ctl", Save4, l =>
        {
            isIn = l.StartsWith('*') ? l == table : isIn;
            return isIn && (l.StartsWith('[') ? l[(l.IndexOf(']', StringComparison.Ordinal) + 2)..] : l).StartsWith(start, StringComparison.Ordinal) ? null : l;
        }, Router);
    }

    private static Deployment AddRoute(Deployment deployment, string destination, byte length, string hop) => deployment.Namespace("ctl", Router, n => n with
    {
        Routes =
        [
            .. n.Routes,
            new Route
            {
                Destination = IPAddress.Parse(destination), PrefixLength = length, Gateway = IPAddress.Parse(hop), Table = 254, Type = 1,
                IfIndex = n.Links.First(l => l.Name == "qr-548ea9c5-e3").IfIndex,
            },
        ],
    });
}
