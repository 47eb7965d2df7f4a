using Plumbline.Operations.Labs;

namespace Plumbline.Integration.Tests.Tracing.Packets;

/// <summary>
/// RSTP of Open vSwitch: the first VM's tap hangs in a bridge of its own, from which two links lead to br-int. The tree runs before the second
/// link is made, else the loop would drown the machine.
/// </summary>
internal static class TreePaths
{
    private const string Ctl = "ovs-vsctl --timeout=40 --db=unix:$OVS_RUNDIR/db.sock";
    private const string Int = "unix:$OVS_RUNDIR/br-int.mgmt";
    private const string State = "rstp_status:rstp_port_state";

    /// <summary>One after the other: the first builds the loop, the last takes it away.</summary>
    public static IEnumerable<PlantedPath> Of(LabDescription lab)
    {
        var vm = lab.Instances[0];
        var tap = vm.Tap;
        var build = $"{Ctl} add-br plt-tree -- set Bridge plt-tree datapath_type=netdev rstp_enable=true other_config:rstp-forward-delay=4 "
            + "-- set Bridge br-int rstp_enable=true other_config:rstp-forward-delay=4 other_config:rstp-priority=0 "
            + $"-- del-port br-int {tap} -- add-port plt-tree {tap}; {Link("plt-1")}; {Wait("plt-1a", "Forwarding")}; {Wait(tap, "Forwarding")}; "
            + $"{Link("plt-2")}; {Wait("plt-2b", "Forwarding")}; {Wait("plt-2a", "Discarding")}; {Wait("patch-tun", "Forwarding")}";
        yield return new("RSTP blocks one of two links", build, "", 0, 1);
        yield return new("the other way", "", "", 1, 0);
        yield return new("the open link cut: the other opens", $"ip link set plt-1b down; {Wait("plt-2a", "Forwarding")}",
            $"ip link set plt-1b up; {Wait("plt-1a", "Forwarding")}; {Wait("plt-2a", "Discarding")}", 0, 1);
        yield return new("the open link in another VLAN, the other blocked", $"{Ctl} set Port plt-1b tag=7", $"{Ctl} set Port plt-1b tag=1", 0, 1) { Ends = "plt-tree" };
        const string Slow = "other_config:rstp-port-auto-edge=false other_config:rstp-port-admin-edge=false";
        var iface = $"set Interface {tap} external_ids:iface-id={vm.PortId} external_ids:attached-mac=\\\"{vm.Mac}\\\" external_ids:iface-status=active";
        yield return new("nobody answers the tree at the tap: it waits",
            $"{Ctl} set Port {tap} {Slow} -- set Bridge plt-tree rstp_enable=false; sleep 0.5; "
                + $"{Ctl} set Bridge plt-tree rstp_enable=true other_config:rstp-forward-delay=30; {Wait(tap, "Discarding")}",
            $"{Ctl} --if-exists del-port br-int plt-1b -- --if-exists del-port br-int plt-2b -- del-br plt-tree -- set Bridge br-int rstp_enable=false "
                + "-- remove Bridge br-int other_config rstp-priority -- remove Bridge br-int other_config rstp-forward-delay; "
                + $"{Ctl} add-port br-int {tap} tag=1 -- {iface}; ip link del plt-1a; ip link del plt-2a; "
                // Open vSwitch 3.1 forgets that the ports flood again when RSTP is switched off
                + $"for p in $({Ctl} list-ports br-int); do for f in no-flood flood; do ovs-ofctl mod-port {Int} $p $f; done; done",
            0, 1)
        {
            Ends = "plt-tree",
        };
        yield return new("all as before", "", "", 0, 1);
    }

    private static string Link(string name) => $"ip link add {name}a type veth peer name {name}b; ip link set {name}a up; ip link set {name}b up; "
        + $"{Ctl} add-port plt-tree {name}a -- add-port br-int {name}b tag=1";

    private static string Wait(string port, string state) => $"{Ctl} wait-until Port {port} {State}={state}";
}
