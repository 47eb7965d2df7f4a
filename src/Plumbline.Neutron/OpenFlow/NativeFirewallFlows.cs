using System.Globalization;

namespace Plumbline.Neutron.OpenFlow;

/// <summary>
/// The flows of the native firewall (neutron.agent.linux.openvswitch_firewall) as of Neutron 21 (Zed), without explicitly_egress_direct. Pure.
/// Each is a line as <c>ovs-ofctl dump-flows --no-stats</c> prints it. Tables: 60 by port, 71 what a port may send from, 72 egress rules,
/// 73 to another port here or out, 81 to a port, 82 ingress rules, 91 and 92 accepted, 93 dropped, 94 NORMAL. Register 5 is the port, 6 the
/// network's local VLAN, which is the conntrack zone as well; connections that rules no longer allow are marked 1.
/// </summary>
public static partial class NativeFirewallFlows
{
    private const string Zone = "zone=NXM_NX_REG6[0..15]";

    /// <summary>The flows of one port but those of its security groups.</summary>
    public static IReadOnlyList<string> OfPort(NativeFirewallPort port)
    {
        var lines = new List<string>();
        var n = port.OfPort.ToString(CultureInfo.InvariantCulture);
        var reg = $"reg5=0x{port.OfPort:x}";
        var load = $"load:0x{port.OfPort:x}->NXM_NX_REG5[]";
        var network = $"load:0x{port.LocalVlan:x}->NXM_NX_REG6[]";
        Add(60, 100, $"in_port={n}", $"{load},{network},resubmit(,{(port.IsFiltered ? 71 : 73)})");
        Add(73, 80, reg, "resubmit(,94)");
        if (!port.IsFiltered)
        {
            return lines;
        }
        foreach (var mac in port.IPv4.Concat(port.IPv6).Select(p => p.Mac).Append(port.Mac).Distinct())
        {
            Add(60, 90, $"dl_vlan={port.LocalVlan},dl_dst={mac}", $"{load},{network},strip_vlan,resubmit(,81)");
            if (port.OutsideVlan is { } outside)
            {
                Add(60, 90, $"dl_vlan={outside},dl_dst={mac}", $"{load},{network},strip_vlan,resubmit(,81)");
            }
            Add(73, 100, $"reg6=0x{port.LocalVlan:x},dl_dst={mac}", $"{load},resubmit(,81)");
        }
        AddSenders(port, $"{reg},in_port={n}", Add);
        foreach (var protocol in (ReadOnlySpan<string>)["ip", "ipv6"])
        {
            Add(73, 90, $"ct_state=+new-est,{protocol},{reg}", $"ct(commit,{Zone}),resubmit(,91)");
            Add(81, 90, $"ct_state=-trk,{protocol},{reg}", $"ct(table=82,{Zone})");
        }
        Add(81, 100, $"arp,{reg}", $"output:{n}");
        foreach (var type in (ReadOnlySpan<int>)[130, 134, 135, 136])
        {
            Add(81, 100, $"icmp6,{reg},icmp_type={type}", $"output:{n}");
        }
        Add(81, 95, $"udp,{reg},tp_src=67,tp_dst=68", $"output:{n}");
        Add(81, 95, $"udp6,{reg},tp_src=547,tp_dst=546", $"output:{n}");
        Add(81, 80, $"ct_state=+trk,{reg}", "resubmit(,82)");
        AddTracked(72, "resubmit(,94)");
        AddTracked(82, $"output:{n}");
        return lines;

        void AddTracked(int table, string accept)
        {
            Add(table, 50, $"ct_mark=0x1,{reg}", "resubmit(,93)");
            foreach (var state in (ReadOnlySpan<string>)["+est-rel+rpl", "-new-est+rel-inv"])
            {
                Add(table, 50, $"ct_state={state},ct_zone={port.LocalVlan},ct_mark=0,{reg}", accept);
            }
            Add(table, 40, $"ct_state=-est,{reg}", "resubmit(,93)");
            foreach (var protocol in (ReadOnlySpan<string>)["ip", "ipv6"])
            {
                Add(table, 40, $"ct_state=+est,{protocol},{reg}", $"ct(commit,{Zone},exec(load:0x1->NXM_NX_CT_MARK[]))");
            }
        }

        void Add(int table, int priority, string match, string actions) => lines.Add(Line(table, priority, match, actions));
    }

    /// <summary>The flows that belong to no port: without them all ports' packets end.</summary>
    public static IReadOnlyList<string> OfBridge { get; } =
    [
        Line(91, 1, "", "resubmit(,94)"),
        Line(94, 1, "", "NORMAL"),
    ];

    /// <summary>What a port may send from; all else of it is dropped.</summary>
    private static void AddSenders(NativeFirewallPort port, string from, Action<int, int, string, string> add)
    {
        foreach (var (mac, address) in port.IPv4.Distinct())
        {
            add(71, 95, $"arp,{from},dl_src={mac},arp_spa={address}", "resubmit(,94)");
            add(71, 65, $"ip,{from},dl_src={mac},nw_src={address}", $"ct(table=72,{Zone})");
        }
        foreach (var (mac, address) in port.IPv4.Append((port.Mac, "0.0.0.0")).Distinct())
        {
            add(71, 80, $"udp,{from},dl_src={mac},nw_src={address},tp_src=68,tp_dst=67", "resubmit(,73)");
        }
        var own = LinkLocalAddress.Of(port.Mac).ToString();
        foreach (var (mac, address) in port.IPv6.Append((port.Mac, own)).Distinct())
        {
            foreach (var type in (ReadOnlySpan<int>)[130, 133, 135])
            {
                add(71, 95, $"icmp6,{from},dl_src={mac},ipv6_src={address},icmp_type={type}", "resubmit(,94)");
            }
            add(71, 95, $"icmp6,{from},icmp_type=136,nd_target={address}", "resubmit(,94)");
            add(71, 65, $"ipv6,{from},dl_src={mac},ipv6_src={address}", $"ct(table=72,{Zone})");
            add(71, 80, $"udp6,{from},dl_src={mac},ipv6_src={address},tp_src=546,tp_dst=547", "resubmit(,73)");
        }
        add(71, 70, $"udp,{from},tp_src=67,tp_dst=68", "resubmit(,93)");
        add(71, 70, $"udp6,{from},tp_src=547,tp_dst=546", "resubmit(,93)");
        add(71, 70, $"icmp6,{from},icmp_type=134", "resubmit(,93)");
        add(71, 10, from, "ct_clear,resubmit(,93)");
    }

    private static string Line(int table, int priority, string match, string actions) =>
        $" cookie=0x0, table={table}, priority={priority}{(match.Length > 0 ? "," : "")}{match} actions={actions}";
}
