using Plumbline.Primitives;

namespace Plumbline.Operations.Mirroring;

/// <summary>What a user reads when a mirror cannot be made, does not work, or is not gone.</summary>
internal static class MirrorProblems
{
    public static OperationsException BridgeGone(string bridge) => new(new(
        $"bridge {bridge} is gone, or is not the one that was there a moment ago", bridge, "look again: plumb topology"));

    public static OperationsException PortGone(string bridge, Exception inner) => new(
        new(
            $"a port that was to be mirrored is gone, or was made anew a moment ago", $"bridge {bridge}",
            "look again: plumb topology, then start once more"),
        inner: inner);

    public static OperationsException NotConfigured(string port, string? error) => new(new(
        $"ovs-vswitchd did not open the monitor port{(error is null ? "" : $": {error}")}", port,
        "see ovs-vswitchd's log; its device must be in ovs-vswitchd's own network namespace (--netns)"));

    public static OperationsException NotInDatapath(string port, string bridge) => new(new(
        $"the monitor port {port} did not get into the datapath of {bridge}", port, "see ovs-vswitchd's log"));

    public static OperationsException NotReserved(string bridge, string port) => new(new(
        $"OVS did not accept the mirror: its output {port} is a port like any other", $"bridge {bridge}",
        "see ovs-vswitchd's log for \"mirror\"; a bridge has 32 mirrors at most: plumb mirror list"));

    public static OperationsException NotEffective(string bridge, string source, string actions) => new(new(
        $"the mirror has no effect: a packet that comes in by {source} is not copied ({actions})",
        $"bridge {bridge}",
        $"see ovs-vswitchd's log for \"mirror\"; more than 32 mirrors, or another bridge's port, are ignored by OVS without a word"));

    public static OperationsException SourceNotInDatapath(string source, string bridge) => new(new(
        $"{source} is no port of the datapath of {bridge}, so nothing would be copied", source, "plumb topology shows its state"));

    public static OperationsException BridgeChanged(string bridge, string what, string before, string after) => new(
        new(
            $"making the mirror changed the {what} of {bridge} from {before} to {after}; it was taken back", bridge,
            $"fix it in the bridge first (ovs-vsctl set Interface {bridge} mtu_request=…, or other_config:hwaddr), then try again"),
        ExitStatus.Refused);

    public static OperationsException NoUuid(string bridge) => new(new(
        "ovsdb-server took the rows and did not say their names", $"bridge {bridge}", "report this with ovsdb-server's version"));

    public static OperationsException LeftBehind(CleanupResult cleanup, Exception? inner = null) => new(
        new(
            "not all that was made could be removed: " + string.Join("; ", cleanup.Left.Select(l => l.What))
                + (inner is ProblemException cause ? $" (after: {cause.Problem.What})" : ""),
            string.Join("; ", cleanup.Left.Select(l => l.Why).Distinct()),
            string.Join("\n         ", cleanup.Left.Select(l => l.Command).Distinct())),
        ExitStatus.LeftBehind,
        inner);
}
