using System.Net;
using Plumbline.Linux.Netlink;

namespace Plumbline.Diagnosis.Tests.Checking;

internal static partial class ExaminerPlants
{
    /// <summary>
    /// Faults that were planted in a deployment of three nodes made again of this recording (real switches, kernels and guests), with all 36 packets
    /// sent: what the check says of them here is what it says of those.
    /// </summary>
    private static Dictionary<string, Examined> Sent => new()
    {
        ["filter_flushed"] = Same("empty-chain iptables filter", d => d.Rules("cmp1", Save4, EmptyFilter())),
        ["filter_of_ipv6_flushed"] = Same("empty-chain ip6tables filter", d => d.Rules("cmp1", Save6, EmptyFilter())),
        ["spoof_filter_with_another_mac"] = Same($"changed-rule {Wrap}s6ef565e0-4", d => d.Rules("cmp1", Save4,
            l => l.Contains($"-A {Wrap}s6ef565e0-4 -s", StringComparison.Ordinal) ? l.Replace(Mac, "fa:16:3e:00:00:01", StringComparison.OrdinalIgnoreCase) : l)),
        ["others_keep_packets_untracked"] = new(null, "wrong-tracking PREROUTING", d => Rule(d, Save4, "-A PREROUTING -j neutron-openvswi-PREROUTING",
            "[0:0] -A PREROUTING -p tcp -m tcp --dport 22 -j CT --notrack")),
        ["tunnels_are_not_tracked"] = new(null, "", d => Rule(d, Save4, "-A PREROUTING -j neutron-openvswi-PREROUTING",
            "[0:0] -A PREROUTING -p udp -m udp --dport 4789 -j CT --notrack")),
        ["nft_bridge_drops"] = Same("frame-drop bridge ops f", d => Nft(d, "bridge", "type filter hook forward priority filter; policy accept;", $"oifname \"{Tap}\" ip protocol icmp drop")),
        ["nft_inet_drops"] = Same("frame-drop inet ops f", d => Nft(d, "inet", "type filter hook forward priority filter; policy accept;", "tcp dport 3306 counter packets 1 bytes 60 drop")),
        ["nft_ip_rejects"] = Same("frame-drop ip ops f", d => Nft(d, "ip", "type filter hook forward priority filter + 10; policy accept;", "tcp dport { 8005, 8006 } reject")),
        ["nft_netdev_drops"] = Same("frame-drop netdev ops f", d => Nft(d, "netdev", $"type filter hook ingress device \"{Tap}\" priority filter; policy accept;", "ip daddr 10.1.0.21 drop")),
        ["nft_input_of_the_node"] = Same("", d => Nft(d, "inet", "type filter hook input priority filter; policy drop;", "iifname \"lo\" accept")),
        ["nft_of_another_host"] = Same("", d => Nft(d, "bridge", "type filter hook forward priority filter; policy accept;", "ether saddr 02:00:00:00:00:77 iifname \"eth9\" drop")),
        ["underlay_bridge_without_flows"] = Same("flows-lost br-phy", d => d.Flows("cmp1", "br-phy", l => l.Contains("actions=", StringComparison.Ordinal) ? null : l)),
        ["normal_before_the_wire"] = Same("flow-foreign br-int priority=65534", d => d.AddFlow("cmp1", Int,
            " cookie=0x0, duration=5.1s, table=0, n_packets=40, n_bytes=3000, idle_age=1, priority=65534 actions=NORMAL")),
        ["a_port_is_not_flooded"] = Same($"bridge-port-blocked {Tap}", d => d.Link("cmp1", Tap, l => l with { BridgePort = l.BridgePort! with { UnicastFlood = false } })),
        ["arp_flow_of_another_address"] = Same($"flow-missing br-int {Qvo}", d => d.Flows("cmp1", Int,
            l => l.Contains("in_port=9,arp_spa=10.1.0.11 ", StringComparison.Ordinal) ? l.Replace("10.1.0.11", "10.1.0.19", StringComparison.Ordinal) : l)),
        ["neighbour_flows_gone"] = Same($"flow-missing br-int {Qvo}", d => d.WithoutFlows("cmp1", Int, "table=24", "icmp6", "in_port=9")),
        // the userspace datapath does not take these routes from the kernel, and sends as before
        ["route_to_a_peer_without_a_source"] = Same("", d => To(d, 1, "eth0", null)),
        ["blackhole_to_a_peer"] = Same("", d => To(d, 6, null, null)),
        ["route_to_a_peer_by_another_gateway"] = Same("tunnel-no-route 10.30.0.12", d => To(d, 1, "eth0", IPAddress.Parse("10.20.0.12"))),
    };

    /// <summary>As <c>iptables -F</c> leaves table filter.</summary>
    private static Func<string, string?> EmptyFilter()
    {
        var isFilter = false;
        return line =>
        {
            isFilter = line.StartsWith('*') ? line == "*filter" : isFilter;
            return isFilter && line.Contains("-A ", StringComparison.Ordinal) ? null : line;
        };
    }

    private static Deployment Nft(Deployment deployment, string family, string start, string rule) =>
        Frames(deployment, "nft", $"table {family} ops {{\n\tchain f {{\n\t\t{start}\n\t\t{rule}\n\t}}\n}}\n");

    private static Deployment To(Deployment deployment, int type, string? device, IPAddress? gateway) => deployment.Namespace("cmp1", "", n => n with
    {
        Routes =
        [
            .. n.Routes,
            new Route
            {
                Destination = IPAddress.Parse("10.30.0.12"), PrefixLength = 32, Table = 254, Type = type, Gateway = gateway,
                IfIndex = device is null ? null : n.Links.First(l => l.Name == device).IfIndex,
            },
        ],
    });
}
