using Plumbline.Linux.Processes;
using Plumbline.Primitives;

namespace Plumbline.Operations.Labs;

/// <summary>The sentences that a user reads when the lab cannot be had.</summary>
internal static class Problems
{
    public static OperationsException NotRoot() => new(new(
        "the lab needs root: it makes network namespaces", null, "run with sudo; the machine's own network is not touched"));

    public static OperationsException NoSchema(string path) => new(new(
        "Open vSwitch's database schema is not here", path, "apt install openvswitch-switch"));

    public static OperationsException Missing(IReadOnlyList<string> programs, IReadOnlyList<string> packages) => new(new(
        $"the lab needs {string.Join(", ", programs)}", "PATH", $"apt install {string.Join(' ', packages)}"));

    public static OperationsException CommandFailed(string program, IReadOnlyList<string> arguments, CommandResult result) => new(new(
        $"{program} ended with {result.ExitCode}: {LastLines(result.Errors.Length > 0 ? result.Errors : result.Output)}",
        $"{program} {string.Join(' ', arguments.Take(6))}",
        "plumb lab down, then plumb lab up"));

    public static OperationsException NoLab(string directory) => new(new(
        "there is no lab", directory, "plumb lab up makes one"));

    public static OperationsException NoSuchPlace(string name, IEnumerable<string> names) => new(new(
        $"the lab has no node or VM \"{Printable.Escape(name)}\"", null, $"it has {string.Join(", ", names)}"));

    public static OperationsException OtherLab(string asked, string present) => new(new(
        $"a lab of another kind is up: {present}; asked for: {asked}", null, "plumb lab down first"));

    public static OperationsException BadCount(string option, int value, int least, int most) => new(new(
        $"{value} is out of range", option, $"{least} to {most}"));

    public static OperationsException BadTunnel(string text) => new(new(
        $"\"{Printable.Escape(text)}\" is no tunnel type here", "--tunnel", "gre or vxlan"));

    public static OperationsException BadFirewall(string text) => new(new(
        $"\"{Printable.Escape(text)}\" is no firewall driver here", "--firewall", "hybrid, native or noop"));

    public static OperationsException Busy(string directory) => new(new(
        "another plumb lab up or down is at work", directory, "wait until it is done"));

    public static OperationsException MachineFailed(string node, string said) => new(new(
        $"the machine that plays the VMs of {node} did not start: {said}", "plumb lab-vmm", "plumb lab down, then plumb lab up"));

    public static OperationsException NotLeased(string instance, string said) => new(new(
        $"{instance} got no address by DHCP: {said}", $"instance {instance}", "plumb lab exec NODE -- sh shows the node from inside"));

    public static OperationsException NoOfPort(string name) => new(new(
        $"ovs-vswitchd gave {name} no OpenFlow port number", $"Interface {name}", "plumb lab down, then plumb lab up"));

    public static OperationsException NotRemoved(IReadOnlyList<string> left) => new(new(
        "not all of the lab could be removed", string.Join("; ", left), "plumb lab down once more"), ExitStatus.LeftBehind);

    public static OperationsException NotALab(string directory) => new(new(
        "this folder has other things in it than a lab", directory, "choose an empty or absent folder with --lab-dir"), ExitStatus.Refused);

    private static string LastLines(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return Printable.Escape(string.Join("; ", lines.TakeLast(3)));
    }
}
