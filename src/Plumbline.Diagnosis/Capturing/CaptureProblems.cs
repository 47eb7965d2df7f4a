using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Capturing;

/// <summary>What a user reads when a capture cannot be planned.</summary>
internal static class CaptureProblems
{
    public static DiagnosisException NoVif(string name) => Bad(new(
        $"{name} has no network interface on this node", name, "plumb ports lists the interfaces of this node"));

    public static DiagnosisException NoSuchHop(string name, string hop, IReadOnlyList<string> hops) => Bad(new(
        $"{name} has no {hop}", $"--at {hop}",
        hops.Count > 0 ? $"choose one that it has: --at {string.Join(", ", hops)}" : "plumb topology shows what there is of its chain"));

    public static DiagnosisException BothEndsElsewhere(string from, string to) => Bad(new(
        $"neither {from} nor {to} is on this node, so no hop of their way can be read here", "--path",
        "run this on a node that one of them is on; plumb ports lists what is here"));

    public static DiagnosisException SeveralPorts(string name, IReadOnlyList<string> ports) => Bad(new(
        $"{name} has several ports, and none is in a network of the other end", "--path",
        $"name the port: {string.Join(", ", ports)}"));

    public static DiagnosisException SameEnds(string name) => Bad(new(
        $"both ends are {name}", "--path", "name two ends that packets pass between"));

    public static DiagnosisException NotOnOvs(string name, string? device, IReadOnlyList<string> hops) => Bad(new(
        $"{name} is no port of an OVS bridge, so there is nothing to mirror", device,
        hops.Count > 0 ? $"choose a device that it has: --at {string.Join(", ", hops)}" : "plumb topology shows what there is of its chain"));

    public static DiagnosisException NotOnAWay(string name) => Bad(new(
        $"{name} belongs to no VM's, router's or DHCP server's port, so it has no other hops", name, "leave out --at, or use --at device"));

    public static DiagnosisException NoOvs(string name) => Bad(new(
        $"the Open vSwitch database says nothing about {name}", name, "plumb topology says why it could not be read"));

    public static DiagnosisException NoDevice(string name) => Bad(new(
        $"{name} has no kernel device that could be opened", name, "leave out --at device: a mirror shows its packets"));

    public static DiagnosisException IsMonitor(string name) => Bad(new(
        $"{name} is the output of a mirror, and has no kernel device that could be opened", name,
        "plumb mirror list shows what the mirror copies; capture that"));

    public static DiagnosisException IsRemote(string name) => Bad(new(
        $"{name} is the far end of a tunnel, not on this node", name, "capture the tunnel port that leads there, or run plumb on that node"));

    public static DiagnosisException Missing(string name) => Bad(new(
        $"{name} does not exist (a row or a definition names it, but there is no such device)", name,
        "start the VM, or let the agent plug its port again"));

    public static DiagnosisException Down(string name, string? networkNamespace) => Refused(new(
        $"{name} is down, so it would show no packets", name,
        networkNamespace is { Length: > 0 }
            ? $"ip -n {networkNamespace} link set {name} up, if it should be up; --at chooses another hop"
            : $"ip link set {name} up, if it should be up; --at chooses another hop"));

    public static DiagnosisException MirrorLimit(string bridge, int existing, int wanted) => Refused(new(
        $"{bridge} has {existing} mirrors; OVS works with {CapturePlanner.MirrorLimit} at most and ignores further ones without a word "
            + $"({wanted} wanted)", bridge,
        "remove leftovers: plumb mirror list, then plumb mirror gc"));

    public static DiagnosisException HardwareOffload(string bridge) => Refused(new(
        "hardware offload is on: packets that the NIC forwards by itself do not pass a mirror, or the mirror forces their flows off the NIC",
        $"Open_vSwitch other_config:hw-offload, bridge {bridge}",
        "capture --at nic or at the VM's device, or go on with --force"));

    public static DiagnosisException NotLive(string bridge) => Bad(new(
        $"{bridge} is known without its database row (facts from a file?), so no mirror can be made on it", bridge,
        "run this on the live node"));

    public static DiagnosisException PortFailed(string port, string? error) => Refused(new(
        $"OVS could not open {port}, so it carries no packets{(error is null ? "" : $": {error}")}", port,
        "repair or remove the port first"));

    public static DiagnosisException IsOutput(string port, string mirror) => Refused(new(
        $"{port} is the output of mirror {mirror}: mirroring it would feed copies back", port, "capture what that mirror selects"));

    public static DiagnosisException NothingToMirror(string name) => Refused(new(
        $"there is no real port to mirror (patch ports, mirrors' outputs and failed ports do not count)", name,
        "capture a VM's port, or the bridge on the other side"));

    private static DiagnosisException Bad(Problem problem) => new(problem);

    private static DiagnosisException Refused(Problem problem) => new(problem, ExitStatus.Refused);
}
