using System.Net;
using Plumbline.Testing;

namespace Plumbline.Diagnosis.Tests.Checking;

internal static partial class ExaminerPlants
{
    private const string Web2Mac = "fa:16:3e:75:7a:a5";

    /// <summary>One cause that shows on two nodes, and L2 population.</summary>
    private static Dictionary<string, Examined> Nodes => new()
    {
        ["tunnel_of_the_other_node_gone"] = new("tunnel-missing vxlan-0a1e000b", "tunnel-one-sided vxlan-0a1e000c",
            d => WithoutTunnel(d, "cmp2", "vxlan-0a1e000b")),
        ["tunnel_gone_both_ways"] = new("tunnel-missing vxlan-0a1e000c;tunnel-missing vxlan-0a1e000b", null,
            d => WithoutTunnel(WithoutTunnel(d, "cmp1", "vxlan-0a1e000c"), "cmp2", "vxlan-0a1e000b")),
        ["tunnel_bridge_of_the_network_node_gone"] = Same("bridge-missing br-tun", d => d.Node("ctl", s => s with
        {
            Ovs = s.Ovs! with { Bridges = [.. s.Ovs.Bridges.Where(b => b.Name != Tun)] },
            Switching = s.Switching! with { Bridges = [.. s.Switching.Bridges.Where(b => b.Bridge != Tun)] },
        })),
        ["all_tunnels_of_a_node_on_another_port"] = Same("tunnel-port cmp1", d => d.Option("cmp1", "vxlan-0a1e000c", "dst_port", "8472").Option("cmp1", "vxlan-0a1e000a", "dst_port", "8472")),
        ["all_nodes_on_another_port"] = Same("", d => new[] { ("cmp1", "c"), ("cmp1", "a"), ("cmp2", "b"), ("cmp2", "a"), ("ctl", "b"), ("ctl", "c") }
            .Aggregate(d, (all, t) => all.Option(t.Item1, "vxlan-0a1e000" + t.Item2, "dst_port", "8472"))),
        ["local_ip_of_a_node_changed"] = Same("tunnel-local-ip 10.30.0.99", d => Tunnels("cmp1").Aggregate(d, (all, t) => all.Option("cmp1", t, "local_ip", "10.30.0.99"))),
        ["underlay_address_moved"] = Same("tunnel-local-ip 10.30.0.11", d => d.Namespace("cmp1", "", n => n with
        { Addresses = [.. n.Addresses.Select(a => a.Address.ToString() == "10.30.0.11" ? a with { Address = IPAddress.Parse("10.30.0.111") } : a)] })),
        ["underlay_narrow_at_the_network_node"] = Same("mtu-underlay eth1", d => d.Link("ctl", "eth1", l => l with { Mtu = 1450 })),
        ["underlay_down_at_the_other_node"] = Same("link-down eth1", d => d.Link("cmp2", "eth1", Down)),
        ["vm_left_on_the_old_node"] = new("port-elsewhere qvode35fbda-53", null, d => Copied(d)),
        ["agent_of_the_other_node_dead"] = new("agent-dead neutron-openvswitch-agent", null, d => d.Wanted("agents", "\"binary\": \"neutron-openvswitch-agent\"",
            t => t.Contains("\"host\": \"cmp2\"", StringComparison.Ordinal) ? t.Replace("\"alive\": true", "\"alive\": false", StringComparison.Ordinal) : t)),
        ["agent_without_controllers"] = Same("agent-dead neutron-openvswitch-agent", d => d.Node("cmp1", s => s with
        { Ovs = s.Ovs! with { Bridges = [.. s.Ovs.Bridges.Select(b => b with { Controllers = [.. b.Controllers.Select(c => c with { IsConnected = false })] })] } })),
        ["strict_reverse_path_in_userspace"] = Same("", d => d.Sysctl("cmp1", "net.ipv4.conf.br-phy.rp_filter", "1").Sysctl("cmp1", "net.ipv4.conf.all.rp_filter", "1")),
        ["strict_reverse_path_in_the_kernel"] = Same("rp-filter br-phy", d => Astray(d).Node("cmp1", s => s with
        { Ovs = s.Ovs! with { Bridges = [.. s.Ovs.Bridges.Select(b => b with { DatapathType = "system" })] } })),
        ["mapping_lost_with_its_patches"] = Same("mapping-missing public", MappingLost),
        ["mapping_lost_and_agent_started_anew"] = Same("mapping-missing public", d => Unmapped(d).Flows("ctl", Int, l => l.Contains($"in_port={NumberOf(d, "int-br-ex")}", StringComparison.Ordinal) ? null : l)),
        ["mapping_lost_while_the_agent_runs"] = Same("mapping-missing public", d => Unmapped(d).Port("ctl", Gateway, p => p with { Tag = d.Nodes["ctl"].Ovs!.Bridges.SelectMany(b => b.Ports).First(o => o.Name == Gateway).Tag })),

        // L2 population, of what the other nodes themselves tell
        ["l2pop_stale_unicast"] = new("l2pop-wrong br-tun fa:16:3e:00:00:77", "l2pop-wrong br-tun fa:16:3e:00:00:77", d => L2Copy(d, "table=20", Web2Mac, "fa:16:3e:00:00:77"), PlayedStates.HybridL2Population),
        ["l2pop_stale_unicast_native"] = new("l2pop-wrong br-tun fa:16:3e:00:00:77", "l2pop-wrong br-tun fa:16:3e:00:00:77", d => L2Copy(d, "table=20", Web2Mac, "fa:16:3e:00:00:77"), PlayedStates.NativeL2Population),
        ["l2pop_stale_answer"] = new("l2pop-wrong br-tun 10.1.0.213", "l2pop-wrong br-tun 10.1.0.213", d => d.AddFlow("cmp1", Tun, d.Nodes["cmp1"].Switching!.Bridges.Single(b => b.Bridge == Tun).Flows!.Split('\n')
            .First(l => l.Contains("table=21", StringComparison.Ordinal) && l.Contains("dl_vlan=3,arp_tpa=10.1.0.12 ", StringComparison.Ordinal)).Replace("arp_tpa=10.1.0.12 ", "arp_tpa=10.1.0.213 ", StringComparison.Ordinal)
            .Replace("0xfa163e757aa5", "0xfa163e000077", StringComparison.Ordinal)), PlayedStates.HybridL2Population),
        ["l2pop_unicast_to_the_wrong_node"] = new($"l2pop-wrong br-tun {Web2Mac}", $"l2pop-wrong br-tun {Web2Mac}", d => L2Edit(d, "table=20", Web2Mac, "output:3", "output:2"), PlayedStates.HybridL2Population),
        ["l2pop_unicast_to_the_wrong_node_native"] = new($"l2pop-wrong br-tun {Web2Mac}", $"l2pop-wrong br-tun {Web2Mac}", d => L2Edit(d, "table=20", Web2Mac, "output:3", "output:2"), PlayedStates.NativeL2Population),
        ["l2pop_answer_with_another_mac"] = new("l2pop-wrong br-tun 10.1.0.12", "l2pop-wrong br-tun 10.1.0.12", d => L2Edit(d, "table=21", "arp_tpa=10.1.0.12", "0xfa163e757aa5", "0xfa163e000099"), PlayedStates.HybridL2Population),
        ["l2pop_answer_with_another_mac_native"] = new("l2pop-wrong br-tun 10.1.0.12", "l2pop-wrong br-tun 10.1.0.12", d => L2Edit(d, "table=21", "arp_tpa=10.1.0.12", "0xfa163e757aa5", "0xfa163e000099"), PlayedStates.NativeL2Population),
        ["l2pop_own_vm_told_as_elsewhere"] = new("", "", d => L2Copy(d, "table=20", Web2Mac, Mac), PlayedStates.HybridL2Population),
        ["l2pop_flood_lacks_a_node"] = new("flood-incomplete br-tun blue", $"flood-incomplete br-tun {Blue}", d => d.Flows("cmp1", Tun, l => l.Contains("table=22", StringComparison.Ordinal)
            && l.Contains("0x4404", StringComparison.Ordinal) ? l.Replace(",output:3", "", StringComparison.Ordinal) : l), PlayedStates.HybridL2Population),
        ["l2pop_entries_of_a_vm_gone"] = new($"l2pop-missing br-tun {Web2Mac}", $"l2pop-missing br-tun {Web2Mac}", d => d.WithoutFlows("cmp1", Tun, "table=20", $"dl_dst={Web2Mac}")
            .Flows("cmp1", Tun, l => l.Contains("table=21", StringComparison.Ordinal) && l.Contains("arp_tpa=10.1.0.12 ", StringComparison.Ordinal) && l.Contains("dl_vlan=3,", StringComparison.Ordinal) ? null : l), PlayedStates.HybridL2Population),
        ["l2pop_tunnel_left_over"] = new("", "flow-missing br-tun vxlan-0a1e0063", LeftoverTunnel, PlayedStates.HybridL2Population),
        ["tunnel_left_over"] = new("", "flow-missing br-tun vxlan-0a1e0063", LeftoverTunnel),
    };

    private static string[] Tunnels(string node) => node == "cmp1" ? ["vxlan-0a1e000c", "vxlan-0a1e000a", "gre-0a1e000c", "gre-0a1e000a"] : [];

    private static Deployment WithoutTunnel(Deployment deployment, string node, string name)
    {
        var number = deployment.Nodes[node].Ovs!.Bridges.First(b => b.Name == Tun).Ports.First(p => p.Name == name).Interfaces[0].OfPort;
        return deployment.Port(node, name, _ => null).Flows(node, Tun, l => l.Contains($"in_port={number} ", StringComparison.Ordinal) ? null
            : l.Replace($",output:{number},", ",", StringComparison.Ordinal).Replace($",output:{number}", "\0", StringComparison.Ordinal)
                .Replace("\0" + "0", $",output:{number}0", StringComparison.Ordinal).Replace("\0", "", StringComparison.Ordinal));
    }

    /// <summary>A VM's port of cmp2, plugged on cmp1 as well.</summary>
    private static Deployment Copied(Deployment deployment)
    {
        var old = deployment.Nodes["cmp2"].Ovs!.Bridges.First(b => b.Name == Int).Ports.First(p => p.Name == "qvode35fbda-53");
        return deployment.Bridge("cmp1", Int, b => b with
        {
            Ports = [.. b.Ports, old with { Uuid = Guid.NewGuid(), Tag = 4095, OtherConfig = new Dictionary<string, string>(), Interfaces = [.. old.Interfaces.Select(i => i with { OfPort = 55, Uuid = Guid.NewGuid() })] }],
        }).Namespace("cmp1", "", n => n with { Links = [.. n.Links, n.Links.First(l => l.Name == Qvo) with { Name = "qvode35fbda-53", IfIndex = 955, Address = Primitives.MacAddress.Parse("02:00:00:00:09:55") }] });
    }

    private static Deployment Astray(Deployment deployment) => deployment.Sysctl("cmp1", "net.ipv4.conf.br-phy.rp_filter", "1").Namespace("cmp1", "", n => n with
    {
        Routes = [.. n.Routes, new Linux.Netlink.Route { Destination = IPAddress.Parse("10.30.0.12"), PrefixLength = 32, Table = 254, Type = 1, IfIndex = n.Links.First(l => l.Name == "eth0").IfIndex }],
    });

    /// <summary>bridge_mappings lost a network, and the agent was restarted: its flows to the outside are gone, the port is dead.</summary>
    private static Deployment Unmapped(Deployment deployment) => deployment.Node("ctl", s => s with
    { Files = [.. s.Files!.Select(f => f with { Text = f.Text.Replace(",public:br-ex", "", StringComparison.Ordinal) })] }).Port("ctl", Gateway, p => p with { Tag = 4095 });

    private static int NumberOf(Deployment deployment, string port) => deployment.Nodes["ctl"].Ovs!.Bridges.SelectMany(b => b.Ports).First(p => p.Name == port).Interfaces[0].OfPort!.Value;

    private static Deployment MappingLost(Deployment deployment) => Unmapped(deployment).Port("ctl", "int-br-ex", _ => null).Port("ctl", "phy-br-ex", _ => null);

    private static Deployment L2Copy(Deployment deployment, string table, string word, string instead)
    {
        var told = deployment.Nodes["cmp1"].Switching!.Bridges.Single(b => b.Bridge == Tun).Flows!.Split('\n')
            .Single(l => l.Contains(table, StringComparison.Ordinal) && l.Contains(word, StringComparison.Ordinal));
        return deployment.AddFlow("cmp1", Tun, told.Replace(word, instead, StringComparison.Ordinal));
    }

    private static Deployment L2Edit(Deployment deployment, string table, string word, string old, string now) => deployment.Flows("cmp1", Tun,
        l => l.Contains(table, StringComparison.Ordinal) && l.Contains(word, StringComparison.Ordinal) ? l.Replace(old, now, StringComparison.Ordinal) : l);

    private static Deployment LeftoverTunnel(Deployment deployment)
    {
        var old = deployment.Nodes["cmp1"].Ovs!.Bridges.First(b => b.Name == Tun).Ports.First(p => p.Name == "vxlan-0a1e000c");
        return deployment.Bridge("cmp1", Tun, b => b with
        {
            Ports =
            [
                .. b.Ports,
                old with
                {
                    Name = "vxlan-0a1e0063", Uuid = Guid.NewGuid(),
                    Interfaces = [.. old.Interfaces.Select(i => i with { Name = "vxlan-0a1e0063", OfPort = 77, Options = new Dictionary<string, string>(i.Options) { ["remote_ip"] = "10.30.0.99" } })],
                },
            ],
        });
    }
}
