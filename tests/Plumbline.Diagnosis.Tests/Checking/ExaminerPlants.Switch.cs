using Plumbline.Node.Facts;
using Plumbline.Testing;

namespace Plumbline.Diagnosis.Tests.Checking;

internal static partial class ExaminerPlants
{
    /// <summary>What somebody sets with ovs-vsctl and ovs-ofctl; the native firewall's flows.</summary>
    private static Dictionary<string, Examined> Switch => new()
    {
        ["fail_mode_standalone_with_its_controller"] = Same("", d => d.Bridge("cmp1", Int, b => b with { FailMode = "standalone" })),
        ["tunnel_bridge_without_fail_mode"] = Same("", d => d.Bridge("cmp1", Tun, b => b with { FailMode = null })),
        ["fail_mode_standalone_and_no_controller"] = Same("controller-missing br-int", d => d.Bridge("cmp1", Int, b => b with { FailMode = "standalone", Controllers = [] })
            .Flows("cmp1", Int, _ => null, " cookie=0x0, duration=50.1s, table=0, n_packets=3, n_bytes=1, idle_age=1, priority=0 actions=NORMAL")),
        ["fail_mode_standalone_and_controller_lost"] = Same("controller-disconnected br-int", d => d.Bridge("cmp1", Int, b => b with
        { FailMode = "standalone", Controllers = [.. b.Controllers.Select(c => c with { IsConnected = false })] })),
        ["vlan_tag_gone"] = Same($"vlan-missing {Qvo}", d => d.Port("cmp1", Qvo, p => p with { Tag = null })),
        ["vlan_tag_of_nobody"] = Same($"vlan-wrong {Qvo}", d => d.Port("cmp1", Qvo, p => p with { Tag = 77 })),
        ["vlan_tag_zero"] = Same($"vlan-wrong {Qvo}", d => d.Port("cmp1", Qvo, p => p with { Tag = 0 })),
        ["vlan_mode_access"] = Same("", d => d.Port("cmp1", Qvo, p => p with { VlanMode = "access" })),
        ["vlan_mode_native_untagged"] = Same("", d => d.Port("cmp1", Qvo, p => p with { VlanMode = "native-untagged" })),
        ["vlan_mode_native_tagged"] = Same($"vlan-mode {Qvo}", d => d.Port("cmp1", Qvo, p => p with { VlanMode = "native-tagged" })),
        ["vlan_mode_dot1q_tunnel"] = Same("", d => d.Port("cmp1", Qvo, p => p with { VlanMode = "dot1q-tunnel" })),
        ["trunks_instead_of_a_tag"] = Same($"vlan-missing {Qvo}", d => d.Port("cmp1", Qvo, p => p with { Tag = null, Trunks = [1] })),
        ["mtu_by_request"] = Same($"mtu-narrow {Qvo}", d => d.Row("cmp1", Qvo, r => r with { MtuRequest = 1280, Mtu = 1280 }).Link("cmp1", Qvo, l => l with { Mtu = 1280 })),
        ["mtu_request_as_it_is"] = Same("", d => d.Row("cmp1", Qvo, r => r with { MtuRequest = d.Nodes["cmp1"].Namespaces[0].Links.First(l => l.Name == Qvo).Mtu })),
        ["ingress_policed"] = Same($"rate-limited {Qvo}", d => d.Row("cmp1", Qvo, r => r with { IngressPolicingRate = 100, IngressPolicingBurst = 10 })),
        ["ingress_policed_in_packets"] = Same($"rate-limited {Qvo}", d => d.Row("cmp1", Qvo, r => r with { IngressPolicingPackets = 1 })),
        ["ingress_policed_by_neutron"] = new("", "", d => Configured(d, "extensions = ", "extensions = qos").Wanted("ports", "6ef565e0-4a5f",
            t => t.Replace("\"qos_policy_id\": null", "\"qos_policy_id\": \"00000000-0000-0000-0000-000000000001\"", StringComparison.Ordinal)
                .Replace("\"admin_state_up\"", "\"qos_network_policy_id\": null, \"admin_state_up\"", StringComparison.Ordinal)).Row("cmp1", Qvo, r => r with { IngressPolicingRate = 100000 })),
        ["datapath_type_of_one_bridge"] = Same("datapath-type br-tun", d => d.Bridge("cmp1", Tun, b => b with { DatapathType = "system" })),
        ["learning_settings"] = Same("", d => d.Bridge("cmp1", Int, b => b with
        { OtherConfig = new Dictionary<string, string>(b.OtherConfig) { ["mac-table-size"] = "10", ["mac-aging-time"] = "15", ["mcast-snooping-table-size"] = "4", ["disable-in-band"] = "true", ["forward-bpdu"] = "true" } })),
        ["spanning_tree_forwards"] = Same("", d => d.Port("cmp1", Qvo, p => p with { SpanningTreeState = "forwarding" })),
        ["spanning_tree_blocks"] = Same("bridge-port-blocked patch-tun", d => d.Port("cmp1", "patch-tun", p => p with { SpanningTreeState = "blocking" })),
        ["protocols_fewer"] = Same("", d => d.Bridge("cmp1", Int, b => b with { Protocols = ["OpenFlow13"] })),
        ["mirror_into_a_live_port"] = Same("mirror-leftover spy", d => d.Bridge("cmp1", Int, b => b with
        {
            Mirrors =
            [
                new OvsMirror { Name = "spy", Uuid = new(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), SelectSourcePorts = [b.Ports.First(p => p.Name == "qvo92263e04-39").Uuid!.Value], OutputPort = b.Ports.First(p => p.Name == Qvo).Uuid },
            ],
        })),
        ["tunnel_knobs"] = Same("", d => d.Option("cmp1", "vxlan-0a1e000c", "csum", "true").Option("cmp1", "vxlan-0a1e000c", "df_default", "false").Option("cmp1", "vxlan-0a1e000c", "tos", "inherit")),
        ["row_marks"] = Same("", d => d.ExternalId("cmp1", Qvo, "iface-status", "inactive").ExternalId("cmp1", Qvo, "vm-id", "x").ExternalId("cmp1", Qvo, "attached-mac", Mac.ToUpperInvariant())),
        ["port_number_changed"] = Same($"flow-missing br-int {Qvo}", d => d.Row("cmp1", Qvo, r => r with { OfPort = 42 })),
        ["flood_switched_off"] = Same($"openflow-port {Qvo}", d => Config(d, Qvo, "NO_FLOOD")),
        ["controller_elsewhere"] = Same("", d => d.Bridge("cmp1", Int, b => b with { Controllers = [.. b.Controllers, new OvsController("tcp:192.0.2.1:6653", false)] })),
        ["packets_to_the_controller_switched_off"] = Same("", d => Config(d, Qvo, "NO_PACKET_IN")),

        // the native firewall
        ["native_spoofed_arp"] = new($"spoofed-traffic {Tap}", $"spoofed-traffic {Tap}", d => Spoofs(d, 30, 2), PlayedStates.Native),
        ["native_few_old_drops"] = new("", "", d => Spoofs(d, 30, 3000), PlayedStates.Native),
        ["native_drops_at_boot"] = new("", "", d => Spoofs(d, 6, 20, 21), PlayedStates.Native),
        ["native_groups_drop_much"] = new("", "", d => d.Flows("cmp1", Int, l => l.Contains("table=72", StringComparison.Ordinal) && l.Contains("priority=0 ", StringComparison.Ordinal)
            || l.Contains("table=93", StringComparison.Ordinal) || l.Contains("table=82", StringComparison.Ordinal) && l.Contains("priority=0 ", StringComparison.Ordinal)
            ? l.Replace("n_packets=0,", "n_packets=99999,", StringComparison.Ordinal) : l), PlayedStates.Native),
        ["native_ipv6_egress_gone"] = new($"flow-missing br-int {Tap}", $"flow-missing br-int {Tap}", d => d.WithoutFlows("cmp1", Int, "in_port=9", "ipv6_src=fd01"), PlayedStates.Native),
        ["native_rule_drops_by_hand"] = new("flow-foreign br-int priority=1000,icmp,reg5=0x9", "flow-foreign br-int priority=1000,icmp,reg5=0x9", d => d.AddFlow("cmp1", Int,
            " cookie=0x0, duration=5.1s, table=82, n_packets=4, n_bytes=300, idle_age=1, priority=1000,icmp,reg5=0x9 actions=drop"), PlayedStates.Native),
        ["native_tag_wrong"] = new($"vlan-wrong {Tap}", null, d => d.Port("cmp1", Tap, p => p with { Tag = 1 }), PlayedStates.Native),
        ["native_tap_down"] = new($"link-down {Tap}", $"link-down {Tap}", d => d.Link("cmp1", Tap, Down), PlayedStates.Native),
    };

    /// <summary>Drops of the last flow that a native port's packets meet in table 71.</summary>
    private static Deployment Spoofs(Deployment deployment, int packets, int idle, int age = 4000) => deployment.Flows("cmp1", Int, l =>
        l.Contains("table=71", StringComparison.Ordinal) && l.Contains("priority=10,reg5=0x9,in_port=9", StringComparison.Ordinal)
            ? $" cookie=0x{l[(l.IndexOf("0x", StringComparison.Ordinal) + 2)..l.IndexOf(',', StringComparison.Ordinal)]}, duration={age}.1s, table=71, n_packets={packets}, "
                + $"n_bytes={packets * 42}, idle_age={idle}, {l[l.IndexOf("priority=10", StringComparison.Ordinal)..]}" : l);

    private static Deployment Configured(Deployment deployment, string old, string now) => deployment.Node("cmp1", s => s with
    { Files = [.. s.Files!.Select(f => f with { Text = f.Text.Replace(old, now, StringComparison.Ordinal) })] });

    private static Deployment Config(Deployment deployment, string port, string config) => deployment.Node("cmp1", s => s with
    {
        Switching = s.Switching! with
        {
            Bridges = [.. s.Switching.Bridges.Select(b =>
            {
                if (b.Bridge != Int)
                {
                    return b;
                }
                var at = b.Ports!.IndexOf("config:     0", b.Ports.IndexOf($"({port})", StringComparison.Ordinal), StringComparison.Ordinal);
                return b with { Ports = string.Concat(b.Ports.AsSpan(0, at), "config:     " + config, b.Ports.AsSpan(at + "config:     0".Length)) };
            })],
        },
    });
}
