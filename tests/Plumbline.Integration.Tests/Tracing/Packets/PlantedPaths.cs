using Plumbline.Diagnosis.Tracing;
using Plumbline.Neutron;
using Plumbline.Operations.Labs;

namespace Plumbline.Integration.Tests.Tracing.Packets;

/// <summary>
/// What Open vSwitch's ports, groups and meters, nat rules and MTUs of a node make of packets. VMs 0 and 2 are on the
/// first node, 1 and 3 on the other.
/// </summary>
internal static class PlantedPaths
{
    private const string Ctl = "ovs-vsctl --db=unix:$OVS_RUNDIR/db.sock";
    private const string Flow = "ovs-ofctl -O OpenFlow13";
    private const string Int = "unix:$OVS_RUNDIR/br-int.mgmt";
    private const string Tun = "unix:$OVS_RUNDIR/br-tun.mgmt";

    /// <summary>Where taps are on br-int.</summary>
    public static IEnumerable<PlantedPath> OfPorts(LabDescription lab)
    {
        var (tap, near) = (lab.Instances[0].Tap, lab.Instances[2].Tap);
        var clean = $"{Ctl} clear Port {tap} vlan_mode -- clear Port {tap} trunks -- clear Port {tap} cvlans "
            + $"-- set Port {tap} tag=1";
        foreach (var (columns, ends) in ((string, string?)[])[
            ("vlan_mode=access", null), ("vlan_mode=access trunks=5", null), ("vlan_mode=trunk", tap),
            ("vlan_mode=trunk trunks=0,1", tap),
            ("vlan_mode=native-tagged", lab.Instances[0].Name), ("vlan_mode=native-untagged", null),
            ("vlan_mode=native-untagged trunks=5", null), ("vlan_mode=native-untagged trunks=5 tag=5", tap),
            ("vlan_mode=dot1q-tunnel", null),
            ("vlan_mode=dot1q-tunnel cvlans=5", ""), ("vlan_mode=dot1q-tunnel cvlans=0,5", null),
            ("vlan_mode=dot1q-tunnel tag=9", tap),
            ("tag=[] trunks=1", tap), ("tag=[]", tap)])
        {
            yield return new(columns, $"{Ctl} set Port {tap} {columns}", clean, 0, 2) { Ends = ends };
        }
        const string Patch = $"{Ctl} clear Port patch-tun vlan_mode -- clear Port patch-tun trunks "
            + "-- clear Port patch-tun tag -- clear Port patch-tun cvlans";
        foreach (var (columns, ends) in ((string, string?)[])[
            ("trunks=1", null), ("trunks=5", "patch-tun"), ("tag=1", "br-tun"),
            ("tag=1 vlan_mode=native-untagged", "br-tun"),
            ("tag=1 vlan_mode=native-tagged", null), ("tag=5 vlan_mode=native-untagged", null),
            ("tag=1 vlan_mode=dot1q-tunnel", "br-tun"),
            ("tag=7 vlan_mode=dot1q-tunnel", "patch-tun"), ("tag=7 vlan_mode=dot1q-tunnel cvlans=1", "patch-tun")])
        {
            yield return new($"patch-tun {columns}", $"{Ctl} set Port patch-tun {columns}", Patch, 0, 1)
            {
                Ends = ends,
            };
        }
        yield return new("one protected", $"{Ctl} set Port {tap} protected=true",
            $"{Ctl} set Port {tap} protected=false", 0, 2);
        yield return new("both protected", $"{Ctl} set Port {tap} protected=true -- set Port {near} protected=true",
            $"{Ctl} set Port {tap} protected=false -- set Port {near} protected=false", 0, 2)
        { Ends = "" };
        // the flow that drops all is under a hidden one, which says NORMAL: from 15 s on (three inactivity probes)
        const string Save = "ovs-ofctl dump-flows --no-stats " + Int + " > $OVS_RUNDIR/flows.saved; ";
        const string Restore = Ctl + " del-controller br-int -- set-fail-mode br-int secure; ovs-ofctl --bundle replace-flows " + Int + " $OVS_RUNDIR/flows.saved";
        yield return new("standalone, its controller is away",
            $"{Save}{Ctl} set-fail-mode br-int standalone -- set-controller br-int tcp:127.0.0.1:6699; sleep 17; ovs-ofctl add-flow {Int} priority=5,actions=drop",
            Restore, 0, 2);
        yield return new("secure, its controller is away",
            $"{Save}{Ctl} set-controller br-int tcp:127.0.0.1:6699; sleep 1.5; ovs-ofctl add-flow {Int} priority=5,actions=drop",
            Restore, 0, 2)
        { Ends = "br-int" };
        // a quarter of a minute in which the bridge listens
        yield return new("STP listening", $"{Ctl} set Bridge br-int stp_enable=true; sleep 1",
            $"{Ctl} set Bridge br-int stp_enable=false", 0, 2)
        {
            Ends = "br-int",
        };
    }

    /// <summary>Groups and meters of br-tun and br-int.</summary>
    public static IEnumerable<PlantedPath> OfGroups(LabDescription lab)
    {
        var port = DeviceNames.TunnelPort(lab.Tunnel, lab.Nodes[1].Address);
        var right = $"strip_vlan,set_field:{lab.SegmentationId}->tun_id,output:{port}";
        // a tunnel whose other end no node of the lab has
        var astray = DeviceNames.TunnelPort(lab.Tunnel, System.Net.IPAddress.Parse("192.168.122.220"));
        var wrong = $"strip_vlan,set_field:{lab.SegmentationId}->tun_id,output:{astray}";
        PlantedPath Group(string name, string? ends, params string[] groups) => new(name,
            $"{Flow} del-groups {Tun}; {string.Concat(groups.Select(g => $"{Flow} add-group {Tun} '{g}'; "))}"
                + $"{Flow} add-flow {Tun} 'table=0,priority=99,in_port=patch-int,actions=group:1'",
            $"{Flow} --strict del-flows {Tun} 'table=0,priority=99,in_port=patch-int'; {Flow} del-groups {Tun}", 0, 1)
        { Ends = ends };

        yield return Group("all", null, $"group_id=1,type=all,bucket={right},bucket={wrong}");
        yield return Group("indirect", null, $"group_id=1,type=indirect,bucket={right}");
        yield return Group("select of one", null, $"group_id=1,type=select,bucket={right}");
        yield return Group("select, a weight of 0", null,
            $"group_id=1,type=select,bucket=weight:0,{wrong},bucket=weight:10,{right}");
        yield return Group("select, no weight", "br-tun", $"group_id=1,type=select,bucket=weight:0,{right}");
        yield return Group("select of two alike", null, $"group_id=1,type=select,bucket={right},bucket={right}");
        yield return Group("select of two wrong", astray, $"group_id=1,type=select,bucket={wrong},bucket={wrong}");
        yield return Group("select, one watched", null,
            $"group_id=1,type=select,bucket=watch_port:{port},{right},bucket=watch_port:99,{wrong}");
        yield return Group("failover, the first", null,
            $"group_id=1,type=ff,bucket=watch_port:{port},{right},bucket=watch_port:{astray},{wrong}");
        yield return Group("failover, the first is wrong", astray,
            $"group_id=1,type=ff,bucket=watch_port:{astray},{wrong},bucket=watch_port:{port},{right}");
        yield return Group("failover, the first is gone", null,
            $"group_id=1,type=ff,bucket=watch_port:99,{wrong},bucket=watch_port:{port},{right}");
        yield return Group("failover, none", "br-tun",
            $"group_id=1,type=ff,bucket=watch_port:99,{right},bucket=watch_port:98,{wrong}");
        yield return Group("failover by group", null, $"group_id=2,type=ff,bucket=watch_port:98,{wrong}",
            $"group_id=1,type=ff,bucket=watch_group:2,{wrong},bucket=watch_port:{port},{right}");
        yield return Group("chained", null, $"group_id=2,type=all,bucket={right}",
            "group_id=1,type=all,bucket=group:2");
        foreach (var meter in (string[])[
            "pktps,burst,stats,band=type=drop,rate=100,burst_size=100", "kbps,band=type=drop,rate=1000"])
        {
            var match = $"table=0,priority=98,in_port={lab.Instances[0].Tap}";
            yield return new(meter, $"{Flow} del-meters {Int}; {Flow} add-meter {Int} 'meter=1,{meter}'; "
                + $"{Flow} add-flow {Int} '{match},actions=meter:1,NORMAL'",
                $"{Flow} --strict del-flows {Int} '{match}'; {Flow} del-meters {Int}", 0, 2);
        }
    }

    /// <summary>Rules of the node that bridged packets meet, where each VM has a qbr.</summary>
    public static IEnumerable<PlantedPath> OfRules(LabDescription lab)
    {
        var vm = lab.Instances[0];
        var (tap, qvb) = (vm.Tap, DeviceNames.VethBridgeEnd(vm.PortId));
        const string NatOff = "iptables -t nat -F";
        yield return new("masquerade of all", "iptables -t nat -A POSTROUTING -j MASQUERADE", NatOff, 0, 1)
        {
            Ends = "qrouter-",
            Phase = TracePhase.Return,
        };
        yield return new("masquerade of all, TCP", "iptables -t nat -A POSTROUTING -j MASQUERADE", NatOff, 0, 2)
        {
            Ends = "qrouter-",
            Ping = null,
        };
        yield return new("masquerade of others",
            "iptables -t nat -A POSTROUTING -s 172.16.0.0/24 ! -d 172.16.0.0/24 -j MASQUERADE", NatOff, 0, 1);
        yield return new("SNAT",
            $"iptables -t nat -A POSTROUTING -s {vm.Address} -p icmp -j SNAT --to-source 172.16.0.99", NatOff, 0, 1)
        {
            Ends = "",
        };
        yield return new("SNAT of other packets",
            $"iptables -t nat -A POSTROUTING -s {vm.Address} -p icmp -j SNAT --to-source 172.16.0.99", NatOff, 0, 1)
        {
            Ping = null,
        };
        yield return new("DNAT to another VM",
            $"iptables -t nat -A PREROUTING -d {lab.Instances[1].Address} "
                + $"-j DNAT --to-destination {lab.Instances[2].Address}",
            NatOff, 0, 1)
        { Ends = "PREROUTING" };
        yield return new("DNAT to the node",
            $"iptables -t nat -A PREROUTING -p icmp -j DNAT --to-destination {lab.Nodes[0].Address}", NatOff, 0, 2)
        {
            Ends = "PREROUTING",
        };
        yield return new("REDIRECT", "iptables -t nat -A PREROUTING -p tcp --dport 22 -j REDIRECT --to-ports 2222",
            NatOff, 0, 1)
        {
            Ends = "PREROUTING",
            Ping = null,
        };
        yield return new("REDIRECT before a set",
            "ipset create -exist plt hash:net; ipset add -exist plt 172.16.0.12; iptables -I FORWARD 1 -m set --match-set plt dst -j ACCEPT; "
                + "iptables -t nat -A PREROUTING -p tcp --dport 22 -j REDIRECT --to-ports 2222",
            NatOff + "; iptables -D FORWARD 1; ipset destroy plt", 0, 2)
        {
            Ends = "PREROUTING",
            Ping = null,
        };
        yield return new("policy of FORWARD", "iptables -P FORWARD DROP", "iptables -P FORWARD ACCEPT", 0, 1);
        yield return new("mangle", $"iptables -t mangle -A FORWARD -m physdev --physdev-in {tap} -j DROP",
            "iptables -t mangle -F", 0, 1)
        {
            Ends = "FORWARD",
        };
        yield return new("raw, the answer", $"iptables -t raw -I PREROUTING 1 -m physdev --physdev-in {qvb} -j DROP",
            "iptables -t raw -D PREROUTING 1", 0, 1)
        {
            Ends = "PREROUTING",
            Phase = TracePhase.Return,
        };
        yield return new("answers not tracked",
            $"iptables -t raw -I PREROUTING 1 -s {lab.Instances[1].Address} -j CT --notrack",
            "iptables -t raw -D PREROUTING 1", 0, 1);
        yield return new("pieces", "true", "true", 0, 1) { Ping = "-s 3000", Size = 3028, MayBeCut = true };
    }

    /// <summary>An ICMP error about a known connection, by the native firewall's +rel flows or iptables' RELATED.</summary>
    public static IEnumerable<PlantedPath> OfErrors(LabDescription lab)
    {
        PlantedPath Refused(string name, int to, string plant, string mend, string? ends) => new(name, plant, mend, 0, to)
        {
            IsRefused = true,
            Ends = ends,
            Phase = ends is null ? null : TracePhase.Return,
        };
        const string Saved = "$OVS_RUNDIR/flows.saved";
        yield return Refused("refused on the other node", 1, "true", "true", null);
        yield return Refused("refused on the own node", 2, "true", "true", null);
        if (lab.Firewall == "native")
        {
            foreach (var (table, name, to) in ((int, string, int)[])[(82, "no related ones in", 1), (72, "no related ones out", 2), (82, "none in, own node: they go by NORMAL", 2)])
            {
                yield return Refused(name, to,
                    $"ovs-ofctl dump-flows --no-stats {Int} > {Saved}; ovs-ofctl del-flows {Int} 'table={table},ct_state=-new-est+rel-inv'",
                    $"ovs-ofctl --bundle replace-flows {Int} {Saved}", (table, to) == (82, 2) ? null : "br-int");
            }
        }
        else
        {
            var (ingress, far) = ("neutron-openvswi-i" + lab.Instances[0].PortId[..DeviceNames.ChainIdLength],
                "neutron-openvswi-o" + lab.Instances[2].PortId[..DeviceNames.ChainIdLength]);
            yield return Refused("related ones dropped in", 1, $"iptables -I {ingress} 1 -m state --state RELATED -j DROP", $"iptables -D {ingress} 1", ingress);
            yield return Refused("related ones dropped out", 2, $"iptables -I {far} 1 -m state --state RELATED -j DROP", $"iptables -D {far} 1", far);
            yield return Refused("established ones dropped, which it is not", 1, $"iptables -I {ingress} 1 -m state --state ESTABLISHED -j DROP",
                $"iptables -D {ingress} 1", null);
            // nat of bridged packets: the error is turned back, and the packet inside it
            var (own, other) = (lab.Instances[0].Address, lab.Instances[2].Address);
            const string NatOff = "iptables -t nat -F";
            yield return Refused("another destination port", 1, "iptables -t nat -A PREROUTING -p udp --dport 5999 -j DNAT --to-destination :5998", NatOff, null);
            yield return Refused("another destination port, own node", 2, "iptables -t nat -A PREROUTING -p udp --dport 5999 -j DNAT --to-destination :5998", NatOff, null);
            yield return Refused("another source port", 1, $"iptables -t nat -A POSTROUTING -s {own} -p udp -j SNAT --to-source {own}:7777", NatOff, null);
            yield return Refused("both ports", 1, "iptables -t nat -A PREROUTING -p udp --dport 5999 -j DNAT --to-destination :5998; "
                + $"iptables -t nat -A POSTROUTING -s {own} -p udp -j SNAT --to-source {own}:7777", NatOff, null);
            yield return Refused("both ports, nft", 1, "nft \"add table ip n; add chain ip n a { type nat hook prerouting priority dstnat; }; "
                + "add chain ip n b { type nat hook postrouting priority srcnat; }; add rule ip n a udp dport 5999 dnat to :5998; "
                + $"add rule ip n b ip saddr {own} udp dport 5998 snat to {own}:7777\"", "nft delete table ip n", null);
            yield return Refused("another VM's source address", 1, $"iptables -t nat -A POSTROUTING -s {own} -p udp -j SNAT --to-source {other}", NatOff, "")
                with
            { Phase = null };
            yield return Refused("errors not tracked", 1, "iptables -t raw -I PREROUTING 1 -p icmp -j CT --notrack; iptables -I " + ingress
                + " 1 -p icmp -m state --state UNTRACKED -j DROP", "iptables -t raw -D PREROUTING 1; iptables -D " + ingress + " 1", ingress);
        }
    }

    /// <summary>A device that takes less than the packet, on the first VM's chain.</summary>
    public static IEnumerable<PlantedPath> OfSizes(LabDescription lab)
    {
        var id = lab.Instances[0].PortId;
        var (tap, qvb, qvo) = (lab.Instances[0].Tap, DeviceNames.VethBridgeEnd(id), DeviceNames.VethOvsEnd(id));
        PlantedPath Narrow(string device, string how, bool isTowards, string? ends, TracePhase? phase) => new(
            $"{device} 1300, {how}{(isTowards ? ", to the VM" : "")}", $"ip link set {device} mtu 1300",
            $"ip link set {device} mtu {lab.Mtu}", isTowards ? 1 : 0, isTowards ? 0 : 1)
        {
            Ping = $"-M {how} -s 1400",
            Size = 1428,
            MayBeCut = how == "dont",
            Ends = ends,
            Phase = phase,
        };

        var qbr = DeviceNames.HybridBridge(id);
        // a bridge's MTU is the least of its ports', until somebody sets it; the rules' way cuts up by the bridge's MTU
        yield return Narrow(tap, "do", true, tap, TracePhase.Forward);
        yield return Narrow(tap, "do", false, null, null);
        yield return Narrow(tap, "dont", true, null, null);
        foreach (var how in (string[])["do", "dont"])
        {
            yield return Pinned(Narrow(tap, how, false, tap, TracePhase.Return));
            yield return Pinned(Narrow(tap, how, true, tap, TracePhase.Forward));
            yield return Narrow(qvb, how, false, qvb, how == "do" ? TracePhase.Forward : null);
            yield return Narrow(qvb, how, true, qvb, TracePhase.Forward);
            yield return Narrow(qvo, how, false, qvo, TracePhase.Forward);
            yield return Narrow(qvo, how, true, qvo, TracePhase.Forward);
        }
        yield return new("the VM's own NIC", "true", "true", 0, 1)
        {
            Ping = "-M do -s 3000",
            Size = 3028,
            Ends = lab.Instances[0].Name,
        };

        PlantedPath Pinned(PlantedPath path) => path with
        {
            Plant = $"ip link set {qbr} mtu {lab.Mtu - 1}; ip link set {qbr} mtu {lab.Mtu}; {path.Plant}",
        };
    }
}
