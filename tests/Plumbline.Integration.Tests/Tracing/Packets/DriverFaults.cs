using System.Globalization;
using Plumbline.Neutron;
using Plumbline.Operations.Labs;

namespace Plumbline.Integration.Tests.Tracing.Packets;

/// <summary>Faults where taps are on br-int, all about the first VM and its node. Flows are loaded anew after each.</summary>
internal static class DriverFaults
{
    /// <summary>What these begin with: the cases are then of pieces of packets.</summary>
    public const string Pieces = "pieces";

    public const string NoEgressBase = "no-egress-base";

    public static IReadOnlyList<LabFault> Of(LabDescription lab)
    {
        var (own, other) = (lab.Nodes[0], lab.Nodes[1]);
        var (vm, far) = (lab.Instances[0], lab.Instances[1]);
        var tunnel = DeviceNames.TunnelPort(lab.Tunnel, other.Address);
        const string Ctl = "ovs-vsctl --db=unix:$OVS_RUNDIR/db.sock";
        const string Int = "unix:$OVS_RUNDIR/br-int.mgmt";
        const string Tun = "unix:$OVS_RUNDIR/br-tun.mgmt";
        var end = lab.Firewall == "hybrid" ? DeviceNames.VethOvsEnd(vm.PortId) : vm.Tap;
        var port = $"$({Ctl} get Interface {end} ofport)";
        string Del(string bridge, string match) => $"ovs-ofctl del-flows {bridge} \"{match}\"";
        string Add(string bridge, string flow) => $"ovs-ofctl add-flow {bridge} \"{flow}\"";
        var faults = new List<LabFault>
        {
            New("tag-changed", [$"{Ctl} set Port {end} tag=7"], [$"{Ctl} set Port {end} tag=1"]),
            New("tag-dead", [$"{Ctl} set Port {end} tag=4095"], [$"{Ctl} set Port {end} tag=1"]),
            New("tap-down", [$"ip link set {vm.Tap} down"], [$"ip link set {vm.Tap} up"]),
            New("tunnel-remote", [$"{Ctl} set Interface {tunnel} options:remote_ip=192.168.122.99"],
                [$"{Ctl} set Interface {tunnel} options:remote_ip={other.Address}"]),
            New("patch-broken", [$"{Ctl} set Interface patch-tun options:peer=nowhere"], [$"{Ctl} set Interface patch-tun options:peer=patch-int"]),
            New("port-down", [$"ovs-ofctl mod-port {Int} {end} down"], [$"ovs-ofctl mod-port {Int} {end} up"]),
            New("port-no-receive", [$"ovs-ofctl mod-port {Int} {end} no-receive"], [$"ovs-ofctl mod-port {Int} {end} receive"]),
            New("port-no-forward", [$"ovs-ofctl mod-port {Int} {end} no-forward"], [$"ovs-ofctl mod-port {Int} {end} forward"]),
            New("port-no-flood", [$"ovs-ofctl mod-port {Int} {end} no-flood"], [$"ovs-ofctl mod-port {Int} {end} flood"]),
            // 15 s in which the bridge listens, before it learns
            New("stp-listening", [$"{Ctl} set Bridge br-int stp_enable=true"], [$"{Ctl} set Bridge br-int stp_enable=false"]),
            New("mac-dropped", [Add(Int, $"priority=900,dl_src={vm.Mac},actions=drop")], []),
            New(Pieces + "-first-lost", [Add(Int, "priority=900,ip,nw_frag=first,actions=drop")], []),
            New(Pieces + "-later-lost", [Add(Int, "priority=900,ip,nw_frag=later,actions=drop")], []),
            New("no-flows", [Del(Int, "")], []),
            New("no-tunnel-in", [Del(Tun, "table=4")], []),
            New("no-learning", [Del(Tun, "table=10")], []),
            New("no-flood", [Del(Tun, "table=22")], []),
            New("other-key", [Add(Tun, $"table=4,priority=1,tun_id=0x{lab.SegmentationId:x},actions=mod_vlan_vid:2,resubmit(,10)")], []),
            New("far-dropped", [Add(Tun, $"table=20,priority=9,dl_dst={far.Mac},actions=drop")], []),
        };
        if (lab.L2Population)
        {
            faults.Add(New("l2pop-lost", [Del(Tun, $"table=20,dl_vlan=1,dl_dst={far.Mac}")], []));
            faults.Add(New("l2pop-wrong-mac", [Del(Tun, $"table=21,arp,dl_vlan=1,arp_tpa={far.Address}"),
                Add(Tun, $"table=21,priority=1,arp,dl_vlan=1,arp_tpa={far.Address},actions=load:0x2->NXM_OF_ARP_OP[],"
                + "move:NXM_NX_ARP_SHA[]->NXM_NX_ARP_THA[],move:NXM_OF_ARP_SPA[]->NXM_OF_ARP_TPA[],load:0xfa163e999999->NXM_NX_ARP_SHA[],"
                + $"load:0x{Number(far):x}->NXM_OF_ARP_SPA[],move:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[],mod_dl_src:fa:16:3e:99:99:99,IN_PORT")], []));
            faults.Add(New("responder-off", [Del(Tun, "table=21"), Add(Tun, "table=21,priority=0,actions=drop")], []));
        }
        if (lab.Firewall != "native")
        {
            // behind ct(commit) the userspace tracker lets both pieces go the way of the one that came last, which is chance
            faults.Add(New(Pieces + "-first-lost-in-tunnels", [Add(Tun, "priority=900,ip,nw_frag=first,actions=drop")], []));
            faults.Add(New(Pieces + "-later-lost-in-tunnels", [Add(Tun, "priority=900,ip,nw_frag=later,actions=drop")], []));
        }
        if (lab.Firewall == "native")
        {
            faults.Add(New("not-in-60", [Del(Int, $"table=60,in_port={port}")], []));
            faults.Add(New(NoEgressBase, [Del(Int, $"table=71,in_port={port}")], []));
            faults.Add(New("no-egress-rules", [Del(Int, $"table=72,reg5={port}")], []));
            faults.Add(New("no-way-in", [Del(Int, $"table=60,dl_vlan=1,dl_dst={vm.Mac}")], []));
            faults.Add(New("no-ingress-base", [Del(Int, $"table=81,reg5={port}")], []));
            faults.Add(New("no-ingress-rules", [Del(Int, $"table=82,reg5={port}")], []));
            faults.Add(New("no-members", [Del(Int, "table=82,ip,reg6=1")], []));
            faults.Add(New("no-normal", [Del(Int, "table=94")], []));
            faults.Add(New("no-local-way", [Del(Int, $"table=73,dl_dst={vm.Mac}")], []));
            faults.Add(New("accepted-lost", [Del(Int, "table=91")], []));
        }
        else
        {
            if (lab.Firewall == "hybrid")
            {
                var (ingress, egress) = ("neutron-openvswi-i" + vm.PortId[..DeviceNames.ChainIdLength], "neutron-openvswi-o" + vm.PortId[..DeviceNames.ChainIdLength]);
                var (qbr, qvb) = (DeviceNames.HybridBridge(vm.PortId), DeviceNames.VethBridgeEnd(vm.PortId));
                faults.Add(New("rules-off", ["sysctl -qw net.bridge.bridge-nf-call-iptables=0"], ["sysctl -qw net.bridge.bridge-nf-call-iptables=1"]));
                faults.Add(New("rules-off-6", ["sysctl -qw net.bridge.bridge-nf-call-ip6tables=0"], ["sysctl -qw net.bridge.bridge-nf-call-ip6tables=1"]));
                faults.Add(New("ingress-dropped", [$"iptables -I {ingress} 1 -j DROP"], []));
                faults.Add(New("ingress-dropped-6", [$"ip6tables -I {ingress} 1 -j DROP"], []));
                faults.Add(New("egress-dropped-6", [$"ip6tables -I {egress} 1 -p tcp -j DROP"], []));
                faults.Add(New("no-members", ["for s in $(ipset list -n); do ipset flush $s; done"], []));
                faults.Add(New("no-established", [$"iptables -D {ingress} 1", $"ip6tables -D {ingress} 1"], []));
                faults.Add(New("qvb-down", [$"ip link set {qvb} down"], [$"ip link set {qvb} up"]));
                faults.Add(New("qbr-out", [$"ip link set {qvb} nomaster"], [$"ip link set {qvb} master {qbr}"]));
            }
            faults.Add(New("no-arp-check", [Del(Int, $"table=24,in_port={port}")], []));
            faults.Add(New("no-mac-check", [Del(Int, $"table=25,in_port={port}")], []));
        }
        return faults;

        LabFault New(string name, IReadOnlyList<string> plant, IReadOnlyList<string> mend) => new(name, own.Name, plant, mend, []);

        static uint Number(LabInstance vm) => uint.Parse(Convert.ToHexString(vm.Address.GetAddressBytes()), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
