using Plumbline.Linux;
using Plumbline.Linux.Netlink;
using Plumbline.Linux.Processes;
using Plumbline.Node;
using Plumbline.Node.Sources;

namespace Plumbline.Integration.Tests;

/// <summary>
/// This assembly started as a program: what a test can only do in a process of its own. One word says what. A problem is written
/// to standard error as the user would read it, exit status 2.
/// </summary>
internal static class HelperProgram
{
    /// <summary>The command line up to the word, for <see cref="CommandRunner"/>: the runtime that runs the tests, this assembly.</summary>
    public static (string File, string Assembly) Command { get; } = (
        Path.GetFileName(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet",
        typeof(HelperProgram).Assembly.Location);

    public static Task<CommandResult> RunAsync(params string[] arguments) => CommandRunner.RunAsync(
        null, Command.File, [Command.Assembly, .. arguments], null, null, CancellationToken.None);

    private static int Main(string[] arguments)
    {
        try
        {
            Run(arguments[0], arguments[1..]);
            return 0;
        }
        catch (LinuxException e)
        {
            Console.Error.WriteLine(e.Problem);
            return 2;
        }
    }

    private static void Run(string word, string[] arguments)
    {
        switch (word)
        {
            case "exec": // NAMESPACE SOURCE TARGET: a shell where SOURCE is seen at TARGET
                using (var inside = NetworkNamespace.Open(arguments[0]))
                {
                    MountNamespace.Enter(inside, [new(arguments[1], arguments[2])]);
                    ProcessReplacement.Exec(
                        "sh",
                        ["-c", "ls -i \"$1\" | cut -d' ' -f1; readlink /proc/self/ns/net; ls /sys/class/net; "
                            + "grep SigIgn /proc/self/status; echo $ADDED", "sh", arguments[2]],
                        new Dictionary<string, string> { ["ADDED"] = "yes" });
                }
                break;
            case "create-link":
                using (var netlink = RouteNetlink.Open())
                {
                    netlink.CreateLink(new() { Name = arguments[0], Kind = "bridge" });
                }
                break;
            case "create-namespace":
                NetworkNamespace.Create(arguments[0]).Dispose();
                break;
            case "enter-namespace":
                using (var other = NetworkNamespace.Open(arguments[0]))
                {
                    RouteNetlink.Open(other).Dispose();
                }
                break;
            case "start-inside": // NAMESPACE: starts children there, and names our own threads that stay there
                using (var inside = NetworkNamespace.Open(arguments[0]))
                {
                    for (var i = 0; i < 3; i++)
                    {
                        CommandRunner.RunAsync(inside, "true", [], null, null, CancellationToken.None).GetAwaiter().GetResult();
                    }
                    // the thread that did the work may still be on its way out
                    SpinWait.SpinUntil(() => ThreadsIn(inside).Count == 0, TimeSpan.FromSeconds(5));
                    ThreadsIn(inside).ForEach(Console.WriteLine);
                }
                break;
            case "list-links":
                using (var netlink = RouteNetlink.Open())
                {
                    Console.WriteLine(string.Join(' ', netlink.ListLinks().Select(link => link.Name)));
                }
                break;
            case "read-node": // NAMESPACE-FOLDER OVS-FOLDER LIBVIRT-FOLDER OUTPUT: what this process sees of a node, as a snapshot
                SnapshotFile.Write(
                    LiveNode.ReadAsync(
                        new() { NamespaceDirectory = arguments[0], OvsRunDirectory = arguments[1], LibvirtDirectories = [arguments[2]] },
                        SnapshotScope.Everything,
                        CancellationToken.None).GetAwaiter().GetResult(),
                    arguments[3]);
                break;
            default:
                throw new ArgumentException($"no such word: {word}", nameof(word));
        }
    }

    private static List<string> ThreadsIn(NetworkNamespace inside) =>
    [
        .. Directory.GetDirectories("/proc/self/task")
            .Where(task => new FileInfo(Path.Join(task, "ns/net")).LinkTarget == $"net:[{inside.Inode}]"),
    ];
}
