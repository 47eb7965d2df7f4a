using System.Net;
using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;

namespace Plumbline.Diagnosis.Tests.Checking;

internal static partial class ExaminerPlants
{
    private const string DhcpSpace = "qdhcp-" + Blue;
    private const string DhcpTap = "tap107bff97-a1";

    /// <summary>DHCP servers: files, daemons, their port and namespace.</summary>
    private static Dictionary<string, Examined> Services => new()
    {
        ["dhcp_static_route_astray"] = new("dhcp-option-wrong 10.1.0.0/24", "", d => File(d, "opts", "0.0.0.0/0,10.1.0.1", "0.0.0.0/0,10.1.0.99")),
        ["dhcp_metadata_route_astray"] = new("dhcp-option-wrong 10.1.0.0/24", "", d => File(d, "opts", "169.254.169.254/32,10.1.0.1", "169.254.169.254/32,10.1.0.77")),
        ["dhcp_other_subnets_options"] = new("dhcp-option-wrong 10.1.0.0/24", "", d => File(d, "opts", "10.1.0.1", "10.2.0.1")),
        ["dhcp_wrong_name_server"] = new("dhcp-option-wrong 10.1.0.0/24", "", d => File(d, "opts", "tag:subnet-", "tag:subnet-432a2fce-f72b-4c8e-a78c-79800151ff84,option:dns-server,192.0.2.66\ntag:subnet-", true)),
        ["dhcp_narrow_mtu"] = new("dhcp-option-wrong 10.1.0.0/24", "", d => File(d, "opts", "tag:subnet-", "tag:subnet-432a2fce-f72b-4c8e-a78c-79800151ff84,option:mtu,1600\ntag:subnet-", true)),
        ["dhcp_host_with_another_address"] = new("dhcp-host-missing 10.1.0.11", null, d => File(d, "host", ",10.1.0.11", ",10.1.0.199")),
        ["dhcp_host_with_another_mac"] = new("dhcp-host-missing 10.1.0.11", null, d => File(d, "host", Mac, "fa:16:3e:00:00:99")),
        ["dhcp_hosts_all_gone"] = new($"dhcp-host-missing {DhcpSpace}", null, d => d.Node("ctl", s => s with
        { Files = [.. s.Files!.Select(f => f.Path.EndsWith(Blue + "/host", StringComparison.Ordinal) ? f with { Text = "" } : f)] })),
        ["dhcp_second_server"] = Same($"dhcp-second {DhcpSpace}", d => d.Namespace("ctl", DhcpSpace, n => n with
        { Sockets = [.. n.Sockets!, new SocketFacts("udp", "0.0.0.0:67", "dnsmasq", 4711)] })),
        ["dhcp_port_in_the_dead_vlan"] = Same($"vlan-dead {DhcpTap}", d => d.Port("ctl", DhcpTap, p => p with { Tag = 4095 })),
        ["dhcp_port_in_another_vlan"] = Same($"vlan-wrong {DhcpTap}", d => d.Port("ctl", DhcpTap, p => p with { Tag = 3 })),
        ["dhcp_namespace_without_an_address"] = Same($"service-address-missing {DhcpTap}", d => d.Namespace("ctl", DhcpSpace, n => n with
        { Addresses = [.. n.Addresses.Where(a => a.Address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetwork || IPAddress.IsLoopback(a.Address))] })),
        ["dhcp_namespace_without_any_address"] = Same($"service-address-missing {DhcpTap}", d => d.Namespace("ctl", DhcpSpace, n => n with
        { Addresses = [.. n.Addresses.Where(a => IPAddress.IsLoopback(a.Address))] })),
        ["dhcp_port_not_in_the_switch"] = Same($"service-port-missing {DhcpTap}", d => d.Port("ctl", DhcpTap, _ => null).Namespace("ctl", DhcpSpace, n => n with
        { Links = [.. n.Links.Where(l => l.Name != DhcpTap)], Addresses = [.. n.Addresses.Where(a => IPAddress.IsLoopback(a.Address))], Routes = [] })),
        ["dhcp_port_in_the_nodes_own_namespace"] = Same($"service-port-missing {DhcpTap}", d =>
        {
            var moved = d.Nodes["ctl"].Namespaces.Single(n => n.Name == DhcpSpace).Links.Single(l => l.Name == DhcpTap);
            return d.Namespace("ctl", DhcpSpace, n => n with { Links = [.. n.Links.Where(l => l.Name != DhcpTap)], Addresses = [.. n.Addresses.Where(a => IPAddress.IsLoopback(a.Address))] })
                .Namespace("ctl", "", n => n with { Links = [.. n.Links, moved with { IfIndex = 977 }] });
        }),
        ["dhcp_device_with_another_mac"] = new($"mac-mismatch {DhcpTap}", null, d => d.Link("ctl", DhcpTap, l => l with { Address = Primitives.MacAddress.Parse("fa:16:3e:00:00:99") }, DhcpSpace)),
        ["dhcp_leases_gone"] = Same("", d => d.Node("ctl", s => s with
        { Files = [.. s.Files!.Where(f => !f.Path.EndsWith(Blue + "/leases", StringComparison.Ordinal))] })),
        ["dhcp_name_server_of_the_subnet"] = Same("", d => File(d, "opts", "tag:subnet-", "tag:subnet-432a2fce-f72b-4c8e-a78c-79800151ff84,option:dns-server,10.1.0.2\ntag:subnet-", true)),
        ["dhcp_service_down_and_agent_dead"] = new("agent-dead neutron-dhcp-agent", null, d => d.Wanted("agents", "\"binary\": \"neutron-dhcp-agent\"",
            t => t.Replace("\"alive\": true", "\"alive\": false", StringComparison.Ordinal))),
    };

    /// <summary>Changes what stands in a file of network blue's DHCP server.</summary>
    private static Deployment File(Deployment deployment, string name, string old, string now, bool isFirst = false) => deployment.Node("ctl", s =>
    {
        var files = s.Files!.Select(f => !f.Path.EndsWith($"{Blue}/{name}", StringComparison.Ordinal) ? f
            : f with { Text = isFirst ? string.Concat(now, f.Text.AsSpan(f.Text.IndexOf(old, StringComparison.Ordinal) + old.Length)) : f.Text.Replace(old, now, StringComparison.Ordinal) }).ToList();
        Assert.NotEqual(s.Files!.Select(f => f.Text), files.Select(f => f.Text));
        return s with { Files = files };
    });

    /// <summary>Routers, by their namespaces.</summary>
    private static Dictionary<string, Examined> Routers => new()
    {
        ["router_inside_down"] = Same($"link-down {Inside}", d => d.Link("ctl", Inside, Down, Router)),
        ["router_gateway_down"] = Same($"link-down {Gateway}", d => d.Namespace("ctl", Router, n => n with
        { Links = [.. n.Links.Select(l => l.Name == Gateway ? Down(l) : l)], Routes = [.. n.Routes.Where(r => r.IfIndex != n.Links.First(l => l.Name == Gateway).IfIndex)] })),
        ["router_inside_without_address"] = Same($"service-address-missing {Inside}", d => NoAddress(d, Inside)),
        ["router_gateway_without_address"] = Same($"service-address-missing {Gateway}", d => NoAddress(d, Gateway)),
        ["router_device_not_in_its_namespace"] = Same($"service-port-missing {Inside}", d => d.Namespace("ctl", Router, n => n with
        {
            Links = [.. n.Links.Where(l => l.Name != Inside)],
            Addresses = [.. n.Addresses.Where(a => a.IfIndex != n.Links.First(l => l.Name == Inside).IfIndex)],
            Routes = [.. n.Routes.Where(r => r.IfIndex != n.Links.First(l => l.Name == Inside).IfIndex)],
        })),
        ["router_namespace_gone"] = Same($"router-namespace-missing {Router}", d => d.Node("ctl", s => s with
        { Namespaces = [.. s.Namespaces.Where(n => n.Name != Router)], Firewall = [.. s.Firewall.Where(f => f.Namespace != Router)] })),
        ["router_without_default_route"] = Same($"router-default-route {Router}", d => Routes(d, r => r.PrefixLength != 0)),
        ["router_default_into_the_tenant"] = Same($"router-default-route {Router}", d => d.Namespace("ctl", Router, n => n with
        {
            Routes = [.. n.Routes.Select(r => r.PrefixLength == 0 ? r with { Gateway = IPAddress.Parse("10.1.0.99"), IfIndex = n.Links.First(l => l.Name == Inside).IfIndex } : r)],
        })),
        ["router_does_not_forward"] = Same($"router-not-forwarding {Router}", d => d.Namespace("ctl", Router, n => n with
        { Sysctls = new Dictionary<string, string>(n.Sysctls) { ["net.ipv4.ip_forward"] = "0" } })),
        ["router_inside_does_not_forward"] = Same($"router-not-forwarding {Router}", d => d.Namespace("ctl", Router, n => n with
        { Sysctls = new Dictionary<string, string>(n.Sysctls) { ["net.ipv4.ip_forward"] = "1", ["net.ipv4.conf.all.forwarding"] = "1", [$"net.ipv4.conf.{Inside}.forwarding"] = "0" } })),
        ["router_lost_its_own_snat"] = Same($"snat-missing {Router}", d => d.WithoutRuleIn("ctl", Router, Save4, "-snat -o qg-")),
        ["router_nat_flushed"] = Same($"router-nat-missing {Router}", d => d.Rules("ctl", Save4, InTable("*nat", "-A "), Router)),
        ["floating_ip_half_removed_dnat"] = Same("floating-ip-nat 203.0.113.26", d => d.WithoutRuleIn("ctl", Router, Save4, "-j DNAT --to-destination 10.1.0.11")),
        ["floating_ip_half_removed_snat"] = Same("floating-ip-nat 203.0.113.26", d => d.WithoutRuleIn("ctl", Router, Save4, "-float-snat -s 10.1.0.11/32")),
        ["floating_ip_half_removed_address"] = Same("floating-ip-missing 203.0.113.26", d => d.Namespace("ctl", Router, n => n with
        { Addresses = [.. n.Addresses.Where(a => a.Address.ToString() != "203.0.113.26")] })),
        ["floating_ip_removed_cleanly"] = new("floating-ip-missing 203.0.113.26", "", d => d.WithoutRuleIn("ctl", Router, Save4, "203.0.113.26")
            .Namespace("ctl", Router, n => n with { Addresses = [.. n.Addresses.Where(a => a.Address.ToString() != "203.0.113.26")] })),
        ["router_drops_in_forward"] = Same($"router-firewall {Router}", d => d.Rules("ctl", Save4,
            l => l.EndsWith("-A FORWARD -j neutron-filter-top", StringComparison.Ordinal) ? "-A FORWARD -p icmp -j DROP\n" + l : l, Router)),
        ["router_metadata_proxy_gone"] = Same($"metadata-dead {Router}", d => d.Namespace("ctl", Router, n => n with { Sockets = [.. n.Sockets!.Where(s => s.Process != "haproxy")] })),
        ["router_metadata_redirect_gone"] = Same($"metadata-dead {Router}", d => d.WithoutRuleIn("ctl", Router, Save4, "-j REDIRECT")),
        ["router_blackhole"] = Same("router-blackhole 10.2.0.0/24", d => d.Namespace("ctl", Router, n => n with
        { Routes = [.. n.Routes, new Route { Destination = IPAddress.Parse("10.2.0.0"), PrefixLength = 24, Table = 254, Type = 7 }] })),
        ["router_connected_route_gone"] = Same("router-route-missing 10.1.0.0/24", d => Routes(d, r => r.Destination.ToString() != "10.1.0.0" || r.Table == 255)),
        ["router_wrong_neighbour"] = Same("neighbour-wrong 10.1.0.11", d => Neighbour(d, Inside, "10.1.0.11")),
        ["router_wrong_gateway_neighbour"] = Same("neighbour-wrong 203.0.113.1", d => Neighbour(d, Gateway, "203.0.113.1")),
        ["router_right_neighbour_for_ever"] = Same("", d => Neighbour(d, Inside, "10.1.0.11", Mac)),
        ["router_port_in_another_vlan"] = Same($"vlan-wrong {Inside}", d => d.Port("ctl", Inside, p => p with { Tag = 3 })),
        ["router_gateway_in_the_dead_vlan"] = Same($"vlan-dead {Gateway}", d => d.Port("ctl", Gateway, p => p with { Tag = 4095 })),
        ["router_ha_active"] = Same("", d => Running(Shared(d, isActive: true), Keepalived, Advertiser)),
        ["router_ha_without_keepalived"] = Same($"router-ha {Router}", d => Running(Shared(d, isActive: true), Advertiser)),
        ["router_ha_standby"] = Same("", d => Running(Shared(d, isActive: false), Keepalived)),
        ["router_advertised"] = Same("", d => Running(Advertised(d), Advertiser)),
        ["router_not_advertised"] = Same($"radvd-dead {Router}", d => Running(Advertised(d))),
        ["router_more_routes"] = Same("", d => d.Namespace("ctl", Router, n => n with
        { Routes = [.. n.Routes, new Route { Destination = IPAddress.Parse("192.168.50.0"), PrefixLength = 24, Table = 254, Type = 1, Gateway = IPAddress.Parse("203.0.113.1"), IfIndex = n.Links.First(l => l.Name == Gateway).IfIndex }] })),
    };

    /// <summary>The router as one that several agents hold; one that stands by has no addresses, no routes by them and no metadata proxy.</summary>
    private static Deployment Shared(Deployment deployment, bool isActive) => deployment.Namespace("ctl", Router, n =>
    {
        var ha = n.Links.First(l => l.Name == Inside) with { Name = "ha-a9d56c11-2e", IfIndex = 967, Address = Primitives.MacAddress.Parse("fa:16:3e:00:00:67") };
        var gone = n.Links.Where(l => l.Name.StartsWith("qr-", StringComparison.Ordinal) || l.Name.StartsWith("qg-", StringComparison.Ordinal)).Select(l => l.IfIndex).ToList();
        return n with
        {
            Links = [.. n.Links, ha],
            Addresses = [.. n.Addresses.Where(a => isActive || !gone.Contains(a.IfIndex)), n.Addresses[0] with { IfIndex = 967, Address = IPAddress.Parse("169.254.192.7"), PrefixLength = 18 }],
            Routes = [.. n.Routes.Where(r => isActive || r.IfIndex is not { } by || !gone.Contains(by)), new Route { Destination = IPAddress.Parse("169.254.192.0"), PrefixLength = 18, Table = 254, Type = 1, IfIndex = 967 }],
            Sockets = isActive ? n.Sockets : [],
        };
    });

    private static ProcessFacts Keepalived => new(777, "keepalived -P -f /var/lib/neutron/ha_confs/x/keepalived.conf -p x.pid.keepalived", Router);

    private static ProcessFacts Advertiser => new(778, "radvd -C /var/lib/neutron/ra/x.radvd.conf", Router);

    private static Deployment Running(Deployment deployment, params ProcessFacts[] more) => deployment.Node("ctl", s => s with
    { Processes = [new(1, "ovsdb-server --remote=punix:db.sock", ""), new(2, "ovs-vswitchd unix:db.sock", ""), .. more] });

    private static Deployment Advertised(Deployment deployment) => deployment.Node("ctl", s => s with
    { Files = [.. s.Files ?? [], new($"/var/lib/neutron/ra/{Router["qrouter-".Length..]}.radvd.conf", "interface qr-1 { AdvSendAdvert on; };")] });

    private static Link Down(Link link) => link with { Flags = link.Flags & ~(LinkFlags.Up | LinkFlags.LowerUp | LinkFlags.Running), OperationalState = OperationalState.Down };

    private static Deployment Routes(Deployment deployment, Func<Route, bool> stays) =>
        deployment.Namespace("ctl", Router, n => n with { Routes = [.. n.Routes.Where(stays)] });

    /// <summary>Takes the IPv4 addresses of a router's device away, and the routes that go with them.</summary>
    private static Deployment NoAddress(Deployment deployment, string device) => deployment.Namespace("ctl", Router, n =>
    {
        var index = n.Links.First(l => l.Name == device).IfIndex;
        return n with
        {
            Addresses = [.. n.Addresses.Where(a => a.IfIndex != index || a.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6)],
            Routes = [.. n.Routes.Where(r => r.IfIndex != index || r.Destination.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6)],
        };
    });

    private static Deployment Neighbour(Deployment deployment, string device, string address, string mac = "fa:16:3e:00:00:99") => deployment.Namespace("ctl", Router, n => n with
    {
        Neighbours =
        [
            .. n.Neighbours.Where(e => e.Address.ToString() != address),
            new Neighbour { IfIndex = n.Links.First(l => l.Name == device).IfIndex, Address = IPAddress.Parse(address), LinkAddress = Primitives.MacAddress.Parse(mac), State = 0x80 },
        ],
    });

    /// <summary>Takes the lines away that begin so in one table.</summary>
    private static Func<string, string?> InTable(string table, string start)
    {
        var isIn = false;
        return l =>
        {
            isIn = l.StartsWith('*') ? l == table : isIn;
            return isIn && (l.StartsWith('[') ? l[(l.IndexOf(']', StringComparison.Ordinal) + 2)..] : l).StartsWith(start, StringComparison.Ordinal) ? null : l;
        };
    }
}
