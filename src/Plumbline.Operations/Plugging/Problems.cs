using Plumbline.Primitives;

namespace Plumbline.Operations.Plugging;

/// <summary>The sentences that a user reads when plugging fails or is refused.</summary>
internal static class Problems
{
    public static OperationsException NoBridge(string bridge, IReadOnlyList<string> bridges) => new(new(
        $"there is no OVS bridge {bridge}",
        "table Bridge of Open vSwitch",
        bridges.Count == 0
            ? "make it (ovs-vsctl add-br), or start the agent that does"
            : $"name one that exists with --bridge: {string.Join(", ", bridges)}"));

    public static OperationsException OnAnotherBridge(PlugPort port, string bridge) => new(new(
        $"port {port.Name} is on bridge {port.Bridge}, not on {bridge}",
        $"Port {port.Name}",
        $"say --bridge {port.Bridge}, or unplug it there first"), ExitStatus.Refused);

    public static OperationsException AnothersPort(string name, string owner) => new(new(
        $"{name} belongs to port {owner}, whose UUID begins with the same 11 characters",
        $"Interface {name}, external_ids:iface-id",
        "two such ports cannot be on one node: give one of them another UUID"), ExitStatus.Refused);

    public static OperationsException PluggedElsewhere(string portId, PlugPort port) => new(new(
        $"port {portId} is on {port.Bridge} already, as {port.Name}",
        $"Interface {port.Name}, external_ids:iface-id",
        $"it is not plugged the hybrid way; remove it there first, if that is wanted"), ExitStatus.Refused);

    public static OperationsException WrongKind(string name, string wanted, string? kind) => new(new(
        $"{name} exists but is no {wanted}{(kind is null ? "" : $" (it is of kind {kind})")}",
        $"device {name}",
        $"plumb unplug removes what is left of the port; else rename or delete {name}"), ExitStatus.Refused);

    public static OperationsException WrongType(PlugPort port) => new(new(
        $"Interface {port.Name} is of type {port.Type}, where a kernel device is expected",
        $"Interface {port.Name}",
        "plumb unplug removes the row; then plug again"), ExitStatus.Refused);

    public static OperationsException StrangePeer(string end, string peer) => new(new(
        $"{end} exists but {peer} is not its other end",
        $"veth {end}",
        "plumb unplug removes what is left of the port; then plug again"), ExitStatus.Refused);

    public static OperationsException TapElsewhere(string tap, string where) => new(new(
        $"tap {tap} is in {where} already",
        $"device {tap}",
        "the VM is plugged another way: check its domain XML, or take the tap out first"), ExitStatus.Refused);

    public static OperationsException TagOfAnotherNetwork(int tag, string bridge, string network) => new(new(
        $"local VLAN {tag} is network {network}'s on {bridge}",
        "--tag",
        "leave --tag away and say --network alone: it picks the right one"), ExitStatus.Refused);

    public static OperationsException NetworkHasAnotherTag(string network, int has, int asked) => new(new(
        $"network {network} has local VLAN {has} here, not {asked}",
        "--tag",
        "leave --tag away: --network picks the right one"), ExitStatus.Refused);

    public static OperationsException NoFreeTag(string bridge) => new(new(
        "all 4094 local VLANs are taken", $"bridge {bridge}", "unplug ports that are no longer needed"));

    public static OperationsException BadPortId(string text) => new(new(
        $"\"{text}\" is no UUID", "--port", "give the port's whole UUID, e.g. from: openstack port list"));

    public static OperationsException BadTag(int tag) => new(new(
        $"{tag} is no local VLAN", "--tag", "1 to 4094; 4095 is Neutron's dead VLAN"));

    public static OperationsException BadMtu(int mtu) => new(new(
        $"an MTU of {mtu} bytes is out of range", "--mtu", "68 to 65535; a tenant network has 1450 (VXLAN), 1458 (GRE) or 1500"));

    public static OperationsException LinkGone(string name) => new(new(
        $"{name} vanished while it was being plugged", $"device {name}", "see who else works on this port, then plug again"));

    public static OperationsException BridgeGone(string bridge) => new(new(
        $"bridge {bridge} vanished while the port was being added", "table Bridge of Open vSwitch", "plug again once it is there"));

    public static OperationsException NotOpened(string name, string? error, long? ofPort) => new(new(
        $"ovs-vswitchd did not open {name}: {error ?? (ofPort is null ? "it has no OpenFlow port number" : $"ofport is {ofPort}")}",
        $"Interface {name}",
        "is ovs-vswitchd running? its log says more; what was made has been removed again"));

    public static OperationsException NotComplete(string what, string where) => new(new(
        $"the chain is not whole after plugging: {what}", where, "see who else works on this port, then plug again"));

    public static OperationsException UndoFailed(Exception cause, IReadOnlyList<string> left) => new(new(
        $"{Reason(cause)}; and not all of it could be undone",
        string.Join("; ", left),
        "plumb unplug removes what is left of the port"), ExitStatus.LeftBehind, cause);

    private static string Reason(Exception cause) => cause is ProblemException problem ? problem.Problem.What : cause.Message;
}
