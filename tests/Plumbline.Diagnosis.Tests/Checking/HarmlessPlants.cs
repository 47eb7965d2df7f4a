using System.Net;
using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;

namespace Plumbline.Diagnosis.Tests.Checking;

/// <summary>What is unusual and hurts nobody, each alone in the healthy deployment.</summary>
internal static class HarmlessPlants
{
    private const string Web1 = "6ef565e0-4a";

    public static IReadOnlyDictionary<string, Func<Deployment, Deployment>> All { get; } = new Dictionary<string, Func<Deployment, Deployment>>
    {
        ["nothing_at_all"] = d => d,
        ["only_one_node_told"] = d => d.Only("cmp1"),
        ["forward_policy_drop"] = d => d.Rules("cmp1", "iptables-save", l => l.Replace(":FORWARD ACCEPT", ":FORWARD DROP", StringComparison.Ordinal)),
        ["a_flood_flow_restored_by_hand"] = d => d.Flows("cmp1", "br-tun", l => l.Contains("dl_vlan=1 ", StringComparison.Ordinal)
            ? l.Replace("cookie=0xab0b352fa83e9b57", "cookie=0x0", StringComparison.Ordinal) : l),
        ["a_port_flow_restored_by_hand"] = d => d.Flows("cmp1", "br-int", l => l.Contains("arp_spa=10.1.0.11", StringComparison.Ordinal)
            ? l.Replace("cookie=0x2ef7a65128ce4ff5", "cookie=0x0", StringComparison.Ordinal) : l),
        ["a_flow_in_a_table_nobody_reaches"] = d => d.AddFlow("cmp1", "br-int",
            " cookie=0x0, duration=5.1s, table=99, n_packets=0, n_bytes=0, idle_age=5, priority=1 actions=drop"),
        ["a_drop_of_a_vlan_that_nobody_has"] = d => d.AddFlow("cmp1", "br-int",
            " cookie=0x0, duration=5.1s, table=0, n_packets=0, n_bytes=0, idle_age=5, priority=100,dl_vlan=3999 actions=drop"),
        ["old_arp_drops"] = d => d.Flows("cmp1", "br-int", l => l.Contains("table=24", StringComparison.Ordinal) && l.Contains("priority=0", StringComparison.Ordinal)
            ? l.Replace("n_packets=0", "n_packets=37", StringComparison.Ordinal).Replace("idle_age=64", "idle_age=76", StringComparison.Ordinal) : l),
        ["old_spoof_drops"] = d => d.Rules("cmp1", "iptables-save", l => l.Contains("-s6ef565e0-4 -m comment", StringComparison.Ordinal)
            ? l.Replace("[0:0]", "[12:960]", StringComparison.Ordinal) : l),
        ["trunks_beside_a_tag"] = d => d.Port("cmp1", "qvo" + Web1, p => p with { Trunks = [7] }),
        ["many_fallback_drops"] = d => d.Rules("cmp1", "iptables-save", l => l.Contains("sg-fallback -m comment", StringComparison.Ordinal)
            ? "[99999:9999999]" + l[l.IndexOf(']', StringComparison.Ordinal)..][1..] : l),
        ["l2_population"] = PlantedFaults.Populated,
        ["a_tunnel_to_a_node_that_is_being_added"] = d => d.Bridge("cmp1", "br-tun", b => b with
        {
            Ports =
            [
                .. b.Ports,
                new OvsPort
                {
                    Name = "vxlan-0a1e000d",
                    Interfaces =
                    [
                        new OvsInterface
                        {
                            Name = "vxlan-0a1e000d", Type = "vxlan", OfPort = 77,
                            Options = new Dictionary<string, string> { ["in_key"] = "flow", ["out_key"] = "flow", ["local_ip"] = "10.30.0.11", ["remote_ip"] = "10.30.0.13" },
                        },
                    ],
                },
            ],
        }),
        ["foreign_chains"] = d => d.Rules("cmp1", "iptables-save", l => l.StartsWith(":neutron-filter-top", StringComparison.Ordinal)
            ? ":DOCKER-USER - [0:0]\n:KUBE-FORWARD - [0:0]\n" + l
            : l.EndsWith("-A FORWARD -j neutron-filter-top", StringComparison.Ordinal) ? "-A FORWARD -i docker0 -j DOCKER-USER\n-A DOCKER-USER -j RETURN\n" + l : l),
        ["port_shut_by_the_api"] = d => d.Wanted("ports", "6ef565e0-4a", t => t.Replace("\"admin_state_up\": true", "\"admin_state_up\": false", StringComparison.Ordinal))
            .Port("cmp1", "qvo" + Web1, p => p with { Tag = 4095 })
            .WithoutFlows("cmp1", "br-int", "in_port=9").AddFlow("cmp1", "br-int", " cookie=0x2ef7a65128ce4ff5, table=0, n_packets=9, priority=2,in_port=9 actions=drop"),
        ["stale_neighbour"] = d => d.Namespace("ctl", "qrouter-45b06e84", n => n with
        {
            Neighbours = [.. n.Neighbours, new Neighbour
            {
                IfIndex = n.Links.First(l => l.Name == "qr-548ea9c5-e3").IfIndex, Address = IPAddress.Parse("10.1.0.11"),
                LinkAddress = Primitives.MacAddress.Parse("fa:16:3e:00:00:99"), State = 0x04,
            }],
        }),
        ["address_shared_by_allowed_pairs"] = d => d.Wanted("ports", "de35fbda-53", t => t.Replace("\"allowed_address_pairs\": []",
            "\"allowed_address_pairs\": [{\"ip_address\": \"10.1.0.250\", \"mac_address\": \"fa:16:3e:9b:af:f3\"}]", StringComparison.Ordinal))
            .Flows("cmp2", "br-int", l => l, " cookie=0x9e6aa4804bd5db20, table=24, n_packets=0, priority=2,arp,in_port=3,arp_spa=10.1.0.250 actions=resubmit(,25)")
            .Rules("cmp2", "iptables-save", l => l.Contains("-A neutron-openvswi-sde35fbda-5 -s", StringComparison.Ordinal)
                ? l + "\n" + l.Replace("10.1.0.22/32", "10.1.0.250/32", StringComparison.Ordinal) : l),
        ["unused_network_card_down"] = d => d.Namespace("cmp1", "", n => n with
        { Links = [.. n.Links, n.Links.First(l => l.Name == "eth0") with { Name = "eth9", IfIndex = 909, Flags = 0, OperationalState = OperationalState.Down }] }),
        ["strict_reverse_path_where_ways_are_the_same"] = d => d.Sysctl("cmp1", "net.ipv4.conf.all.rp_filter", "1"),
        ["offloads_as_the_kernel_sets_them"] = d => d.Namespace("cmp1", "", n => n with
        {
            Offloads = [.. n.Links.Select(l => new DeviceOffloads(l.Name) { TransmitChecksum = !l.Name.StartsWith("tap", StringComparison.Ordinal), Segmentation = true, GenericReceive = true, LargeReceive = l.Name == "lo" })],
        }),
        ["another_bridge_of_the_operators"] = d => d.Node("cmp1", s => s with { Ovs = s.Ovs! with { Bridges = [.. s.Ovs.Bridges, new OvsBridge { Name = "br-storage", FailMode = "standalone" }] } }),
        ["network_shut_by_the_api"] = d => d.Wanted("networks", "c7417143", t => t.Replace("\"admin_state_up\": true", "\"admin_state_up\": false", StringComparison.Ordinal)),
        ["a_network_that_nobody_uses"] = d => d.Wanted("networks", t => t.Replace("{\n \"networks\": [", "{\"networks\": [{\"id\": \"00000000-1111-2222-3333-444444444444\", \"name\": \"idle\", \"admin_state_up\": true, \"mtu\": 1450, "
            + "\"provider:network_type\": \"vxlan\", \"provider:segmentation_id\": 99},", StringComparison.Ordinal)),
        ["other_namespaces"] = d => d.Node("ctl", s => s with
        {
            Namespaces = [.. s.Namespaces, new NamespaceFacts { Name = "snat-45b06e84-d906-4321-9221-2915856ca80e" },
            new NamespaceFacts { Name = "fip-8f372dd4-4d5f-4c0c-8be5-d44e885337af" }, new NamespaceFacts { Name = "cni-1234" }]
        }),
        ["flows_of_an_extension"] = d => d.AddFlow("cmp1", "br-int", " cookie=0x1234567890abcdef, duration=60.1s, table=59, n_packets=10, n_bytes=900, idle_age=1, "
            + "priority=80,in_port=9 actions=set_queue:5,resubmit(,60)"),
        ["a_vhost_user_port_and_a_trunk"] = d => d.Bridge("cmp1", "br-int", b => b with
        {
            Ports =
            [
                .. b.Ports,
                new OvsPort { Name = "tpi-0badc0de-00", Tag = 1, Interfaces = [new OvsInterface { Name = "tpi-0badc0de-00", Type = "patch", OfPort = 91, Options = new Dictionary<string, string> { ["peer"] = "tpt-0badc0de-00" } }] },
            ],
        }).Node("cmp1", s => s with
        {
            Ovs = s.Ovs! with
            {
                Bridges = [.. s.Ovs.Bridges, new OvsBridge { Name = "tbr-0badc0de-0", Ports = [new OvsPort { Name = "tpt-0badc0de-00", Interfaces =
                    [new OvsInterface { Name = "tpt-0badc0de-00", Type = "patch", OfPort = 1, Options = new Dictionary<string, string> { ["peer"] = "tpi-0badc0de-00" } }] }] }],
            },
        }),
        ["without_the_api_legacy_back_end_loaded_and_empty"] = d => d.Node("cmp1", s => s with
        { Firewall = [.. s.Firewall, new FirewallText("", "iptables-legacy-save", "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n")] }),
    };
}
