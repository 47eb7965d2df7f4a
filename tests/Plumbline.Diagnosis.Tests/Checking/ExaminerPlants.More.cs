using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;

namespace Plumbline.Diagnosis.Tests.Checking;

internal static partial class ExaminerPlants
{
    private const string Wrap = "neutron-openvswi-";
    private const string Into = Wrap + "i6ef565e0-4";
    private const string OutOf = Wrap + "o6ef565e0-4";

    /// <summary>Chains and sets of one port, parts of a hybrid chain, names and numbers that differ and hurt nobody.</summary>
    private static Dictionary<string, Examined> More => new()
    {
        ["egress_rule_gone"] = new($"missing-rule {OutOf}", "", d => d.WithoutRule("cmp1", Save4, $"-A {OutOf} -j RETURN")),
        ["ingress_port_changed"] = new($"changed-rule {Into}", "", d => d.Rules("cmp1", Save4,
            l => l.Contains($"-A {Into} -p tcp", StringComparison.Ordinal) ? l.Replace("--dport 22 ", "--dport 2222 ", StringComparison.Ordinal) : l)),
        ["a_rule_twice"] = Same("", d => d.Rules("cmp1", Save4, l => l.Contains($"-A {Into} -p icmp", StringComparison.Ordinal) ? l + "\n" + l : l)),
        ["two_rules_in_another_order"] = Same("", d =>
        {
            var moved = "";
            return d.Rules("cmp1", Save4, l =>
            {
                if (l.Contains($"-A {Into} -p tcp -m tcp --dport 22 ", StringComparison.Ordinal))
                {
                    moved = l;
                    return null;
                }
                return l.Contains($"-A {Into} -p icmp", StringComparison.Ordinal) ? l + "\n" + moved : l;
            });
        }),
        ["comments_gone"] = Same("", d => d.Rules("cmp1", Save4, l => l.Contains($"-A {Into} ", StringComparison.Ordinal) && l.Contains(" -m comment --comment \"", StringComparison.Ordinal)
            ? string.Concat(l.AsSpan(0, l.IndexOf(" -m comment", StringComparison.Ordinal)), l.AsSpan(l.LastIndexOf('"') + 1)) : l)),
        ["counters_zeroed"] = Same("", d => d.Rules("cmp1", Save4, l => l.StartsWith('[') ? string.Concat("[0:0]", l.AsSpan(l.IndexOf(']', StringComparison.Ordinal) + 1)) : l)),
        ["the_jump_twice"] = Same("", d => d.Rules("cmp1", Save4, l => l.EndsWith("-A FORWARD -j neutron-openvswi-FORWARD", StringComparison.Ordinal) ? l + "\n" + l : l)),
        ["set_with_a_stranger"] = new("set-drift NIPv4484ec7f8-6eab-4ae7-a0f5-", "", d => d.Rules("cmp1", "ipset save",
            l => l.Contains("add NIPv4484ec7f8", StringComparison.Ordinal) && l.EndsWith("10.1.0.11", StringComparison.Ordinal) ? l + "\n" + l.Replace("10.1.0.11", "10.1.0.66", StringComparison.Ordinal) : l)),
        ["two_ports_in_one_zone"] = Same("shared-zone neutron-openvswi-PREROUTING", d => d.Rules("cmp1", Save4,
            l => l.Contains("Set zone for 6ef565e0", StringComparison.Ordinal) ? l.Replace("--zone 4099", "--zone 4100", StringComparison.Ordinal) : l)),
        ["jump_of_what_a_vm_sends_gone"] = new($"missing-rule {Wrap}FORWARD", null, d => d.WithoutRule("cmp1", Save4, $"-A {Wrap}FORWARD ", $"--physdev-in {Tap}")),
        ["jump_of_ipv6_gone"] = Same("missing-rule FORWARD", d => d.WithoutRule("cmp1", Save6, "-A FORWARD -j neutron-openvswi-FORWARD")),

        ["tap_deleted"] = Same($"device-missing {Tap}", d => d.Namespace("cmp1", "", n => n with { Links = [.. n.Links.Where(l => l.Name != Tap)] })),
        ["hybrid_bridge_deleted"] = Same($"device-missing qbr{Web1}", d => d.Namespace("cmp1", "", n => n with
        { Links = [.. n.Links.Where(l => l.Name != "qbr" + Web1).Select(l => l.Name == Tap || l.Name == "qvb" + Web1 ? l with { MasterIndex = null } : l)] })),
        ["veth_pair_deleted"] = Same($"ovs-interface-error {Qvo}", d => d.Namespace("cmp1", "", n => n with
        { Links = [.. n.Links.Where(l => l.Name != Qvo && l.Name != "qvb" + Web1)] })
            .Row("cmp1", Qvo, r => r with { OfPort = -1, Error = $"could not open network device {Qvo} (No such device)" })),
        ["underlay_drops_gre"] = Same("flow-foreign br-phy priority=10,ip,nw_proto=47", d => d.AddFlow("cmp1", "br-phy",
            " cookie=0x0, duration=5.1s, table=0, n_packets=4, n_bytes=300, idle_age=1, priority=10,ip,nw_proto=47 actions=drop")),
        ["underlay_card_out_of_its_bridge_at_the_network_node"] = Same("uplink-missing br-phy", d => d.Port("ctl", "eth1", _ => null)),
        ["tunnel_in_error"] = Same("ovs-interface-error vxlan-0a1e000c", d => d.Row("cmp1", "vxlan-0a1e000c", r => r with { OfPort = -1, Error = "could not add network device vxlan-0a1e000c to ofproto (File exists)" })
            .Flows("cmp1", Tun, l => l.Contains("in_port=2 ", StringComparison.Ordinal) ? null : l)),
        ["flood_sends_twice"] = Same("", d => d.Flows("cmp1", Tun, l => l.Contains("table=22", StringComparison.Ordinal) ? l.Replace("output:2,", "output:2,output:2,", StringComparison.Ordinal) : l)),

        ["host_with_its_domain"] = Same("", d => d.Node("cmp1", s => s with { Host = "cmp1.example.org" })),
        ["compute_node_does_not_forward"] = Same("", d => d.Sysctl("cmp1", "net.ipv4.ip_forward", "0")),
        ["arp_filter_of_the_card"] = Same("", d => d.Sysctl("cmp1", "net.ipv4.conf.all.arp_ignore", "1").Sysctl("cmp1", "net.ipv4.conf.all.arp_announce", "2")),
        ["another_vlan_device"] = Same("", d => d.Namespace("cmp1", "", n => n with
        { Links = [.. n.Links, n.Links.First(l => l.Name == "eth0") with { Name = "eth0.77", IfIndex = 977, Kind = "vlan", Flags = LinkFlags.Broadcast, OperationalState = OperationalState.Down }] })),
        ["a_bond_of_the_operators"] = Same("", d => d.Node("cmp1", s => s with
        {
            Ovs = s.Ovs! with { Bridges = [.. s.Ovs.Bridges, new OvsBridge { Name = "br-ceph", DatapathType = "system", Ports = [new OvsPort { Name = "bond9", BondMode = "balance-slb" }] }] },
        })),
    };
}
