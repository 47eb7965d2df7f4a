using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;

namespace Plumbline.Diagnosis.Tests.Checking;

/// <summary>Faults that a node tells of without the API: what every port has, and what the others' chains show to be usual.</summary>
internal static class PlantsWithoutApi
{
    private const string Save = "iptables-save";
    private const string Save6 = "ip6tables-save";
    private const string Wrap = "neutron-openvswi-";
    private const string Into = Wrap + "i6ef565e0-4";
    private const string OutOf = Wrap + "o6ef565e0-4";
    private const string Spoof = Wrap + "s6ef565e0-4";

    /// <summary>A port of a bridge to the outside.</summary>
    private static string Card() => Deployment.Healthy.Nodes["cmp1"].Ovs!.Bridges.First(b => b.Name == "br-prov").Ports
        .First(p => p.Name != "br-prov" && p.Interfaces[0].Type.Length == 0).Name;

    private static readonly Lazy<string> _network = new(() => Deployment.Healthy.Nodes["ctl"].Namespaces
        .First(n => n.Name.StartsWith("qdhcp-", StringComparison.Ordinal) && n.Addresses.Any(a => a.Address.ToString().StartsWith("10.1.0.", StringComparison.Ordinal))).Name[6..]);

    public static IReadOnlyDictionary<string, (string Expected, Func<Deployment, Deployment> Plant)> All { get; } =
        new Dictionary<string, (string, Func<Deployment, Deployment>)>
        {
            ["chain_to_a_port_flushed"] = ($"empty-chain {Into}", d => d.WithoutRule("cmp1", Save, $"-A {Into} ")),
            ["chain_from_a_port_flushed"] = ($"empty-chain {OutOf}", d => d.WithoutRule("cmp1", Save, $"-A {OutOf} ")),
            ["spoof_filter_flushed"] = ($"empty-chain {Spoof}", d => d.WithoutRule("cmp1", Save, $"-A {Spoof} ")),
            ["chain_of_ipv6_flushed"] = ($"empty-chain {Into}", d => d.WithoutRule("cmp1", Save6, $"-A {Into} ")),
            ["fallback_flushed"] = ($"empty-chain {Wrap}sg-fallback", d => d.WithoutRule("cmp1", Save, $"-A {Wrap}sg-fallback ")),
            ["fallback_returns_first"] = ($"foreign-rule {Wrap}sg-fallback", d => d.Rules("cmp1", Save,
                l => l.Contains($"-A {Wrap}sg-fallback ", StringComparison.Ordinal) ? $"[0:0] -A {Wrap}sg-fallback -j RETURN\n{l}" : l)),
            ["sg_chain_flushed"] = ($"empty-chain {Wrap}sg-chain", d => d.WithoutRule("cmp1", Save, $"-A {Wrap}sg-chain ")),
            ["all_zones_flushed"] = ($"missing-zone {Wrap}PREROUTING", d => d.WithoutRule("cmp1", Save, $"-A {Wrap}PREROUTING ", "-j CT")),
            ["all_chains_gone"] = ("no-agent-chains iptables", d => d.Rules("cmp1", Save, l => l.Contains("neutron-", StringComparison.Ordinal) ? null : l)),
            ["port_no_longer_led_to_its_chain"] = ($"missing-rule {Into}", d => d.WithoutRule("cmp1", Save, $"-A {Wrap}sg-chain ", "--physdev-out tap6ef565e0-4a")),
            ["port_not_led_to_any_chain"] = ("missing-chain tap6ef565e0-4a", d => d.WithoutRule("cmp1", Save, $"-A {Wrap}sg-chain ", "tap6ef565e0-4a")
                .WithoutRule("cmp1", Save, $"-A {Wrap}FORWARD ", "tap6ef565e0-4a")),
            ["fallback_first"] = ($"reordered-rules {Into}", d => d.Rules("cmp1", Save, First(Into, "-j " + Wrap + "sg-fallback"))),
            ["invalid_before_answers"] = ($"reordered-rules {Into}", d => d.Rules("cmp1", Save, First(Into, "--state INVALID"))),
            ["no_rule_for_answers"] = ($"missing-rule {Into}", d => d.WithoutRule("cmp1", Save, $"-A {Into} ", "RELATED,ESTABLISHED")),
            ["no_spoof_filter_asked"] = ($"missing-rule {OutOf}", d => d.WithoutRule("cmp1", Save, $"-A {OutOf} ", $"-j {Spoof}")),
            ["no_fallback"] = ($"missing-rule {Into}", d => d.WithoutRule("cmp1", Save, $"-A {Into} ", "sg-fallback")),
            ["drop_put_into_a_port_s_chain"] = ($"foreign-rule {Into}", d => d.Rules("cmp1", Save,
                l => l.Contains($"-A {Into} ", StringComparison.Ordinal) && l.Contains("RELATED", StringComparison.Ordinal) ? $"[3:180] -A {Into} -p icmp -j DROP\n{l}" : l)),
            ["drop_before_neutron_s_chains"] = ("foreign-rule FORWARD", d => d.Rules("cmp1", Save, l =>
                l.EndsWith("-A FORWARD -j neutron-filter-top", StringComparison.Ordinal) ? "[9:540] -A FORWARD -p tcp -m tcp --dport 22 -j DROP\n" + l : l)),
            ["drop_in_somebody_s_chain"] = ("foreign-rule f2b", d => d.Rules("cmp1", Save, l =>
                l.StartsWith(":neutron-filter-top", StringComparison.Ordinal) ? ":f2b - [0:0]\n" + l
                : l.EndsWith("-A FORWARD -j neutron-filter-top", StringComparison.Ordinal) ? "[9:540] -A FORWARD -j f2b\n[9:540] -A f2b -s 10.1.0.0/24 -j REJECT --reject-with icmp-port-unreachable\n" + l : l)),
            ["drop_in_table_raw"] = ("foreign-drop PREROUTING", d => d.Rules("cmp1", Save, l =>
                l.EndsWith("-A PREROUTING -j neutron-openvswi-PREROUTING", StringComparison.Ordinal) ? "[9:540] -A PREROUTING -p icmp -j DROP\n" + l : l)),
            ["forward_flushed"] = ("missing-rule FORWARD", d => d.WithoutRule("cmp1", Save, "-A FORWARD ")),
            ["zone_missing"] = ("missing-zone tap6ef565e0-4a", d => d.WithoutRule("cmp1", Save, "Set zone for 6ef565e0")),
            ["zone_of_one_way_missing"] = ("missing-zone tap6ef565e0-4a", d => d.WithoutRule("cmp1", Save, "Set zone for 6ef565e0", "--physdev-in tap")),
            ["zones_of_a_port_differ"] = ("wrong-zone tap6ef565e0-4a", d => d.Rules("cmp1", Save, l =>
                l.Contains("Set zone for 6ef565e0", StringComparison.Ordinal) && l.Contains("--physdev-in tap", StringComparison.Ordinal) ? l[..l.LastIndexOf(' ')] + " 77" : l)),
            ["chain_of_a_deleted_vm"] = ($"stale-chain {Wrap}i0badc0de-f", d => d.Rules("cmp1", Save, l =>
                l.StartsWith($":{Wrap}sg-chain", StringComparison.Ordinal) ? $":{Wrap}i0badc0de-f - [0:0]\n:{Wrap}o0badc0de-f - [0:0]\n{l}" : l)),
            ["dhcp_namespace_gone"] = ("dhcp-namespace-missing qdhcp-" + Network, d => d.Node("ctl", s => s with
            { Namespaces = [.. s.Namespaces.Where(n => n.Name != "qdhcp-" + Network)] })),
            ["dnsmasq_dead"] = ("dhcp-dead qdhcp-" + Network, d => d.Node("ctl", s => s with
            {
                Processes = s.Processes is null ? null : [.. s.Processes.Where(p => !p.Command.Contains(Network, StringComparison.Ordinal))],
                Namespaces = [.. s.Namespaces.Select(n => n.Name == "qdhcp-" + Network && n.Sockets is { } sockets
                    ? n with { Sockets = [.. sockets.Where(k => !k.Address.EndsWith(":67", StringComparison.Ordinal))] } : n)],
            })),
            ["cards_segments_glued_together"] = ("offload-lro " + Card(), d => d.Namespace("cmp1", "", n => n with
            { Offloads = [new("eth9") { LargeReceive = true }, new(Card()) { LargeReceive = true, GenericReceive = true }] })),
            ["checksums_left_to_a_veth"] = ("offload-checksum qvb6ef565e0-4a", d => d.Namespace("cmp1", "", n => n with
            {
                Offloads = [new("qvb6ef565e0-4a") { TransmitChecksum = true }, new("tap6ef565e0-4a") { TransmitChecksum = true }],
                Links = [.. n.Links.Select(l => l.Name == "tap6ef565e0-4a" ? l with { Kind = "tun", Data = new LinkData.Tun { IsTap = true, VnetHeader = true } } : l)],
            })),
            ["dhcp_port_shut"] = ("vlan-dead " + DhcpTap(), d => d.Port("ctl", DhcpTap(), p => p with { Tag = 4095 })),
            ["dhcp_device_down"] = ("link-down " + DhcpTap(), d => d.Link("ctl", DhcpTap(), l => l with { Flags = l.Flags & ~(LinkFlags.Up | LinkFlags.LowerUp | LinkFlags.Running), OperationalState = OperationalState.Down }, "qdhcp-" + Network)),
            ["working_mirror_of_nobody"] = ("mirror-leftover spy", d => d.Bridge("cmp1", "br-int", b => b with
            {
                Mirrors =
                [
                    new OvsMirror
                    {
                        Name = "spy", Uuid = Guid.NewGuid(), SelectSourcePorts = [b.Ports.First(p => p.Name == "qvo6ef565e0-4a").Uuid!.Value],
                        OutputPort = b.Ports.First(p => p.Name == "qvo92263e04-39").Uuid,
                    },
                ],
            })),
        };

    /// <summary>The network of 10.1.0.0/24.</summary>
    private static string Network => _network.Value;

    private static string DhcpTap() => Deployment.Healthy.Nodes["ctl"].Namespaces.First(n => n.Name == "qdhcp-" + Network)
        .Links.First(l => l.Name.StartsWith("tap", StringComparison.Ordinal)).Name;

    /// <summary>Moves a chain's rule with these words before its first one.</summary>
    private static Func<string, string?> First(string chain, string words)
    {
        string? moved = null;
        foreach (var line in Deployment.Healthy.Nodes["cmp1"].Firewall.First(f => f is { Namespace: "", Tool: Save }).Text.Split('\n'))
        {
            moved = line.Contains($"-A {chain} ", StringComparison.Ordinal) && line.Contains(words, StringComparison.Ordinal) ? line : moved;
        }
        var isFirst = true;
        return line =>
        {
            if (!line.Contains($"-A {chain} ", StringComparison.Ordinal))
            {
                return line;
            }
            if (line == moved)
            {
                return null;
            }
            var result = isFirst ? moved + "\n" + line : line;
            isFirst = false;
            return result;
        };
    }
}
