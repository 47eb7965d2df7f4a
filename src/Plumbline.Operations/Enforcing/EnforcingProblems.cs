using Plumbline.Linux.Processes;
using Plumbline.Primitives;

namespace Plumbline.Operations.Enforcing;

internal static class EnforcingProblems
{
    public static OperationsException SomebodyElses(string wrap) => new(
        new(
            $"chains named {wrap}-* are here, and no mark says that plumb applied them: a Neutron agent's, which would put them back",
            "iptables-save -t filter",
            "stop the agent and say --take-over; on a node with an agent change the group through the API"),
        ExitStatus.Refused);

    public static OperationsException Busy(string path) => new(
        new("another plumb apply is at work on this node", path, "wait for it"), ExitStatus.Refused);

    public static OperationsException NoState(string folder, string why) => new(
        new($"cannot keep what is needed to undo: {why}", folder, "run as root, and leave room on that disk"));

    public static OperationsException CannotRead(string program, CommandResult result) => new(
        new($"{program} failed: {Words(result)}", program, "run as root; install iptables and ipset"));

    public static OperationsException RolledBack(string program, CommandResult result, string? line) => new(
        new(
            $"{program} refused: {Words(result)}; all is as it was before",
            line is null ? program : $"{program}: {Printable.Escape(line)}",
            "mend what it names; --dry-run shows every change"));

    public static OperationsException LeftBehind(string program, CommandResult result, string journal, string why) => new(
        new(
            $"{program} refused: {Words(result)}; and the old state could not be put back: {why}",
            journal, "plumb apply or plumb unapply takes it up again; the folder holds the saves from before"),
        ExitStatus.LeftBehind);

    public static string Words(CommandResult result)
    {
        var text = result.Errors.Trim();
        return Printable.Escape(text.Length == 0 ? $"exit status {result.ExitCode}" : text.Split('\n')[0]);
    }
}
