using System.Globalization;
using System.Text;

namespace Plumbline.Integration.Tests.OpenFlow;

/// <summary>
/// Flows, groups and packets by chance, from one seed the same each time. Values come from small pools, so that packets and flows meet;
/// priorities within a table are all different, as Open vSwitch leaves it open which of two equals wins.
/// </summary>
internal sealed class RandomTables(int seed)
{
    private static readonly string[] _macs =
        ["00:00:00:00:00:01", "00:00:00:00:00:02", "00:00:00:00:00:03", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01", "01:80:c2:00:00:03"];

    private static readonly string[] _protocols = ["", "", "arp", "ip", "icmp", "tcp", "udp", "sctp", "ipv6", "icmp6", "tcp6", "udp6"];
    private readonly Random _random = new(seed);

    /// <summary>Tables with ct have no write_actions: Open vSwitch 3.1 fails an assertion where ct forks with an action set.</summary>
    private readonly bool _tracks = seed % 2 == 0;

    /// <summary>Group 1 to 4 of the bridge: all, indirect, fast failover, select of one.</summary>
    public string Groups(int ports) => string.Join('\n',
        $"group_id=1,type=all,bucket={BucketActions(ports)},bucket={BucketActions(ports)}",
        $"group_id=2,type=indirect,bucket={BucketActions(ports)}",
        $"group_id=3,type=ff,bucket=watch_port:{Port(ports)},{BucketActions(ports)},bucket=watch_port:{Port(ports)},{BucketActions(ports)}",
        // ofproto/trace does not follow the recirculation of the default method, dp_hash
        $"group_id=4,type=select,selection_method=hash,bucket={BucketActions(ports)},bucket={BucketActions(ports)}");

    /// <summary>Flows of all tables of a bridge, one a line.</summary>
    public string Flows(int ports, bool hasTunnel)
    {
        var text = new StringBuilder();
        for (var table = 0; table < 6; table++)
        {
            var priority = 1;
            text.Append(CultureInfo.InvariantCulture, $"table={table},priority=0,actions={Actions(table, "", ports, hasTunnel)}\n");
            for (var i = 0; i < 10; i++)
            {
                var protocol = Pick(_protocols);
                var match = Match(protocol, ports, _random.Next(1, 4));
                text.Append(CultureInfo.InvariantCulture,
                    $"table={table},priority={priority++},{match}actions={Actions(table, protocol, ports, hasTunnel)}\n");
            }
            if (table is 2 or 4)
            {
                AddConjunction(text, table, priority + 5, ports, hasTunnel);
            }
        }
        return string.Join('\n', text.ToString().Split('\n').Select(Allowed));
    }

    /// <summary>Where OpenFlow 1.0 does not do, tags are taken and given only by what needs no tag to be there.</summary>
    private static string Allowed(string flow) => TraceSwitch.NeedsLaterVersion(flow)
        ? flow.Replace("strip_vlan", "load:0->NXM_OF_VLAN_TCI[]", StringComparison.Ordinal)
            .Replace("mod_vlan_pcp:", "load:0x1001->NXM_OF_VLAN_TCI[],note:0", StringComparison.Ordinal)
        : flow;

    /// <summary>A packet that comes into a bridge.</summary>
    public string Packet(int ports, bool hasTunnel)
    {
        var text = new StringBuilder($"in_port={Port(ports)},dl_src={Pick(_macs[..3])},dl_dst={Pick(_macs)}");
        if (_random.Next(2) == 0)
        {
            text.Append(CultureInfo.InvariantCulture, $",dl_vlan={Pick("0", "1", "2", "3", "4095")},dl_vlan_pcp={_random.Next(2) * 5}");
        }
        if (hasTunnel && _random.Next(3) == 0)
        {
            text.Append(CultureInfo.InvariantCulture, $",tun_id={_random.Next(4)},tun_src=10.9.0.2,tun_dst=10.9.0.1");
        }
        if (_random.Next(4) == 0)
        {
            text.Append(CultureInfo.InvariantCulture, $",ct_state={Pick("trk|new", "trk|est", "trk|est|rpl", "trk|inv")},ct_zone={_random.Next(3)}");
            text.Append(CultureInfo.InvariantCulture, $",ct_mark={_random.Next(3)}");
        }
        if (_random.Next(4) == 0)
        {
            text.Append(CultureInfo.InvariantCulture, $",metadata={_random.Next(4)},reg0={_random.Next(4)}");
        }
        return text.Append(',').Append(Header(Pick(_protocols[2..]))).ToString();
    }

    private string Header(string protocol)
    {
        var isV6 = protocol.EndsWith('6');
        var ip = isV6
            ? $"{protocol},ipv6_src={V6()},ipv6_dst={V6()},ipv6_label={_random.Next(3)},nw_tos={4 * _random.Next(3)},nw_ecn={_random.Next(3)},nw_ttl={_random.Next(1, 4)}"
            : $"{protocol},nw_src={V4()},nw_dst={V4()},nw_tos={4 * _random.Next(3)},nw_ecn={_random.Next(3)},nw_ttl={_random.Next(1, 4)}";
        var fragment = _random.Next(8) == 0 ? ",nw_frag=" + Pick("first", "later") : "";
        var ports = fragment.EndsWith("later", StringComparison.Ordinal) ? null : $"{L4()},{L4()}".Split(',');
        switch (protocol)
        {
            case "arp":
                return $"arp,arp_op={_random.Next(1, 3)},arp_spa={V4()},arp_tpa={V4()},arp_sha={Pick(_macs[..3])},arp_tha={Pick(_macs[..3])}";
            case "ip" or "ipv6":
                return ip + fragment + ",nw_proto=" + Pick("47", "50");
            case "icmp":
                return ip + fragment + (ports is null ? "" : $",icmp_type={Pick("0", "8")},icmp_code=0");
            case "icmp6":
                var type = Pick("128", "135", "136");
                return ip + $",icmpv6_type={type},icmpv6_code=0" + type switch
                {
                    "135" => $",nd_target={V6()},nd_sll={Pick(_macs[..3])}",
                    "136" => $",nd_target={V6()},nd_tll={Pick(_macs[..3])}",
                    _ => "",
                };
            default:
                var name = protocol.TrimEnd('6');
                return ip + fragment + (ports is null ? "" : $",{name}_src={ports[0]},{name}_dst={ports[1]}")
                    + (name == "tcp" && ports is not null && _random.Next(2) == 0 ? ",tcp_flags=" + Pick("syn", "syn|ack", "ack") : "");
        }
    }

    private string Match(string protocol, int ports, int terms)
    {
        var text = new StringBuilder(protocol.Length > 0 ? protocol + "," : "");
        var seen = new HashSet<string>();
        for (var i = 0; i < terms; i++)
        {
            var term = Term(protocol, ports);
            var field = term.Split('=')[0];
            if (seen.Add(field is "dl_vlan" or "dl_vlan_pcp" ? "vlan_tci" : field.StartsWith("xxreg", StringComparison.Ordinal)
                || field.StartsWith("reg", StringComparison.Ordinal) ? "reg" : field))
            {
                text.Append(term).Append(',');
            }
        }
        return text.ToString();
    }

    private string Term(string protocol, int ports)
    {
        var isV6 = protocol.EndsWith('6');
        var name = protocol.TrimEnd('6');
        return _random.Next(24) switch
        {
            0 or 1 or 2 => $"in_port={Port(ports)}",
            3 => $"dl_src={Pick(_macs[..3])}",
            4 => $"dl_dst={Pick(_macs)}",
            5 => "dl_dst=" + Pick("01:00:00:00:00:00/01:00:00:00:00:00", "00:00:00:00:00:00/01:00:00:00:00:00"),
            6 => $"dl_vlan={Pick("0", "1", "2", "3")}",
            7 => "vlan_tci=" + Pick("0", "0x1000/0x1000", "0/0x1fff", "0xa000/0xe000", "0x1001/0x1fff"),
            8 => $"reg{_random.Next(3)}={_random.Next(4)}" + Pick("", "/0x1", "/0x3"),
            9 => $"metadata={_random.Next(4)}" + Pick("", "/0x2"),
            10 => $"tun_id={_random.Next(4)}" + Pick("", "/0x1"),
            11 => "ct_state=" + Pick("-trk", "+trk", "+trk+new", "+est-rpl", "+trk-new", "+inv"),
            12 => $"ct_zone={_random.Next(3)}",
            13 => $"ct_mark={_random.Next(3)}" + Pick("", "/0x1"),
            14 => $"pkt_mark={_random.Next(3)}",
            15 => $"dl_vlan_pcp={_random.Next(2) * 5}",
            16 when name is "ip" or "icmp" or "tcp" or "udp" or "sctp" or "ipv" => "nw_tos=" + Pick("0", "4", "8"),
            17 when name is "ip" or "icmp" or "tcp" or "udp" or "sctp" or "ipv" => $"nw_ttl={_random.Next(1, 4)}",
            18 when name is "ip" or "ipv" => "nw_frag=" + Pick("no", "yes", "first", "later", "not_later"),
            19 when name is "ip" or "icmp" or "tcp" or "udp" or "sctp" or "ipv" => $"nw_ecn={_random.Next(3)}",
            _ when name == "arp" => Pick($"arp_op={_random.Next(1, 3)}", $"arp_spa={V4()}", $"arp_tpa={V4()}", $"arp_sha={Pick(_macs[..3])}"),
            _ when name is "tcp" or "udp" or "sctp" && _random.Next(2) == 0 =>
                Pick($"tp_dst={L4()}", $"tp_src={L4()}", "tp_dst=0x50/0xfff0", name == "tcp" ? "tcp_flags=+syn-ack" : $"tp_src={L4()}"),
            _ when protocol == "icmp" => "icmp_type=" + Pick("0", "8"),
            _ when protocol == "icmp6" => "icmp_type=" + Pick("128", "135", "136"),
            _ when isV6 => Pick("ipv6_src=", "ipv6_dst=") + V6() + Pick("", "/64", "/127"),
            _ when name.Length > 0 => Pick("nw_src=", "nw_dst=") + V4() + Pick("", "/24", "/31"),
            _ => $"in_port={Port(ports)}",
        };
    }

    private string Actions(int table, string protocol, int ports, bool hasTunnel)
    {
        var list = new List<string>();
        var count = _random.Next(1, 5);
        for (var i = 0; i < count; i++)
        {
            list.Add(Action(table, protocol, ports, hasTunnel));
        }
        if (table < 5 && _random.Next(3) > 0)
        {
            list.Add(_random.Next(4) == 0 && !_tracks
                ? $"write_actions({SetOf(protocol)},output:{Port(ports)}),goto_table:{_random.Next(table + 1, 6)}"
                : $"resubmit(,{_random.Next(table + 1, 6)})");
        }
        else
        {
            list.Add(Pick("NORMAL", "NORMAL", $"output:{Port(ports)}", "FLOOD", "ALL", "IN_PORT", "LOCAL",
                table < 5 ? "group:1" : "drop", table < 5 ? "group:3" : "NORMAL", table < 5 ? "group:4" : "NORMAL"));
        }
        return string.Join(',', list);
    }

    private string Action(int table, string protocol, int ports, bool hasTunnel) => _random.Next(30) switch
    {
        0 => $"output:{Port(ports)}",
        1 => $"mod_vlan_vid:{_random.Next(1, 4)}",
        2 => "strip_vlan",
        3 => "push_vlan:0x8100",
        4 => $"mod_vlan_pcp:{_random.Next(2) * 5}",
        5 => $"load:{_random.Next(4)}->NXM_NX_REG{_random.Next(3)}[{Pick("", "0", "0..1", "4..7")}]",
        6 => $"set_field:{_random.Next(4)}->metadata",
        7 => $"set_tunnel:{_random.Next(4)}",
        8 => $"move:NXM_NX_REG{_random.Next(3)}[0..1]->NXM_NX_REG{_random.Next(3)}[{Pick("0..1", "4..5")}]",
        9 => "move:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[]",
        10 => "load:0->NXM_OF_VLAN_TCI[]",
        11 => $"clone({SetOf(protocol)},output:{Port(ports)})",
        // a mark makes the route of a tunnel another: only 0
        12 => "set_field:0->pkt_mark",
        13 => $"push:NXM_NX_REG{_random.Next(3)}[],pop:NXM_NX_REG{_random.Next(3)}[]",
        14 => "move:NXM_OF_IN_PORT[]->NXM_NX_REG1[0..15]",
        15 => $"load:{Port(ports)}->NXM_NX_REG2[],output:NXM_NX_REG2[]",
        16 when table < 5 && _tracks && IsIp(protocol) => $"ct(table={_random.Next(table + 1, 6)},zone={_random.Next(3)})",
        17 when table < 5 && _tracks && IsIp(protocol) => $"ct(commit,table={_random.Next(table + 1, 6)},zone=NXM_NX_REG1[0..15],exec(load:{_random.Next(3)}->NXM_NX_CT_MARK[]))",
        18 when _tracks && IsIp(protocol) => $"ct(commit,zone={_random.Next(3)})",
        19 when table < 5 => $"resubmit({Port(ports)},{_random.Next(table + 1, 6)})",
        20 => "learn(table=7,priority=3,NXM_OF_VLAN_TCI[0..11],NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],output:NXM_OF_IN_PORT[])",
        21 when table < 5 => Pick("group:1", "group:2"),
        22 => "note:00.01",
        23 => "controller",
        24 when hasTunnel => "set_field:10.9.0.3->tun_dst",
        25 => "set_field:0x1/0x3->xxreg0",
        // no exit: Open vSwitch 3.1 repeats one behind a later ct
        27 => "load:1->NXM_OF_VLAN_TCI[0..11]",
        _ => SetOf(protocol),
    };

    /// <summary>Writes something that packets of the protocol have.</summary>
    private string SetOf(string protocol)
    {
        var isV6 = protocol.EndsWith('6');
        var name = protocol.TrimEnd('6');
        return _random.Next(7) switch
        {
            0 => $"set_field:{Pick(_macs[..3])}->eth_src",
            1 => $"mod_dl_dst:{Pick(_macs)}",
            _ when name == "arp" => Pick($"load:{_random.Next(1, 3)}->NXM_OF_ARP_OP[]", $"set_field:{V4()}->arp_spa",
                "move:NXM_NX_ARP_SHA[]->NXM_NX_ARP_THA[]", "move:NXM_OF_ARP_SPA[]->NXM_OF_ARP_TPA[]", $"set_field:{Pick(_macs[..3])}->arp_sha"),
            2 when name.Length > 0 => "dec_ttl",
            3 when name.Length > 0 => Pick("mod_nw_tos:8", "mod_nw_ecn:1", $"mod_nw_ttl:{_random.Next(1, 5)}"),
            4 or 5 when name is "tcp" or "udp" or "sctp" => Pick($"mod_tp_src:{L4()}", $"mod_tp_dst:{L4()}"),
            _ when isV6 => Pick("set_field:", "set_field:") + V6() + Pick("->ipv6_src", "->ipv6_dst"),
            _ when name.Length > 0 => Pick($"mod_nw_src:{V4()}", $"mod_nw_dst:{V4()}", $"set_field:0.0.0.3/0.0.0.3->ip_dst"),
            _ => $"load:{_random.Next(4)}->NXM_NX_REG0[]",
        };
    }

    private void AddConjunction(StringBuilder text, int table, int priority, int ports, bool hasTunnel)
    {
        foreach (var id in (ReadOnlySpan<int>)[7, 8])
        {
            priority += 2;
            text.Append(CultureInfo.InvariantCulture, $"table={table},priority={priority},ip,nw_src=10.0.0.{_random.Next(1, 3)},actions=conjunction({id},1/2)\n");
            text.Append(CultureInfo.InvariantCulture, $"table={table},priority={priority},ip,nw_src=10.0.0.3,actions=conjunction({id},1/2)\n");
            text.Append(CultureInfo.InvariantCulture, $"table={table},priority={priority},tcp,tp_dst={L4()},actions=conjunction({id},2/2)\n");
            text.Append(CultureInfo.InvariantCulture, $"table={table},priority={priority},ip,nw_dst=10.0.0.{_random.Next(1, 4)},actions=conjunction({id},2/2)\n");
            text.Append(CultureInfo.InvariantCulture, $"table={table},priority={priority + 1},conj_id={id},ip,actions={Actions(table, "ip", ports, hasTunnel)}\n");
        }
    }

    private string BucketActions(int ports) =>
        "actions=" + Pick(
            $"set_field:{Pick(_macs[..3])}->eth_dst,output:{Port(ports)}",
            $"output:{Port(ports)}",
            $"load:0->NXM_OF_VLAN_TCI[],output:{Port(ports)}",
            "resubmit(,5)");

    private static bool IsIp(string protocol) => protocol is not ("" or "arp");

    private int Port(int ports) => _random.Next(1, ports + 1);

    private string V4() => $"10.0.0.{_random.Next(1, 4)}";

    private string V6() => $"fd00::{_random.Next(1, 4)}";

    private string L4() => Pick("22", "80", "443");

    private string Pick(params string[] from) => from[_random.Next(from.Length)];
}
