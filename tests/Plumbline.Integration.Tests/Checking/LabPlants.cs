using Plumbline.Neutron;
using Plumbline.Operations.Labs;

namespace Plumbline.Integration.Tests.Checking;

/// <summary>The faults that operators meet, about the lab's first VM on its first node.</summary>
internal static class LabPlants
{
    private const string Ctl = "ovs-vsctl --db=unix:$OVS_RUNDIR/db.sock --timeout=10";
    private const string Leftover = "0badc0de-00";

    public static IReadOnlyList<LabPlant> Of(LabDescription lab) =>
        [.. Devices(lab), .. Ports(lab), .. Bridges(lab), .. Flows(lab), .. Firewall(lab), .. Services(lab), .. Leftovers(), .. Harmless(lab)];

    private static IEnumerable<LabPlant> Devices(LabDescription lab)
    {
        var vm = lab.Instances[0];
        var (qbr, qvb, qvo) = Names(vm);
        yield return new("tap down", "link-down", $"ip link set {vm.Tap} down", $"ip link set {vm.Tap} up");
        yield return new("qvb down", "link-down", $"ip link set {qvb} down", $"ip link set {qvb} up");
        yield return new("qvo down", "link-down", $"ip link set {qvo} down", $"ip link set {qvo} up");
        yield return new("qbr down", "link-down", $"ip link set {qbr} down", $"ip link set {qbr} up");
        yield return new("qvb out of its bridge", "not-in-bridge", $"ip link set {qvb} nomaster", $"ip link set {qvb} master {qbr}");
        yield return new("tap out of its bridge", "not-in-bridge", $"ip link set {vm.Tap} nomaster", $"ip link set {vm.Tap} master {qbr}");
        yield return new("qvo narrow", "mtu-narrow", $"ip link set {qvo} mtu 1300", $"ip link set {qvo} mtu {lab.Mtu}");
        yield return new("underlay narrow", "mtu-underlay", "ip link set eth0 mtu 1400", "ip link set eth0 mtu 1500");
    }

    private static IEnumerable<LabPlant> Ports(LabDescription lab)
    {
        var vm = lab.Instances[0];
        var other = lab.Instances[1];
        var (_, _, qvo) = Names(vm);
        yield return new("no tag", "vlan-missing", $"{Ctl} clear Port {qvo} tag", $"{Ctl} set Port {qvo} tag=1");
        yield return new("dead VLAN", "vlan-dead", $"{Ctl} set Port {qvo} tag=4095", $"{Ctl} set Port {qvo} tag=1");
        yield return new("another VLAN", "vlan-wrong", $"{Ctl} set Port {qvo} tag=7", $"{Ctl} set Port {qvo} tag=1");
        yield return new("another port's iface-id", "iface-id-wrong",
            $"{Ctl} set Interface {qvo} external_ids:iface-id={other.PortId}", $"{Ctl} set Interface {qvo} external_ids:iface-id={vm.PortId}");
        yield return new("no iface-id", "iface-id-wrong",
            $"{Ctl} remove Interface {qvo} external_ids iface-id", $"{Ctl} set Interface {qvo} external_ids:iface-id={vm.PortId}");
        yield return new("another MAC attached", "mac-mismatch",
            $"{Ctl} set Interface {qvo} 'external_ids:attached-mac=\"fa:16:3e:00:00:99\"'",
            $"{Ctl} set Interface {qvo} 'external_ids:attached-mac=\"{vm.Mac}\"'");
    }

    private static IEnumerable<LabPlant> Bridges(LabDescription lab)
    {
        var remote = lab.Nodes[1].Address;
        var tunnel = DeviceNames.TunnelPort(lab.Tunnel, remote);
        yield return new("patch peer wrong", "patch-peer",
            $"{Ctl} set Interface patch-tun options:peer=nowhere", $"{Ctl} set Interface patch-tun options:peer=patch-int");
        yield return new("tunnel to another node", "tunnel-remote",
            $"{Ctl} set Interface {tunnel} options:remote_ip=192.168.122.99", $"{Ctl} set Interface {tunnel} options:remote_ip={remote}");
        yield return new("tunnel with a fixed key", "tunnel-key",
            $"{Ctl} set Interface {tunnel} options:out_key=77", $"{Ctl} set Interface {tunnel} options:out_key=flow");
        yield return new("device that does not exist", "ovs-interface-error",
            $"{Ctl} --no-wait add-port br-int nowhere0", $"{Ctl} del-port br-int nowhere0");
        yield return new("mirror of nobody", "mirror-leftover",
            $"{Ctl} -- --id=@p get Port {DeviceNames.VethOvsEnd(lab.Instances[0].PortId)}"
                + " -- --id=@m create Mirror name=forgotten select_src_port=@p -- set Bridge br-int mirrors=@m",
            $"{Ctl} clear Bridge br-int mirrors");
    }

    private static IEnumerable<LabPlant> Flows(LabDescription lab)
    {
        var (_, _, qvo) = Names(lab.Instances[0]);
        var mac = lab.Instances[0].Mac;
        yield return WithFlows("no flow of the port", "flow-missing", "br-int", $"ovs-ofctl del-flows unix:$OVS_RUNDIR/br-int.mgmt in_port=$({Ctl} get Interface {qvo} ofport)");
        yield return WithFlows("no flow of the network's key", "flow-missing", "br-tun",
            $"ovs-ofctl del-flows unix:$OVS_RUNDIR/br-tun.mgmt table={(lab.Tunnel == "vxlan" ? 4 : 3)},tun_id={lab.SegmentationId}");
        yield return WithFlows("no flood", "flow-missing", "br-tun", "ovs-ofctl del-flows unix:$OVS_RUNDIR/br-tun.mgmt table=22,dl_vlan=1");
        yield return WithFlows("br-int without flows", "flows-lost", "br-int", "ovs-ofctl del-flows unix:$OVS_RUNDIR/br-int.mgmt");
        yield return WithFlows("a drop by hand", "flow-foreign", "br-int",
            $"ovs-ofctl add-flow unix:$OVS_RUNDIR/br-int.mgmt priority=900,dl_src={mac},actions=drop");
    }

    /// <summary>The bridge's flows are kept before, and put back after.</summary>
    private static LabPlant WithFlows(string name, string? finding, string bridge, string plant) => new(name, finding,
        $"ovs-ofctl -O OpenFlow14 --no-stats --no-names dump-flows unix:$OVS_RUNDIR/{bridge}.mgmt | grep actions= >$OVS_RUNDIR/kept; {plant}",
        $"ovs-ofctl -O OpenFlow14 --bundle replace-flows unix:$OVS_RUNDIR/{bridge}.mgmt $OVS_RUNDIR/kept");

    private static IEnumerable<LabPlant> Firewall(LabDescription lab)
    {
        var id = lab.Instances[0].PortId[..DeviceNames.ChainIdLength];
        var ingress = "neutron-openvswi-i" + id;
        yield return new("bridge-nf-call-iptables=0", "bridge-filter-off",
            "sysctl -qw net.bridge.bridge-nf-call-iptables=0", "sysctl -qw net.bridge.bridge-nf-call-iptables=1");
        yield return WithRules("ingress chain flushed", "empty-chain", $"iptables -F {ingress}");
        yield return WithRules("egress chain flushed", "empty-chain", $"iptables -F neutron-openvswi-o{id}");
        yield return WithRules("all flushed", "no-agent-chains", "iptables -F; iptables -X");
        yield return WithRules("a DROP by hand", "foreign-rule", $"iptables -I FORWARD -m physdev --physdev-in {lab.Instances[0].Tap} --physdev-is-bridged -j DROP");
        yield return WithRules("no zone", "missing-zone", "iptables -t raw -F neutron-openvswi-PREROUTING");
        yield return new("a MASQUERADE that bridged packets meet", "foreign-nat",
            "iptables -t nat -A POSTROUTING -m physdev --physdev-is-bridged -j MASQUERADE", "iptables -t nat -F");
        yield return new("a MASQUERADE of containers", null, "iptables -t nat -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE", "iptables -t nat -F");
        yield return new("ebtables drops a VM's ARP", "frame-drop", $"ebtables -A FORWARD -p ARP -i {lab.Instances[0].Tap} -j DROP", "ebtables -F");
        yield return new("ebtables drops another bridge's frames", null, "ebtables -A FORWARD -i vnet7 -j DROP", "ebtables -F");
        yield return WithRules("chain of a port that is gone", "stale-chain", "iptables -N neutron-openvswi-i0badc0de-0; iptables -A neutron-openvswi-i0badc0de-0 -j DROP");
    }

    private static LabPlant WithRules(string name, string? finding, string plant) => new(name, finding,
        $"iptables-save >$OVS_RUNDIR/rules; {plant}", "iptables-restore <$OVS_RUNDIR/rules");

    private static IEnumerable<LabPlant> Services(LabDescription lab)
    {
        var file = lab.Dhcp.NamespaceFile;
        var node = lab.Nodes.ToList().FindIndex(n => n.Name == lab.Dhcp.Node);
        var folder = lab.Nodes[node].Directory + "/dhcp/" + lab.NetworkId;
        yield return new("dnsmasq ended", "dhcp-dead",
            $"cp /proc/$(cat {folder}/pid)/cmdline {folder}/command; kill $(cat {folder}/pid)",
            $"nsenter --net={file} xargs -0 -a {folder}/command env")
        { Node = node };
        yield return new("DHCP namespace renamed", "dhcp-namespace-missing",
            $"touch {file}.away && mount --bind {file} {file}.away && umount {file} && rm {file}",
            $"touch {file} && mount --bind {file}.away {file} && umount {file}.away && rm {file}.away")
        { Node = node };
    }

    private static IEnumerable<LabPlant> Leftovers()
    {
        yield return new("qbr left over", "device-leftover", $"ip link add qbr{Leftover} type bridge", $"ip link del qbr{Leftover}");
        yield return new("veth left over", "device-leftover",
            $"ip link add qvb{Leftover} type veth peer name qvo{Leftover}", $"ip link del qvb{Leftover}");
        yield return new("tap left over", "device-leftover", $"ip tuntap add tap{Leftover} mode tap", $"ip tuntap del tap{Leftover} mode tap");
        yield return new("qvo's device gone, its port left", "ovs-interface-error",
            $"{Ctl} --no-wait add-port br-int qvo{Leftover} tag=1", $"{Ctl} del-port br-int qvo{Leftover}");
    }

    private static IEnumerable<LabPlant> Harmless(LabDescription lab)
    {
        yield return new("another software's chain", null, "iptables -N mine; iptables -A mine -j DROP", "iptables -F mine; iptables -X mine");
        yield return new("another bridge", null, "ip link add virbr0 type bridge", "ip link del virbr0");
        yield return new("a route elsewhere", null, "ip route add 198.51.100.0/24 via " + lab.Nodes[1].Address, "ip route del 198.51.100.0/24");
    }

    private static (string Bridge, string BridgeEnd, string OvsEnd) Names(LabInstance vm) =>
        (DeviceNames.HybridBridge(vm.PortId), DeviceNames.VethBridgeEnd(vm.PortId), DeviceNames.VethOvsEnd(vm.PortId));
}
