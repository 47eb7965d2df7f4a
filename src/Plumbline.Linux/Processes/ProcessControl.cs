using System.Runtime.InteropServices;

namespace Plumbline.Linux.Processes;

/// <summary>Ends other processes, and detaches this one.</summary>
public static partial class ProcessControl
{
    private const int SIGTERM = 15;
    private const int SIGKILL = 9;

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// Asks the processes to end (SIGTERM), makes those end that have not after <paramref name="grace"/> (SIGKILL), and waits until they
    /// are gone. A pid that has become another process's since is left alone.
    /// </summary>
    /// <returns>Those that are still there 5 s after SIGKILL: the kernel holds them.</returns>
    public static async Task<IReadOnlyList<ProcessIdentity>> EndAsync(
        IReadOnlyList<ProcessIdentity> processes, TimeSpan grace, CancellationToken cancellationToken)
    {
        var left = await SignalAsync(processes, SIGTERM, grace, cancellationToken);
        return await SignalAsync(left, SIGKILL, TimeSpan.FromSeconds(5), cancellationToken);
    }

    /// <summary>
    /// Leaves the terminal and its signals (setsid(2)): this process then outlives the shell that it was started from. Nothing happens
    /// where it leads a session already.
    /// </summary>
    public static void Detach() => _ = setsid();

    private static async Task<IReadOnlyList<ProcessIdentity>> SignalAsync(
        IReadOnlyList<ProcessIdentity> processes, int signal, TimeSpan patience, CancellationToken cancellationToken)
    {
        var left = processes.Where(p => p.IsAlive).ToList();
        foreach (var process in left)
        {
            _ = kill(process.Pid, signal); // ESRCH: it ended just now
        }
        var deadline = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (left.Count > 0 && Environment.TickCount64 < deadline)
        {
            await Task.Delay(_pause, cancellationToken);
            left.RemoveAll(p => !p.IsAlive);
        }
        return left;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int process, int signal);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setsid();
}
