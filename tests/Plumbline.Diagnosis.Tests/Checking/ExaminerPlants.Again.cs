using Plumbline.Node.Facts;

namespace Plumbline.Diagnosis.Tests.Checking;

internal static partial class ExaminerPlants
{
    private const string Red1 = "946a4117-f1";
    private const string Db1 = "92263e04-39";

    /// <summary>Found when the deployment that was made again of real parts was broken a second time.</summary>
    private static Dictionary<string, Examined> Again => new()
    {
        ["bridge_end_in_another_vms_bridge"] = Same($"not-in-bridge qvb{Web1}", d => d.Link("cmp1", "qvb" + Web1, l => l with
        { MasterIndex = d.Nodes["cmp1"].Namespaces[0].Links.First(o => o.Name == "qbr" + Red1).IfIndex })),
        ["tap_in_another_vms_bridge"] = Same($"not-in-bridge {Tap}", d => d.Link("cmp1", Tap, l => l with
        { MasterIndex = d.Nodes["cmp1"].Namespaces[0].Links.First(o => o.Name == "qbr" + Red1).IfIndex })),
        ["two_protected_ports"] = Same($"port-protected {Qvo}", d => d.Port("cmp1", Qvo, Protected).Port("cmp1", "qvo" + Db1, Protected)),
        ["one_protected_port"] = Same("", d => d.Port("cmp1", Qvo, Protected)),
        ["protected_ports_of_two_networks"] = Same("", d => d.Port("cmp1", Qvo, Protected).Port("cmp1", "qvo" + Red1, Protected)),
        ["netem_at_a_tap"] = Same($"netem {Tap}", d => d.Link("cmp1", Tap, l => l with { QueueDiscipline = "netem" })),
        ["netem_on_the_underlay"] = Same("netem eth1", d => d.Link("cmp1", "eth1", l => l with { QueueDiscipline = "netem" })),
        ["netem_elsewhere"] = Same("", d => d.Link("cmp1", "eth0", l => l with { QueueDiscipline = "netem" })),
        ["tap_renamed"] = Same($"device-missing {Tap}", d => d.Link("cmp1", Tap, l => l with { Name = "gone0" })),
        ["set_flushed"] = Same("set-drift NIPv4484ec7f8-6eab-4ae7-a0f5-", d => Sets(d, "cmp1", l => l.StartsWith("add NIPv4484ec7f8", StringComparison.Ordinal) ? null : l)),
        ["set_without_a_member_elsewhere"] = Same("set-drift NIPv4484ec7f8-6eab-4ae7-a0f5-", d => Sets(d, "cmp2",
            l => l.StartsWith("add NIPv4484ec7f8", StringComparison.Ordinal) && l.TrimEnd().EndsWith(" 10.1.0.11", StringComparison.Ordinal) ? null : l)),
        ["set_of_ipv6_without_a_member"] = Same("set-drift NIPv6484ec7f8-6eab-4ae7-a0f5-", d => Sets(d, "cmp1",
            l => l.StartsWith("add NIPv6484ec7f8", StringComparison.Ordinal) && l.Contains("fe75:7aa5", StringComparison.Ordinal) ? null : l)),
        ["set_without_a_virtual_address"] = Same("set-drift NIPv414322139-464c-4a8a-a45f-", d => Sets(d, "cmp1", l => l.EndsWith(" 10.1.0.250", StringComparison.Ordinal) ? null : l)),
        // a VM of the other node may have come between the two readings: without the API nothing is certain
        ["set_without_another_nodes_vm"] = new("set-drift NIPv414322139-464c-4a8a-a45f-", "", d => Sets(d, "cmp1", l => l.EndsWith(" 10.1.0.22", StringComparison.Ordinal) ? null : l)),
        ["router_has_a_false_permanent_neighbour"] = Same("neighbour-wrong 10.1.0.11", FalseNeighbour),
        ["dhcp_server_without_its_address"] = Same("service-address-missing tap107bff97-a1", d => d.Namespace("ctl", "qdhcp-" + Blue, n => n with
        { Addresses = [.. n.Addresses.Where(a => a.Address.ToString() != "10.1.0.2")] })),
        ["dhcp_list_without_a_vm"] = Same("dhcp-host-missing 10.1.0.11", d => d.Node("ctl", s => s with
        {
            Files = [.. s.Files!.Select(f => f.Path.EndsWith($"/{Blue}/host", StringComparison.Ordinal)
                ? f with { Text = string.Join('\n', f.Text.Split('\n').Where(l => !l.StartsWith(Mac, StringComparison.Ordinal))) } : f)],
        })),
        ["dhcp_namespace_drops"] = Same($"dhcp-firewall qdhcp-{Blue}", d => d.Rules("ctl", Save4, l => l.Contains("-A INPUT", StringComparison.Ordinal)
            ? "-A INPUT -p udp -m udp --dport 67 -j DROP\n" + l : l, "qdhcp-" + Blue)),
        ["card_of_a_physical_network_too_narrow"] = Same("mtu-underlay eth2", d => d.Link("cmp1", "eth2", l => l with { Mtu = 1400 })),
        ["tap_narrower_than_its_network"] = Same($"mtu-narrow {Tap}", d => d.Link("cmp1", Tap, l => l with { Mtu = 1400 })),
        ["router_port_narrower_than_its_network"] = Same($"mtu-narrow {Inside}", d => d.Link("ctl", Inside, l => l with { Mtu = 1300 }, Router)),
        ["router_port_with_a_host_s_prefix"] = Same($"service-address-missing {Inside}", d => d.Namespace("ctl", Router, n => n with
        { Addresses = [.. n.Addresses.Select(a => a.Address.ToString() == "10.1.0.1" ? a with { PrefixLength = 32 } : a)] })),
        ["router_s_gateway_does_not_answer"] = new(null, $"router-default-route {Router}", d => d.Namespace("ctl", Router, n => n with
        {
            Routes = [.. n.Routes.Select(r => r.PrefixLength == 0 && r.Gateway?.ToString() == "203.0.113.1" ? r with { Gateway = System.Net.IPAddress.Parse("203.0.113.9") } : r)],
            Neighbours = [.. n.Neighbours, n.Neighbours.First(e => e.Address.ToString() == "203.0.113.1") with { Address = System.Net.IPAddress.Parse("203.0.113.9"), LinkAddress = null, State = 0x20 }],
        })),
        ["neighbour_discovery_rules_of_a_port_gone"] = Same($"missing-rule {Wrap}o6ef565e0-4", d => d.WithoutRule("cmp1", Save6, $"-A {Wrap}o6ef565e0-4 ", "ipv6-icmp")),
        ["drop_in_the_agents_forward_chain"] = new($"extra-rule {Wrap}FORWARD", $"foreign-rule {Wrap}FORWARD", d => First(d,
            $"[0:0] -A {Wrap}FORWARD -m state --state RELATED,ESTABLISHED -j DROP", $"-A {Wrap}FORWARD ")),
        ["address_of_a_floating_ip_that_was_deleted"] = Same("floating-ip-nat 203.0.113.99", d => d.Namespace("ctl", Router, n => n with
        { Addresses = [.. n.Addresses, n.Addresses.First(a => a.Address.ToString() == "203.0.113.26") with { Address = System.Net.IPAddress.Parse("203.0.113.99") }] })),
        ["attached_mac_of_nobody"] = Same($"mac-mismatch {Qvo}", d => d.ExternalId("cmp1", Qvo, "attached-mac", "fa:16:3e:00:00:09")),
        ["other_back_end_drops"] = Same("foreign-drop FORWARD", d => OtherBackEnd(d, ":FORWARD ACCEPT [0:0]", "-A FORWARD -p tcp -m tcp --dport 3306 -j DROP")),
        ["other_back_end_s_policy_drops"] = Same("foreign-drop FORWARD", d => OtherBackEnd(d, ":FORWARD DROP [0:0]")),
        ["other_back_end_of_docker"] = Same("", d => OtherBackEnd(d, ":FORWARD ACCEPT [0:0]\n:DOCKER-USER - [0:0]", "-A FORWARD -j DOCKER-USER\n-A DOCKER-USER -j RETURN")),
        ["other_back_end_has_the_agents_rules_too"] = Same("", d => Second(d, l => l)),
        ["other_back_end_has_them_from_before_a_rule"] = Same("foreign-drop FORWARD", d => Second(d,
            l => l.StartsWith($"-A {Wrap}i6ef565e0-4 -p tcp -m tcp --dport 22 ", StringComparison.Ordinal) ? null : l)),
        ["agent_writes_to_the_other_back_end"] = Same("", d => Second(d, l => l).Rules("cmp1", Save4, _ => null).Rules("cmp1", Save6, _ => null)),
        ["kube_proxy_on_the_node"] = Same("", d => First(d, ":KUBE-FORWARD - [0:0]", ":neutron-filter-top").Rules("cmp1", Save4, l => l.EndsWith("-A FORWARD -j neutron-filter-top", StringComparison.Ordinal)
            ? "[9:540] -A FORWARD -m comment --comment \"kubernetes forwarding rules\" -j KUBE-FORWARD\n[0:0] -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP\n"
                + "[0:0] -A KUBE-FORWARD -m mark --mark 0x4000/0x4000 -j ACCEPT\n" + l : l)),
        ["kube_proxy_masquerades_what_it_marked"] = Same("", d => d.Node("cmp1", s => s with
        {
            Firewall = [.. s.Firewall, new FirewallText("", "iptables-legacy-save", "*nat\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n:KUBE-POSTROUTING - [0:0]\n-A POSTROUTING -j KUBE-POSTROUTING\n"
                + "-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN\n-A KUBE-POSTROUTING -j MASQUERADE\nCOMMIT\n")],
        })),
        ["invalid_packets_are_dropped_first"] = Same("", d => First(d, "[0:0] -A FORWARD -m conntrack --ctstate INVALID -j DROP", "-A FORWARD ")),
        ["ufw_drops"] = Same("foreign-rule ufw-before-forward", d => First(d, ":ufw-before-forward - [0:0]", ":neutron-filter-top").Rules("cmp1", Save4,
            l => l.EndsWith("-A FORWARD -j neutron-filter-top", StringComparison.Ordinal)
                ? "[9:540] -A FORWARD -j ufw-before-forward\n[0:0] -A ufw-before-forward -p tcp -m multiport --dports 22,8005 -j DROP\n" + l : l)),
        ["tap_of_another_nodes_vm"] = Same("device-leftover tap13a7f86a-ff", d => d.Namespace("cmp1", "", n => n with
        {
            Links = [.. n.Links, n.Links.First(l => l.Name == Tap) with { IfIndex = 900, Name = "tap13a7f86a-ff", MasterIndex = null, OperationalState = Linux.Netlink.OperationalState.Down,
                Flags = Linux.Netlink.LinkFlags.Up | Linux.Netlink.LinkFlags.Broadcast | Linux.Netlink.LinkFlags.Multicast, BridgePort = null }],
        })),
        ["chain_without_a_tap_left"] = Same("device-leftover qvo0badc0de-00", d => d.Namespace("cmp1", "", n => n with
        {
            Links = [.. n.Links, n.Links.First(l => l.Name == "qbr" + Web1) with { Name = "qbr0badc0de-00", IfIndex = 901 },
                n.Links.First(l => l.Name == "qvb" + Web1) with { Name = "qvb0badc0de-00", IfIndex = 902, LinkIndex = 903, MasterIndex = 901 },
                n.Links.First(l => l.Name == Qvo) with { Name = "qvo0badc0de-00", IfIndex = 903, LinkIndex = 902, MasterIndex = null }],
        })),
        ["a_peer_has_this_node_s_tunnel_address"] = Same("duplicate-ip 10.30.0.11", d => d.Namespace("cmp2", "", n => n with
        { Addresses = [.. n.Addresses, n.Addresses.First(a => a.Address.ToString() == "10.30.0.12") with { Address = System.Net.IPAddress.Parse("10.30.0.11") }] })),
        ["both_sysctls_of_the_bridge_filter_off"] = Same("bridge-filter-off net.bridge.bridge-nf-call-iptables", d => d.Sysctl("cmp1", "net.bridge.bridge-nf-call-iptables", "0")
            .Sysctl("cmp1", "net.bridge.bridge-nf-call-ip6tables", "0")),
        ["unicast_entry_put_in_by_hand"] = Same("flow-foreign br-tun priority=2,vlan_tci=0x0001/0x0fff,dl_dst=fa:16:3e:75:7a:a5", d => d.AddFlow("cmp1", Tun,
            " cookie=0x0, duration=5.1s, table=20, n_packets=4, n_bytes=300, idle_age=1, priority=2,vlan_tci=0x0001/0x0fff,dl_dst=fa:16:3e:75:7a:a5 "
            + "actions=load:0->NXM_OF_VLAN_TCI[],load:0x4404->NXM_NX_TUN_ID[],output:4")),
        ["tap_with_another_mac"] = new(null, null, d => d.Link("cmp1", Tap, l => l with { Address = Primitives.MacAddress.Parse("fe:16:3e:00:00:77") })),
        ["guest_sends_with_another_address"] = Same($"spoofed-traffic {Qvo}", d => Spoofing(d).Flows("cmp1", Int, l =>
            l.Contains("table=25", StringComparison.Ordinal) && l.Contains("in_port=9,", StringComparison.Ordinal) ? CountedAs(l, 121, 12) : l)),
        ["guest_sends_with_a_foreign_address_too"] = Same($"spoofed-traffic {Qvo}", Spoofing),
        ["flood_without_a_tunnel"] = new(null, null, ShortFlood),
    };

    /// <summary>Its last ARP packets told another address than its port's.</summary>
    private static Deployment Spoofing(Deployment deployment) => deployment.Flows("cmp1", Int, l =>
        l.Contains("table=0", StringComparison.Ordinal) && l.Contains("arp,in_port=9 ", StringComparison.Ordinal) ? CountedAs(l, 44, 1)
        : l.Contains("table=24", StringComparison.Ordinal) && l.Contains("in_port=9,arp_spa=10.1.0.11 ", StringComparison.Ordinal) ? CountedAs(l, 8, 16)
        : l.Contains("table=24", StringComparison.Ordinal) && l.Contains("priority=0 ", StringComparison.Ordinal) ? CountedAs(l, 36, 1) : l);

    private static OvsPort Protected(OvsPort port) => port with { IsProtected = true };

    private static Deployment Sets(Deployment deployment, string node, Func<string, string?> change) => deployment.Rules(node, "ipset save", change);

    /// <summary>A flow's line with other counters.</summary>
    private static string CountedAs(string line, int packets, int idle)
    {
        var words = line.Split(", ");
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = words[i].StartsWith("n_packets=", StringComparison.Ordinal) ? FormattableString.Invariant($"n_packets={packets}")
                : words[i].StartsWith("idle_age=", StringComparison.Ordinal) ? FormattableString.Invariant($"idle_age={idle}") : words[i];
        }
        return string.Join(", ", words);
    }

    /// <summary>Puts a rule before the first line with these words.</summary>
    private static Deployment First(Deployment deployment, string rule, string words)
    {
        var isDone = false;
        return deployment.Rules("cmp1", Save4, line =>
        {
            var isHere = !isDone && line.Contains(words, StringComparison.Ordinal);
            isDone |= isHere;
            return isHere ? rule + "\n" + line : line;
        });
    }

    private static Deployment OtherBackEnd(Deployment deployment, string chains, string rules = "") => deployment.Node("cmp1", s => s with
    {
        Firewall = [.. s.Firewall, new FirewallText("", "iptables-legacy-save", $"*filter\n:INPUT ACCEPT [0:0]\n{chains}\n:OUTPUT ACCEPT [0:0]\n{rules}\nCOMMIT\n")],
    });

    /// <summary>The agent's rules, which are nftables', in the other back end as well.</summary>
    private static Deployment Second(Deployment deployment, Func<string, string?> change) => deployment.Node("cmp1", s => s with
    {
        Firewall =
        [
            .. s.Firewall,
            .. s.Firewall.Where(f => f.Namespace.Length == 0 && f.Tool is Save4 or Save6).Select(f => f with
            {
                Tool = f.Tool.Replace("tables-save", "tables-legacy-save", StringComparison.Ordinal),
                Text = string.Join('\n', f.Text.Split('\n').Select(l => l.StartsWith('[') ? l[(l.IndexOf(']', StringComparison.Ordinal) + 2)..] : l).Select(change).OfType<string>()),
            }),
        ],
    });

    private static Deployment FalseNeighbour(Deployment deployment) => deployment.Namespace("ctl", Router, n => n with
    {
        Neighbours = [.. n.Neighbours.Where(e => e.Address.ToString() != "10.1.0.11"), n.Neighbours.First(e => e.Address.ToString() == "10.1.0.11")
            with { LinkAddress = Primitives.MacAddress.Parse("02:00:00:00:00:99"), State = 0x80 }],
    });

    /// <summary>cmp1 floods the first network to no tunnel that leads to cmp2; what it learned stays.</summary>
    private static Deployment ShortFlood(Deployment deployment) => deployment.Flows("cmp1", Tun, l => l.Contains("table=22,", StringComparison.Ordinal)
        && l.Contains("dl_vlan=1 ", StringComparison.Ordinal) ? l.Replace(",output:2,", ",", StringComparison.Ordinal) : l);
}
