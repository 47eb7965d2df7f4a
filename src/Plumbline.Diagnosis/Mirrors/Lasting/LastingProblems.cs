using System.Net;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Mirrors.Lasting;

/// <summary>What a user reads when a lasting mirror cannot be planned.</summary>
internal static class LastingProblems
{
    public static DiagnosisException BadName(string name) => Bad(new(
        $"\"{name}\" is no name for a mirror", "NAME", $"letters, digits, - _ and ., at most {LastingMirror.LongestName}: web-in"));

    public static DiagnosisException SeveralBridges(IReadOnlyList<string> bridges) => Bad(new(
        $"these targets are on several bridges ({string.Join(", ", bridges)}), and a mirror belongs to one", "TARGET",
        "make one mirror for each"));

    public static DiagnosisException NoBridgeForLater() => Bad(new(
        "no bridge here has Neutron's ports, nor is there a br-int: where the port will come up is not known", "--wait",
        "add the mirror when the port is there"));

    public static DiagnosisException NoSuchVlan(IReadOnlyList<int> wanted, IReadOnlyList<int> tags) => Bad(new(
        $"nothing would be copied: the ports are in VLAN {string.Join(", ", tags)} of this bridge, not {string.Join(", ", wanted)}", "--vlan",
        "leave out --vlan; it means the bridge's own VLAN (the port's tag), not the provider's"));

    public static DiagnosisException BadDevice(string device) => Bad(new(
        $"\"{device}\" is no name for a device", "--to", "1 to 15 characters: --to dummy:mon0"));

    public static DiagnosisException DeviceExists(string device) => Bad(new(
        $"{device} exists already", "--to", $"choose another name, or --to port:{device} to send copies to that one"));

    public static DiagnosisException NoSuchOutput(string name) => Bad(new(
        $"there is no port or device {name}", "--to", $"make it first, or let plumb make one: --to veth:{name}"));

    public static DiagnosisException OutputElsewhere(string name, string bridge, string wanted) => Bad(new(
        $"{name} is a port of {bridge}, and the copied ports are on {wanted}: OVS would ignore such a mirror", "--to",
        $"choose a port of {wanted}, or let plumb make one"));

    public static DiagnosisException BadOutput(string name) => Refused(new(
        $"{name} cannot be a mirror's output: a bridge's own port serves the node, and behind a patch port copies would be taken for traffic",
        "--to", "let plumb make a device: --to dummy"));

    public static DiagnosisException OutputIsSource(string name) => Refused(new(
        $"{name} would be copied into itself", "--to", "choose another output"));

    public static DiagnosisException OutputIsTrunk(string name) => Refused(new(
        $"{name} is a port that others made, and takes copies with their VLAN tag: --untag would have to change it", "--untag",
        $"ovs-vsctl set port {name} tag=N (any N) makes OVS take the tag away; or a device of plumb's: --to veth"));

    public static DiagnosisException OutputTaken(string name, string mirror) => Refused(new(
        $"{name} is the output of mirror {mirror} already: a packet that both copy would come once", "--to",
        "choose another output, or add the target to that mirror"));

    public static DiagnosisException OutputIsMember(string name) => Refused(new(
        $"{name} belongs to another bridge or bond", "--to", "choose a free device"));

    public static DiagnosisException OutputLowersMtu(string name, int mtu, string bridge, int now) => Refused(new(
        $"MTU {mtu} of {name} is less than {now} of {bridge}: as its port it would lower that, and lose greater copies", "--to",
        $"ip link set {name} mtu {now}"));

    public static DiagnosisException OutputInUse(string name) => Refused(new(
        $"{name} serves a VM, a router, a tunnel or the node itself, and would be cut off: a mirror's output takes part in nothing else", "--to",
        "choose a free port; --force takes it all the same (an analyser VM's tap, a NIC kept for this)"));

    public static DiagnosisException RemoteIsHere(IPAddress remote) => Bad(new(
        $"{remote} is this node itself", "--to", "for a reader on this node: --to dummy (or leave out --to)"));

    public static DiagnosisException RemoteIsPeer(IPAddress remote, string port, string type) => Refused(new(
        $"{remote} is the far end of {port}: copies sent there by {type} may be taken for tenants' traffic, and enter a network", "--to",
        $"use ERSPAN (--to erspan:{remote}) or another analyser; --force with a --key that no network has"));

    public static DiagnosisException Loop(string bridge, IPAddress remote, string egress) => Refused(new(
        $"the copies for {remote} leave by {egress} of {bridge}, which this mirror copies: each copy would be copied again, without end",
        "--to", "copy single VMs' ports, or use an analyser behind another NIC, or a local device: --to dummy"));

    public static DiagnosisException OnlyErspan() => Bad(new(
        "--index, --erspan-direction and --hardware-id belong to ERSPAN", "--to gre:", "use --to erspan:ADDRESS, or leave them out"));

    public static DiagnosisException OtherErspan(int version) => Bad(new(
        version == 1 ? "ERSPAN version 1 (type II) has an index, but no direction or hardware id"
            : "ERSPAN version 2 (type III) has a direction and a hardware id, but no index", "--erspan-version",
        version == 1 ? "use --index, or --erspan-version 2" : "use --erspan-direction and --hardware-id, or --erspan-version 1"));

    public static DiagnosisException BadSession(uint? key) => Bad(new(
        key is null ? "ERSPAN needs a session" : $"{key} is no ERSPAN session", "--key", "1 to 1023, as the analyser expects it: --key 102"));

    public static DiagnosisException ErspanRange() => Bad(new(
        "out of range", "--index, --hardware-id", "the index has 20 bits (0 to 1048575), the hardware id 6 (0 to 63)"));

    private static DiagnosisException Bad(Problem problem) => new(problem);

    private static DiagnosisException Refused(Problem problem) => new(problem, ExitStatus.Refused);
}
