using Plumbline.Neutron;
using Plumbline.Operations.Labs;

namespace Plumbline.Integration.Tests.Tracing;

/// <summary>A fault of a lab: commands that plant it and mend it, run in a node's namespace.</summary>
/// <param name="Name">What to call it.</param>
/// <param name="Node">Where.</param>
/// <param name="Plant">Commands.</param>
/// <param name="Mend">Commands that undo them.</param>
/// <param name="Places">Where a ping of the first VM may end by it; empty: anywhere.</param>
internal sealed record LabFault(
    string Name, string Node, IReadOnlyList<string> Plant, IReadOnlyList<string> Mend, IReadOnlyList<string> Places);

/// <summary>Faults of the kinds that operators meet, about the first VM, whose node is the first.</summary>
internal static class LabFaults
{
    public static LabFault None { get; } = new("none", "compute-opt", [], [], []);

    public static IReadOnlyList<LabFault> Of(LabDescription lab)
    {
        var vm = lab.Instances[0];
        var (tap, qbr, qvb, qvo) = (vm.Tap, DeviceNames.HybridBridge(vm.PortId), DeviceNames.VethBridgeEnd(vm.PortId), DeviceNames.VethOvsEnd(vm.PortId));
        var (own, other) = (lab.Nodes[0], lab.Nodes[1]);
        var tunnel = DeviceNames.TunnelPort(lab.Tunnel, other.Address);
        var ingress = "neutron-openvswi-i" + vm.PortId[..DeviceNames.ChainIdLength];
        const string Ctl = "ovs-vsctl --db=unix:$OVS_RUNDIR/db.sock";
        return
        [
            new("tag-changed", own.Name, [$"{Ctl} set Port {qvo} tag=7"], [$"{Ctl} set Port {qvo} tag=1"], [qvo]),
            new("tap-down", own.Name, [$"ip link set {tap} down"], [$"ip link set {tap} up"], [tap]),
            new("rules-off", own.Name, ["sysctl -qw net.bridge.bridge-nf-call-iptables=0"], ["sysctl -qw net.bridge.bridge-nf-call-iptables=1"], []),
            new("tunnel-remote", own.Name, [$"{Ctl} set Interface {tunnel} options:remote_ip=192.168.122.99"],
                [$"{Ctl} set Interface {tunnel} options:remote_ip={other.Address}"], []),
            new("ingress-dropped", own.Name, [$"iptables -I {ingress} 1 -j DROP"], [$"iptables -D {ingress} 1"], [ingress]),
            new("qvo-narrow", own.Name, [$"ip link set {qvo} mtu 1300"], [$"ip link set {qvo} mtu {lab.Mtu}"], []),
            new("mac-flow-other", own.Name,
                [$"ovs-ofctl add-flow unix:$OVS_RUNDIR/br-int.mgmt priority=900,dl_src={vm.Mac},actions=drop"],
                [$"ovs-ofctl --strict del-flows unix:$OVS_RUNDIR/br-int.mgmt priority=900,dl_src={vm.Mac}"], ["br-int"]),
            new("patch-broken", own.Name, [$"{Ctl} set Interface patch-tun options:peer=nowhere"], [$"{Ctl} set Interface patch-tun options:peer=patch-int"], []),
            new("underlay-narrow", other.Name, ["ip link set eth0 mtu 1400"], ["ip link set eth0 mtu 1500"], []),
            new("qvb-down", own.Name, [$"ip link set {qvb} down"], [$"ip link set {qvb} up"], [qvb, qvo, qbr]),
            new("qbr-out", own.Name, [$"ip link set {qvb} nomaster"], [$"ip link set {qvb} master {qbr}"], []),
            new("vlan-dead", own.Name, [$"{Ctl} set Port {qvo} tag=4095"], [$"{Ctl} set Port {qvo} tag=1"], [qvo]),
        ];
    }
}
