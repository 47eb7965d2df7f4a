using System.Net;
using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;

namespace Plumbline.Diagnosis.Tests.Checking;

/// <summary>Faults, each with what must be found of it and nothing else. web1 is on cmp1: port 9 of br-int, network blue (VXLAN 17412, VLAN 1).</summary>
internal static class PlantedFaults
{
    private const string Web1 = "6ef565e0-4a";
    private const string Qvo = "qvo" + Web1;
    private const string Tap = "tap" + Web1;
    private const string Blue = "3b487391-2343-4f72-844c-351a25845527";
    private const string Router = "qrouter-45b06e84";
    private const string Int = "br-int";
    private const string Tun = "br-tun";
    private const string Save4 = "iptables-save";
    private const string Save6 = "ip6tables-save";

    /// <summary>By name: what is found, as "id object" with node where another than cmp1, and how it is planted.</summary>
    public static IReadOnlyDictionary<string, (string Expected, Func<Deployment, Deployment> Plant)> All { get; } =
        new Dictionary<string, (string, Func<Deployment, Deployment>)>
        {
            // flows of a port
            ["port_mac_flow_gone"] = ($"flow-missing br-int {Qvo}", d => d.WithoutFlows("cmp1", Int, "table=25", "in_port=9")),
            ["port_arp_flow_gone"] = ($"flow-missing br-int {Qvo}", d => d.WithoutFlows("cmp1", Int, "table=24", "arp,in_port=9")),
            ["port_na_flow_gone"] = ($"flow-missing br-int {Qvo}", d => d.WithoutFlows("cmp1", Int, "table=24", "in_port=9", "nd_target=fd01")),
            ["port_all_flows_gone"] = ($"flow-missing br-int {Qvo}", d => d.WithoutFlows("cmp1", Int, "in_port=9")),
            ["port_mac_flow_of_another"] = ($"flow-changed br-int {Qvo}", d => d.Flows("cmp1", Int,
                l => l.Contains("table=25", StringComparison.Ordinal) ? l.Replace("fa:16:3e:4c:21:be", "fa:16:3e:00:00:99", StringComparison.Ordinal) : l)),
            ["port_arp_flow_drops"] = ($"flow-changed br-int {Qvo}", d => d.Flows("cmp1", Int,
                l => l.Contains("arp,in_port=9,arp_spa", StringComparison.Ordinal) ? l.Replace("resubmit(,25)", "drop", StringComparison.Ordinal) : l)),
            ["port_first_flow_drops"] = ($"flow-changed br-int {Qvo}", d => d.Flows("cmp1", Int,
                l => l.Contains("priority=9,in_port=9", StringComparison.Ordinal) ? l.Replace("resubmit(,25)", "drop", StringComparison.Ordinal) : l)),
            ["foreign_drop_of_port"] = ("flow-foreign br-int priority=100,in_port=9", d => d.AddFlow("cmp1", Int,
                " cookie=0x0, duration=5.1s, table=0, n_packets=4, n_bytes=300, idle_age=1, priority=100,in_port=9 actions=drop")),
            ["foreign_drop_of_mac"] = ("flow-foreign br-int priority=200,dl_dst=fa:16:3e:4c:21:be", d => d.AddFlow("cmp1", Int,
                " cookie=0x0, duration=5.1s, table=0, n_packets=0, n_bytes=0, idle_age=1, priority=200,dl_dst=fa:16:3e:4c:21:be actions=drop")),
            ["foreign_drop_in_table_60"] = ("flow-foreign br-int priority=50,icmp", d => d.AddFlow("cmp1", Int,
                " cookie=0x0, duration=5.1s, table=60, n_packets=3, n_bytes=0, idle_age=1, priority=50,icmp actions=drop")),
            ["foreign_redirect"] = ("flow-foreign br-int priority=100,in_port=9", d => d.AddFlow("cmp1", Int,
                " cookie=0x0, duration=5.1s, table=0, n_packets=4, n_bytes=300, idle_age=1, priority=100,in_port=9 actions=output:3")),
            ["foreign_drop_in_tunnel_bridge"] = ("flow-foreign br-tun priority=10,in_port=4", d => d.AddFlow("cmp1", Tun,
                " cookie=0x0, duration=5.1s, table=0, n_packets=4, n_bytes=300, idle_age=1, priority=10,in_port=4 actions=drop")),
            ["foreign_drop_in_underlay_bridge"] = ("flow-foreign br-phy priority=10,udp,tp_dst=4789", d => d.AddFlow("cmp1", "br-phy",
                " cookie=0x0, duration=5.1s, table=0, n_packets=4, n_bytes=300, idle_age=1, priority=10,udp,tp_dst=4789 actions=drop")),

            // the pipeline
            ["table_60_gone"] = ("flow-missing br-int table=60", d => d.WithoutFlows("cmp1", Int, "table=60")),
            ["table_60_drops"] = ("flow-changed br-int table=60", d => d.Flows("cmp1", Int,
                l => l.Contains("table=60", StringComparison.Ordinal) ? l.Replace("NORMAL", "drop", StringComparison.Ordinal) : l)),
            ["table_30_gone"] = ("flow-missing br-int table=30", d => d.WithoutFlows("cmp1", Int, "table=30")),
            ["first_default_gone"] = ("flow-missing br-int table=0", d => d.WithoutFlows("cmp1", Int, "table=0", "priority=0 ")),
            ["all_flows_gone"] = ("flows-lost br-int", d => d.Flows("cmp1", Int, _ => null)),
            ["only_normal_left"] = ("flows-lost br-tun", d => d.Flows("cmp1", Tun, _ => null, " cookie=0x0, table=0, priority=0 actions=NORMAL")),
            ["tunnel_entry_gone"] = ("flow-missing br-tun vxlan-0a1e000c", d => d.WithoutFlows("cmp1", Tun, "table=0", "in_port=2 ")),
            ["patch_entry_gone"] = ("flow-missing br-tun patch-int", d => d.WithoutFlows("cmp1", Tun, "table=0", "in_port=1 ")),
            ["learn_gone"] = ("flow-missing br-tun table=10", d => d.WithoutFlows("cmp1", Tun, "table=10")),
            ["unicast_default_gone"] = ("flow-missing br-tun table=20", d => d.WithoutFlows("cmp1", Tun, "table=20", "priority=0")),

            // flows of a network
            ["tunnel_key_flow_gone"] = ("flow-missing br-tun blue", d => d.WithoutFlows("cmp1", Tun, "table=4", "tun_id=0x4404")),
            ["tunnel_key_to_other_vlan"] = ("flow-vlan br-tun table=4 tun_id=0x4404", d => d.Flows("cmp1", Tun,
                l => l.Contains("tun_id=0x4404 ", StringComparison.Ordinal) ? l.Replace("vid:1,", "vid:3,", StringComparison.Ordinal) : l)),
            ["flood_flow_gone"] = ("flow-missing br-tun blue", d => d.WithoutFlows("cmp1", Tun, "table=22", "dl_vlan=1 ")),
            ["flood_lacks_a_tunnel"] = ("flood-incomplete br-tun blue", d => d.Flows("cmp1", Tun,
                l => l.Contains("dl_vlan=1 ", StringComparison.Ordinal) ? l.Replace(",output:4", "", StringComparison.Ordinal) : l)),
            ["flood_lacks_a_tunnel_by_hand"] = ("flood-incomplete br-tun blue", d => d.Flows("cmp1", Tun,
                l => l.Contains("dl_vlan=1 ", StringComparison.Ordinal)
                    ? l.Replace(",output:4", "", StringComparison.Ordinal).Replace("0xab0b352fa83e9b57", "0x0", StringComparison.Ordinal) : l)),
            ["flood_drops"] = ("flood-incomplete br-tun blue", d => d.Flows("cmp1", Tun,
                l => l.Contains("dl_vlan=1 ", StringComparison.Ordinal) ? l[..l.IndexOf("actions=", StringComparison.Ordinal)] + "actions=drop" : l)),
            ["flood_drops_by_hand"] = ("flood-incomplete br-tun blue", d => d.Flows("cmp1", Tun, l => l.Contains("dl_vlan=1 ", StringComparison.Ordinal)
                ? " cookie=0x0, duration=50.1s, table=22, n_packets=3, n_bytes=1, idle_age=1, priority=1,dl_vlan=1 actions=drop" : l)),
            ["port_mac_flow_drops_by_hand"] = ($"flow-changed br-int {Qvo}", d => d.Flows("cmp1", Int, l => l.Contains("table=25", StringComparison.Ordinal)
                && l.Contains("in_port=9,", StringComparison.Ordinal)
                ? " cookie=0x0, duration=50.1s, table=25, n_packets=3, n_bytes=1, idle_age=1, priority=2,in_port=9,dl_src=fa:16:3e:4c:21:be actions=drop" : l)),
            ["flood_with_other_key"] = ("flow-vlan br-tun blue", d => d.Flows("cmp1", Tun,
                l => l.Contains("dl_vlan=1 ", StringComparison.Ordinal) ? l.Replace("0x4404", "0x4de2", StringComparison.Ordinal) : l)),
            ["flood_leaks_into_another_network"] = ("flow-vlan br-tun blue", d => d.Flows("cmp1", Tun,
                l => l.Contains("table=22", StringComparison.Ordinal) && l.Contains("dl_vlan=1 ", StringComparison.Ordinal)
                    ? l.TrimEnd() + ",load:0x4de2->NXM_NX_TUN_ID[],output:2" : l)),
            ["provider_in_flow_gone"] = ("flow-missing br-int prov", d => d.WithoutFlows("cmp1", Int, "dl_vlan=207")),
            ["provider_in_other_vlan"] = ("flow-vlan br-int dl_vlan=207", d => d.Flows("cmp1", Int,
                l => l.Contains("dl_vlan=207", StringComparison.Ordinal) ? l.Replace("vid:2,", "vid:1,", StringComparison.Ordinal) : l)),
            ["provider_out_flow_gone"] = ("flow-missing br-prov prov", d => d.WithoutFlows("cmp1", "br-prov", "dl_vlan=2 ")),
            ["provider_out_other_vlan"] = ("flow-vlan br-prov prov", d => d.Flows("cmp1", "br-prov",
                l => l.Replace("mod_vlan_vid:207", "mod_vlan_vid:208", StringComparison.Ordinal))),
            ["flat_in_flow_gone"] = ("flow-missing br-int public", d => d.WithoutFlows("ctl", Int, "vlan_tci=0x0000/0x1fff")),
            ["provider_out_by_hand"] = ("flow-vlan br-prov prov", d => d.Flows("cmp1", "br-prov",
                l => l.Contains("mod_vlan_vid:207", StringComparison.Ordinal)
                    ? l.Replace("mod_vlan_vid:207", "mod_vlan_vid:307", StringComparison.Ordinal).Replace("0xad2a7acb06ac89c5", "0x0", StringComparison.Ordinal) : l)),
            ["flat_out_flow_gone"] = ("flow-missing br-ex public", d => d.WithoutFlows("ctl", "br-ex", "dl_vlan=5")),

            // spoofing
            ["spoofed_arp_now"] = ($"spoofed-traffic {Qvo}", d => d.Flows("cmp1", Int, l =>
                l.Contains("arp,in_port=9 ", StringComparison.Ordinal) ? l.Replace("n_packets=8,", "n_packets=28,", StringComparison.Ordinal)
                : l.Contains("table=24", StringComparison.Ordinal) && l.Contains("priority=0 ", StringComparison.Ordinal)
                    ? l.Replace("n_packets=0", "n_packets=20", StringComparison.Ordinal).Replace("idle_age=64", "idle_age=2", StringComparison.Ordinal) : l)),
            ["spoofed_ip_and_arp_now"] = ($"spoofed-traffic {Qvo}", d => d.Flows("cmp1", Int, l =>
                l.Contains("table=24", StringComparison.Ordinal) && l.Contains("priority=0 ", StringComparison.Ordinal)
                    ? l.Replace("n_packets=0", "n_packets=9", StringComparison.Ordinal).Replace("idle_age=64", "idle_age=12", StringComparison.Ordinal) : l)
                .Rules("cmp1", Save4, l => l.Contains("-s6ef565e0-4 -m comment", StringComparison.Ordinal) ? l.Replace("[0:0]", "[12:960]", StringComparison.Ordinal) : l)),
            ["spoofed_mac_mostly"] = ($"spoofed-traffic {Qvo}", d => d.Flows("cmp1", Int, l =>
                l.Contains("priority=9,in_port=9 ", StringComparison.Ordinal) ? l.Replace("n_packets=116", "n_packets=216", StringComparison.Ordinal) : l)),
            ["flapping"] = ("fdb-flapping fa:16:3e:4c:21:be", d => d.AddFlow("cmp1", Tun, " cookie=0xab0b352fa83e9b57, duration=50.1s, table=20, n_packets=8, "
                + "n_bytes=656, hard_timeout=300, idle_age=2, hard_age=3, priority=1,vlan_tci=0x0001/0x0fff,dl_dst=fa:16:3e:4c:21:be "
                + "actions=load:0->NXM_OF_VLAN_TCI[],load:0x4404->NXM_NX_TUN_ID[],output:4")),

            // tunnels
            ["tunnel_type_changed"] = ("tunnel-type vxlan-0a1e000c", d => d.Row("cmp1", "vxlan-0a1e000c", r => r with { Type = "geneve" })),
            ["tunnel_local_of_nobody"] = ("tunnel-local-ip vxlan-0a1e000c", d => d.Option("cmp1", "vxlan-0a1e000c", "local_ip", "10.30.0.99")),
            ["tunnel_local_of_other_device"] = ("tunnel-local-ip vxlan-0a1e000c", d => d.Option("cmp1", "vxlan-0a1e000c", "local_ip", "10.20.0.11")),
            ["tunnel_port_number"] = ("tunnel-port vxlan-0a1e000c", d => d.Option("cmp1", "vxlan-0a1e000c", "dst_port", "8472")),
            ["tunnel_remote_is_self"] = ("tunnel-remote vxlan-0a1e000c", d => d.Option("cmp1", "vxlan-0a1e000c", "remote_ip", "10.30.0.11")),
            ["no_route_to_the_others"] = ("tunnel-no-route br-phy", d => d.Namespace("cmp1", "", n => n with
            { Routes = [.. n.Routes.Where(r => r.Destination.ToString() != "10.30.0.0")] })),
            ["underlay_wire_down"] = ("link-down eth1", d => d.Link("cmp1", "eth1", l => l with { Flags = 0, OperationalState = OperationalState.Down })),
            ["underlay_bridge_down"] = ("link-down br-phy", d => d.Link("cmp1", "br-phy", l => l with { Flags = 0, OperationalState = OperationalState.Down })),
            ["provider_wire_down"] = ("link-down eth2", d => d.Link("cmp1", "eth2", l => l with { Flags = 0, OperationalState = OperationalState.Down })),
            ["underlay_address_gone"] = ("tunnel-local-ip 10.30.0.11", d => d.Namespace("cmp1", "", n => n with
            { Addresses = [.. n.Addresses.Where(a => a.Address.ToString() != "10.30.0.11")] })),

            // patch ports
            ["patch_tun_gone"] = ("patch-peer patch-int", d => d.Port("cmp1", "patch-tun", _ => null)),
            ["both_patches_gone"] = ("patch-missing br-tun", d => d.Port("cmp1", "patch-tun", _ => null).Port("cmp1", "patch-int", _ => null)),
            ["provider_patches_gone"] = ("patch-missing br-prov", d => d.Port("cmp1", "int-br-prov", _ => null).Port("cmp1", "phy-br-prov", _ => null)),
            ["provider_patch_gone"] = ("patch-peer phy-br-prov", d => d.Port("cmp1", "int-br-prov", _ => null)),
            ["provider_nic_not_in_bridge"] = ("uplink-missing br-prov", d => d.Port("cmp1", "eth2", _ => null)),
            ["patches_crossed"] = ("patch-peer patch-tun", d => d.Option("cmp1", "patch-tun", "peer", "phy-br-prov")),

            // VLAN and binding
            ["vlan_trunk_mode"] = ($"vlan-mode {Qvo}", d => d.Port("cmp1", Qvo, p => p with { VlanMode = "trunk" })),
            ["dhcp_port_other_vlan"] = ("vlan-wrong tap107bff97-a1", d => d.Port("ctl", "tap107bff97-a1", p => p with { Tag = 1 })),
            ["router_port_dead"] = ("vlan-dead qr-548ea9c5-e3", d => d.Port("ctl", "qr-548ea9c5-e3", p => p with { Tag = 4095 })),
            ["router_port_untagged"] = ("vlan-missing qr-548ea9c5-e3", d => d.Port("ctl", "qr-548ea9c5-e3", p => p with { Tag = null })),
            ["iface_id_gone"] = ($"iface-id-wrong {Qvo}", d => d.ExternalId("cmp1", Qvo, "iface-id", null)),
            ["iface_id_of_another"] = ($"iface-id-wrong {Qvo}", d => d.ExternalId("cmp1", Qvo, "iface-id", "b31750b9-9e6e-4b4c-9c3a-000000000000")),
            ["qvo_not_in_br_int"] = ($"not-in-bridge {Qvo}", d => d.Port("cmp1", Qvo, _ => null)),
            ["bound_to_another"] = ($"port-elsewhere {Qvo}", d => d.Only("cmp1").Wanted("ports", Web1, t => t.Replace("\"cmp1\"", "\"cmp2\"", StringComparison.Ordinal))),
            ["binding_failed"] = ("binding-failed 6ef565e0-4a5f-411b-86cd-8737fd3f95ea", d => d.Wanted("ports", Web1, t => t.Replace("\"binding:vif_type\": \"ovs\"", "\"binding:vif_type\": \"binding_failed\"", StringComparison.Ordinal))),
            ["vif_type_wrong"] = ($"vif-type-wrong {Qvo}", d => d.Wanted("ports", Web1, t => t.Replace("\"binding:vif_type\": \"ovs\"", "\"binding:vif_type\": \"hw_veb\"", StringComparison.Ordinal))),
            ["openflow_port_no_recv"] = ($"openflow-port {Qvo}", d => d.Node("cmp1", s => s with
            {
                Switching = s.Switching! with
                {
                    Bridges =
                [.. s.Switching.Bridges.Select(b => b.Bridge == Int ? b with { Ports = NoReceive(b.Ports!) } : b)]
                }
            })),

            // agents
            ["agent_dead"] = ("agent-dead neutron-openvswitch-agent", d => Agent(d, "cmp1", "neutron-openvswitch-agent")),
            ["agent_killed_moments_ago"] = ("agent-dead neutron-openvswitch-agent", d => Disconnected(d, "cmp1")),
            ["agent_dead_and_gone"] = ("agent-dead neutron-openvswitch-agent", d => Disconnected(Agent(d, "cmp1", "neutron-openvswitch-agent"), "cmp1")),
            ["dhcp_agent_dead"] = ("agent-dead neutron-dhcp-agent", d => Agent(d, "ctl", "neutron-dhcp-agent")),
            ["one_controller_disconnected"] = ("controller-disconnected br-tun", d => d.Bridge("cmp1", Tun,
                b => b with { Controllers = [.. b.Controllers.Select(c => c with { IsConnected = false })] })),
            ["controller_gone"] = ("controller-missing br-int", d => d.Bridge("cmp1", Int, b => b with { Controllers = [] })),
            ["vswitchd_gone"] = ("vswitchd-stopped ovs-vswitchd", d => Disconnected(d.Node("cmp1", s => s with
            {
                Switching = s.Switching! with { Bridges = [] },
                Sources = [.. s.Sources, new SourceReport { Source = "flows", Where = Int, Outcome = SourceOutcome.Failed, Detail = "ovs-vswitchd does not answer" }],
            }), "cmp1")),

            // MTU
            ["tap_larger_than_the_chain"] = ($"mtu-narrow {Qvo}", d => d.Link("cmp1", Qvo, l => l with { Mtu = 1400 })),
            ["whole_chain_narrow"] = ($"mtu-narrow {Tap}", d => d.Link("cmp1", Qvo, Small).Link("cmp1", "qvb" + Web1, Small).Link("cmp1", Tap, Small).Link("cmp1", "qbr" + Web1, Small)),
            ["router_port_narrow"] = ("mtu-narrow qr-548ea9c5-e3", d => d.Link("ctl", "qr-548ea9c5-e3", Small, Router)),
            ["underlay_address_device_narrow"] = ("mtu-underlay br-phy", d => d.Link("cmp1", "br-phy", l => l with { Mtu = 1450 })),

            // DHCP and routers
            ["dhcp_socket_gone"] = ($"dhcp-dead qdhcp-{Blue}", d => d.Namespace("ctl", "qdhcp-" + Blue, n => n with
            { Sockets = [.. n.Sockets!.Where(s => s.Process != "dnsmasq")] })),
            ["dhcp_host_missing"] = ("dhcp-host-missing 10.1.0.11", d => d.Node("ctl", s => s with
            {
                Files =
                [.. s.Files!.Select(f => f.Path.EndsWith(Blue + "/host", StringComparison.Ordinal) ? f with { Text = WithoutLine(f.Text, "10.1.0.11") } : f)]
            })),
            ["dhcp_address_gone"] = ("service-address-missing tap107bff97-a1", d => d.Namespace("ctl", "qdhcp-" + Blue, n => n with
            { Addresses = [.. n.Addresses.Where(a => a.Address.ToString() != "10.1.0.2")] })),
            ["dhcp_device_down"] = ("link-down tap107bff97-a1", d => d.Link("ctl", "tap107bff97-a1", l => l with { Flags = 0, OperationalState = OperationalState.Down }, "qdhcp-" + Blue)),
            ["router_device_down"] = ("link-down qr-548ea9c5-e3", d => d.Link("ctl", "qr-548ea9c5-e3", l => l with { Flags = 0, OperationalState = OperationalState.Down }, Router)),
            ["router_address_gone"] = ("service-address-missing qr-548ea9c5-e3", d => d.Namespace("ctl", Router, n => n with
            { Addresses = [.. n.Addresses.Where(a => a.Address.ToString() != "10.1.0.1")] })),
            ["router_connected_route_gone"] = ("router-route-missing 10.1.0.0/24", d => d.Namespace("ctl", Router, n => n with
            { Routes = [.. n.Routes.Where(r => r.Destination.ToString() != "10.1.0.0" || r.Table == 255)] })),
            ["router_blackhole"] = ("router-blackhole 10.1.0.11/32", d => d.Namespace("ctl", Router, n => n with
            { Routes = [.. n.Routes, new Route { Destination = IPAddress.Parse("10.1.0.11"), PrefixLength = 32, Table = 254, Type = 6 }] })),
            ["router_other_gateway"] = ("router-default-route qrouter-45b06e84-d906-4321-9221-2915856ca80e", d => d.Namespace("ctl", Router, n => n with
            { Routes = [.. n.Routes.Select(r => r.PrefixLength == 0 && r.Gateway is not null ? r with { Gateway = IPAddress.Parse("203.0.113.99") } : r)] })),
            ["router_drop_in_forward"] = ("router-firewall qrouter-45b06e84-d906-4321-9221-2915856ca80e", d => d.Rules("ctl", Save4,
                l => l == "-A FORWARD -j neutron-filter-top" || l.EndsWith("-A FORWARD -j neutron-filter-top", StringComparison.Ordinal) ? "-A FORWARD -d 10.1.0.11/32 -j DROP\n" + l : l,
                "qrouter-45b06e84-d906-4321-9221-2915856ca80e")),
            ["router_policy_drop"] = ("router-firewall qrouter-45b06e84-d906-4321-9221-2915856ca80e", d => d.Rules("ctl", Save4,
                l => l.Replace(":FORWARD ACCEPT", ":FORWARD DROP", StringComparison.Ordinal), "qrouter-45b06e84-d906-4321-9221-2915856ca80e")),
            ["floating_ip_without_dnat"] = ("floating-ip-nat 203.0.113.26", d => d.Rules("ctl", Save4,
                l => l.Contains("-j DNAT --to-destination 10.1.0.11", StringComparison.Ordinal) ? null : l, "qrouter-45b06e84-d906-4321-9221-2915856ca80e")),
            ["floating_ip_to_another"] = ("floating-ip-nat 203.0.113.26", d => d.Rules("ctl", Save4,
                l => l.Replace("--to-destination 10.1.0.11", "--to-destination 10.1.0.99", StringComparison.Ordinal), "qrouter-45b06e84-d906-4321-9221-2915856ca80e")),
            ["floating_ip_not_an_address"] = ("floating-ip-missing 203.0.113.26", d => d.Namespace("ctl", Router, n => n with
            { Addresses = [.. n.Addresses.Where(a => a.Address.ToString() != "203.0.113.26")] })),
            ["snat_gone"] = ("snat-missing qrouter-45b06e84-d906-4321-9221-2915856ca80e", d => d.Rules("ctl", Save4,
                l => l.Contains("--to-source 203.0.113.27", StringComparison.Ordinal) ? null : l, "qrouter-45b06e84-d906-4321-9221-2915856ca80e")),
            ["metadata_proxy_gone"] = ("metadata-dead qrouter-45b06e84-d906-4321-9221-2915856ca80e", d => d.Namespace("ctl", Router, n => n with
            { Sockets = [.. n.Sockets!.Where(s => s.Process != "haproxy")] })),
            ["wrong_neighbour_forever"] = ("neighbour-wrong 10.1.0.11", d => d.Namespace("ctl", Router, n => n with
            {
                Neighbours = [.. n.Neighbours, new Neighbour { IfIndex = n.Links.First(l => l.Name == "qr-548ea9c5-e3").IfIndex,
                    Address = IPAddress.Parse("10.1.0.11"), LinkAddress = Primitives.MacAddress.Parse("fa:16:3e:00:00:99"), State = 0x80 }]
            })),

            // firewall
            ["bridge_nf_call_off"] = ("bridge-filter-off net.bridge.bridge-nf-call-iptables", d => d.Sysctl("cmp1", "net.bridge.bridge-nf-call-iptables", "0")),
            ["bridge_nf_call_ip6_off"] = ("bridge-filter-off net.bridge.bridge-nf-call-ip6tables", d => d.Sysctl("cmp1", "net.bridge.bridge-nf-call-ip6tables", "0")),
            ["conntrack_full"] = ("conntrack-full nf_conntrack", d => d.Namespace("cmp1", "", n => n with { Conntrack = n.Conntrack! with { Count = 260000, Maximum = 262144 } })),
            ["established_rule_gone"] = ("missing-rule neutron-openvswi-i6ef565e0-4", d => d.WithoutRule("cmp1", Save4, "-A neutron-openvswi-i6ef565e0-4", "RELATED,ESTABLISHED")),
            ["jump_to_chains_gone"] = ("missing-rule neutron-openvswi-FORWARD", d => d.WithoutRule("cmp1", Save4, "-A neutron-openvswi-FORWARD", Tap)),
            ["spoof_rule_of_another_mac"] = ("changed-rule neutron-openvswi-s6ef565e0-4", d => d.Rules("cmp1", Save4,
                l => l.Contains("-A neutron-openvswi-s6ef565e0-4", StringComparison.Ordinal) ? l.Replace("4C:21:BE", "00:00:99", StringComparison.OrdinalIgnoreCase) : l)),
            ["drop_inserted"] = ("extra-rule neutron-openvswi-i6ef565e0-4", d => d.Rules("cmp1", Save4,
                l => l.Contains("-A neutron-openvswi-i6ef565e0-4", StringComparison.Ordinal) && l.Contains("ESTABLISHED", StringComparison.Ordinal)
                    ? l + "\n-A neutron-openvswi-i6ef565e0-4 -p tcp -j DROP" : l)),
            ["foreign_drop_in_forward"] = ("foreign-rule FORWARD", d => d.Rules("cmp1", Save4,
                l => l.EndsWith("-A FORWARD -j neutron-filter-top", StringComparison.Ordinal) ? $"-A FORWARD -m physdev --physdev-out {Tap} --physdev-is-bridged -j DROP\n" + l : l)),
            ["zone_rule_gone"] = ("missing-zone neutron-openvswi-PREROUTING", d => d.WithoutRule("cmp1", Save4, "-A neutron-openvswi-PREROUTING", Web1)),
            ["ip6_advertisement_rules_gone"] = ("missing-rule neutron-openvswi-i92263e04-3", d => d.WithoutRule("cmp1", Save6, "-A neutron-openvswi-i92263e04-3", "icmpv6-type 135")),
            ["set_member_gone"] = ("set-drift NIPv4484ec7f8-6eab-4ae7-a0f5-", d => d.Rules("cmp1", "ipset save",
                l => l.Contains("NIPv4484ec7f8", StringComparison.Ordinal) && l.Contains("10.1.0.11", StringComparison.Ordinal) ? null : l)),

            ["legacy_back_end_drops"] = ("foreign-drop FORWARD", d => d.Node("cmp1", s => s with
            {
                Firewall = [.. s.Firewall, new FirewallText("", "iptables-legacy-save",
                "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A FORWARD -j DROP\nCOMMIT\n")]
            })),
            ["all_in_the_other_back_end"] = ("no-agent-chains iptables", d => d.Rules("cmp1", Save4,
                l => l.Contains("neutron", StringComparison.Ordinal) ? null : l)),

            // addresses
            ["learned_at_patch"] = ("fdb-wrong-port fa:16:3e:4c:21:be", d => d.Node("cmp1", s => s with
            {
                Switching = s.Switching! with
                {
                    Bridges =
                [.. s.Switching.Bridges.Select(b => b.Bridge == Int ? b with { Fdb = [.. b.Fdb!.Select(e => e.Address.ToString() == "fa:16:3e:4c:21:be" ? e with { Port = "2" } : e)] } : b)]
                }
            })),
            ["same_mac_twice"] = ("mac-mismatch qvoa5098240-41", d => d.ExternalId("cmp1", "qvoa5098240-41", "attached-mac", "fa:16:3e:92:00:b4")),

            // leftovers
            ["chain_of_a_deleted_port"] = ("stale-chain neutron-openvswi-i0badc0de-0", d => d.Rules("cmp1", Save4,
                l => l.StartsWith(":neutron-openvswi-i6ef565e0-4", StringComparison.Ordinal) ? ":neutron-openvswi-i0badc0de-0 - [0:0]\n" + l : l)),
            ["qbr_left"] = ("device-leftover qbr0badc0de-00", d => d.Namespace("cmp1", "", n => n with
            {
                Links =
                [.. n.Links, n.Links.First(l => l.Name == "qbr" + Web1) with { Name = "qbr0badc0de-00", IfIndex = 901 }]
            })),
            ["tap_left"] = ("device-leftover tap0badc0de-00", d => d.Namespace("cmp1", "", n => n with
            {
                Links =
                [.. n.Links, n.Links.First(l => l.Name == Tap) with { Name = "tap0badc0de-00", IfIndex = 902, MasterIndex = null }]
            })),
            ["dhcp_namespace_left"] = ("namespace-leftover qdhcp-00000000-0000-0000-0000-00000000dead", d => d.Node("ctl", s => s with
            { Namespaces = [.. s.Namespaces, new NamespaceFacts { Name = "qdhcp-00000000-0000-0000-0000-00000000dead" }] })),
            ["router_namespace_left"] = ("namespace-leftover qrouter-00000000-0000-0000-0000-00000000dead", d => d.Node("ctl", s => s with
            { Namespaces = [.. s.Namespaces, new NamespaceFacts { Name = "qrouter-00000000-0000-0000-0000-00000000dead" }] })),
            ["port_deleted_in_the_api"] = ($"port-unknown {Qvo}", d => d.Wanted("ports", Web1, _ => "")),
            ["mirror_left"] = ("mirror-leftover m0", d => d.Bridge("cmp1", Int, b => b with { Mirrors = [new OvsMirror { Name = "m0", Uuid = Guid.NewGuid(), SelectSourcePorts = [Guid.NewGuid()] }] })),

            // L2 population
            ["l2pop_entry_gone"] = ("l2pop-missing br-tun fa:16:3e:75:7a:a5", d => Populated(d).WithoutFlows("cmp1", Tun, "table=20", "priority=2", "dl_dst=fa:16:3e:75:7a:a5")),
            ["l2pop_entry_to_the_wrong_node"] = ("l2pop-wrong br-tun fa:16:3e:75:7a:a5", d => Populated(d).Flows("cmp1", Tun,
                l => l.Contains("priority=2,dl_vlan=1,dl_dst=fa:16:3e:75:7a:a5", StringComparison.Ordinal) ? l.Replace("output:2", "output:4", StringComparison.Ordinal) : l)),
            ["l2pop_entry_with_the_wrong_key"] = ("l2pop-wrong br-tun fa:16:3e:75:7a:a5", d => Populated(d).Flows("cmp1", Tun,
                l => l.Contains("priority=2,dl_vlan=1,dl_dst=fa:16:3e:75:7a:a5", StringComparison.Ordinal) ? l.Replace("0x4404", "0x4405", StringComparison.Ordinal) : l)),
            ["l2pop_flood_lacks_a_node"] = ("flood-incomplete br-tun blue", d => Populated(d).Flows("cmp1", Tun,
                l => l.Contains("dl_vlan=1 ", StringComparison.Ordinal) ? l.Replace("output:2,", "", StringComparison.Ordinal) : l)),
            ["arp_responder_lacks_an_address"] = ("l2pop-missing br-tun 10.1.0.12", d => Populated(d).WithoutFlows("cmp1", Tun, "table=21", "arp_tpa=10.1.0.12", "dl_vlan=1")),
            ["arp_responder_with_the_wrong_address"] = ("l2pop-wrong br-tun 10.1.0.12", d => Populated(d).Flows("cmp1", Tun,
                l => l.Contains("dl_vlan=1,arp_tpa=10.1.0.12", StringComparison.Ordinal) ? l.Replace("0xfa163e757aa5", "0xfa163e000099", StringComparison.Ordinal) : l)),

            // traps
            ["route_to_a_peer_by_another_card"] = ("tunnel-no-route 10.30.0.12", d => d.Sysctl("cmp1", "net.ipv4.conf.br-phy.rp_filter", "1").Namespace("cmp1", "", n => n with
            {
                Routes = [.. n.Routes, new Route { Destination = IPAddress.Parse("10.30.0.12"), PrefixLength = 32, Table = 254, Type = 1, Gateway = IPAddress.Parse("10.20.0.12"),
                    IfIndex = n.Links.First(l => l.Name == "eth0").IfIndex }]
            })),
        };

    private static Link Small(Link link) => link with { Mtu = 1400 };

    private static string NoReceive(string ports)
    {
        var at = ports.IndexOf("(" + Qvo + ")", StringComparison.Ordinal);
        var config = ports.IndexOf("config:     0", at, StringComparison.Ordinal);
        return ports[..config] + "config:     NO_RECV NO_FWD" + ports[(config + "config:     0".Length)..];
    }

    private static Deployment Agent(Deployment d, string host, string binary) => d.Wanted("agents", $"\"binary\": \"{binary}\"",
        t => t.Contains($"\"host\": \"{host}\"", StringComparison.Ordinal) ? t.Replace("\"alive\": true", "\"alive\": false", StringComparison.Ordinal) : t);

    private static Deployment Disconnected(Deployment d, string node) => d.Node(node, s => s with
    {
        Ovs = s.Ovs! with { Bridges = [.. s.Ovs.Bridges.Select(b => b with { Controllers = [.. b.Controllers.Select(c => c with { IsConnected = false })] })] },
    });

    private static string WithoutLine(string text, string word) =>
        string.Join('\n', text.Split('\n').Where(l => !l.EndsWith("," + word, StringComparison.Ordinal)));

    /// <summary>The same deployment with L2 population and ARP responder: cmp1 is told of every port of the others.</summary>
    internal static Deployment Populated(Deployment d)
    {
        var changed = d.Wanted("agents", "\"tunneling_ip\": \"10.30.0.11\"", t => t.Replace("\"l2_population\": false", "\"l2_population\": true", StringComparison.Ordinal))
            .Node("cmp1", s => s with { Files = [.. s.Files!.Select(f => f with { Text = f.Text.Replace("l2_population = False", "l2_population = True", StringComparison.Ordinal) })] });
        var flows = new List<string>();
        foreach (var (network, vlan, key, toCmp2, toCtl) in new[]
        {
            (Blue, 1, "0x4404", 2, 4), ("c004c102-d314-4f47-9e05-22d969b2e3f2", 3, "0x4de2", 2, 4), ("041c47f0-d8d8-4570-8ccb-3301a4a473f4", 4, "0xe19", 3, 5),
        })
        {
            foreach (var port in d.Cloud().Ports!.Values.Where(p => p.NetworkId == network && p.Host is "cmp2" or "ctl"))
            {
                const string Cookie = " cookie=0xab0b352fa83e9b57, duration=20.1s, ";
                var output = port.Host == "cmp2" ? toCmp2 : toCtl;
                flows.Add($"{Cookie}table=20, n_packets=0, n_bytes=0, idle_age=20, priority=2,dl_vlan={vlan},dl_dst={port.Address} "
                    + $"actions=strip_vlan,load:{key}->NXM_NX_TUN_ID[],output:{output}");
                foreach (var address in port.FixedAddresses.Where(a => a.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork))
                {
                    var mac = "0x" + port.Address!.Value.ToString().Replace(":", "", StringComparison.Ordinal);
                    flows.Add($"{Cookie}table=21, n_packets=0, n_bytes=0, idle_age=20, priority=1,arp,dl_vlan={vlan},arp_tpa={address} "
                        + $"actions=load:0x2->NXM_OF_ARP_OP[],move:NXM_NX_ARP_SHA[]->NXM_NX_ARP_THA[],move:NXM_OF_ARP_SPA[]->NXM_OF_ARP_TPA[],load:{mac}->NXM_NX_ARP_SHA[],"
                        + $"load:0x{Convert.ToHexStringLower(address.GetAddressBytes())}->NXM_OF_ARP_SPA[],move:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[],mod_dl_src:{port.Address},IN_PORT");
                }
            }
        }
        const string Set = " cookie=0xab0b352fa83e9b57, duration=20.1s, ";
        return changed.Flows("cmp1", Tun, l => l, [.. flows,
            Set + "table=2, n_packets=0, n_bytes=0, idle_age=20, priority=1,arp,dl_dst=ff:ff:ff:ff:ff:ff actions=resubmit(,21)",
            Set + "table=21, n_packets=0, n_bytes=0, idle_age=20, priority=0 actions=resubmit(,22)"]);
    }
}
