using Plumbline.Primitives;

namespace Plumbline.Operations.Mirroring.Lasting;

/// <summary>What a user reads when a lasting mirror cannot be made, kept or removed.</summary>
internal static class LastingMirrorProblems
{
    public static OperationsException DamagedFile(string file, string why) => new(new(
        $"the file of a lasting mirror cannot be read: {why}", file, "remove it and add the mirror again: plumb mirror add"));

    public static OperationsException CannotWrite(string file, Exception inner) => new(
        new($"cannot write: {inner.Message}", file, "run as root; --state-dir names another folder"), inner: inner);

    public static OperationsException KeptAlready(string keeper, int pid) => new(new(
        $"process {pid} keeps these mirrors already", keeper, "there is nothing to do; systemctl status plumb-mirror shows the service"));

    public static OperationsException Exists(string name) => new(new(
        $"there is a lasting mirror {name}", "NAME", $"plumb mirror remove {name}, or choose another name"));

    public static OperationsException Unknown(string name, IReadOnlyList<string> names) => new(new(
        $"there is no lasting mirror {name}", "NAME",
        names.Count > 0 ? $"there are: {string.Join(", ", names)}" : "plumb mirror add makes one; plumb mirror list shows what others made"));

    public static OperationsException NoService(string name) => new(
        new(
            "the service that keeps lasting mirrors does not run, so nobody would renew this one, follow its port, or remove it", name,
            "systemctl enable --now plumb-mirror (or run plumb mirror serve); or --no-service: a process of its own keeps it until it is "
                + "removed, --for is over, or the node goes down"),
        ExitStatus.Refused);

    public static OperationsException NotMade(string name, string? trouble, string? fix) => new(new(
        $"{trouble ?? "its keeper has not made it in time"}; all was taken back", name,
        fix ?? "plumb mirror list shows what stands; journalctl -u plumb-mirror tells what the service said"));

    public static OperationsException PortTaken(string port, string where) => new(new(
        $"{port} exists and is not this mirror's", where, "remove or rename it, or add the mirror with another --to"));

    public static OperationsException NoKind(string device, string kind, string why) => new(new(
        $"the kernel makes no {kind}: {why}", device, "use --to veth:NAME or --to internal:NAME"));

    public static OperationsException NoDevice(string device) => new(new(
        $"there is no device {device}, and no port of that name", device, "it was removed: make it again, or remove the mirror"));

    public static OperationsException NotOpened(string port, string? error) => new(new(
        $"ovs-vswitchd did not open {port}{(error is null ? "" : $": {error}")}", port, "see ovs-vswitchd's log"));
}
