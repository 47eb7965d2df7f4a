using System.Diagnostics;
using Plumbline.Linux;

namespace Plumbline.Operations.Mirroring;

/// <summary>The command that removes a session: this program, told which session on which node.</summary>
/// <param name="FileName">The program.</param>
/// <param name="Arguments">They end up in <see cref="SessionGuard.RunAsync"/>.</param>
public sealed record GuardLaunch(string FileName, IReadOnlyList<string> Arguments);

/// <summary>
/// The guarded side's hold on its guard: as long as this process lives, the pipe to the guard is open. However it dies, the kernel
/// closes the pipe, and the guard removes the session.
/// <para>
/// The guard is a shell, in a session of its own and deaf to the terminal's signals, that waits for one line from the pipe and starts
/// <c>plumb guard</c> only when none came. So it costs a node nothing while packets flow, is there within milliseconds (the capture
/// waits for it), and tries again when it cannot remove all at once.
/// </para>
/// </summary>
public sealed class GuardProcess : IDisposable
{
    /// <summary>What it says when it waits.</summary>
    private const string ReadyWord = "ready";

    /// <summary>What it is told when there is nothing to remove.</summary>
    private const string CleanWord = "clean";

    /// <summary>
    /// The signals are those of a terminal, and the one of a service manager that ends all of a service's processes. Whoever reads the
    /// standard error that we have from the guarded process (an ssh session, a pipe) is not kept waiting for an ovsdb-server that stays
    /// away: after a first, short try it is let go.
    /// </summary>
    private const string Script =
        $"trap '' HUP INT QUIT TERM TSTP; echo {ReadyWord}; read -r word; [ \"$word\" = {CleanWord} ] && exit 0; "
        + "\"$@\" patience=5 && exit 0; [ -t 2 ] || exec 2>/dev/null; "
        + "for pause in 0 5 30 60 60 60; do sleep $pause; \"$@\" && exit 0; done; exit 4";

    private static readonly TimeSpan _armTimeout = TimeSpan.FromSeconds(10);

    private readonly Process _process;

    private GuardProcess(Process process) => _process = process;

    /// <summary>The guard, for the mark; null until it is armed.</summary>
    public ProcessIdentity? Identity { get; private set; }

    /// <summary>Starts a guard; it arms while the node is read.</summary>
    /// <exception cref="OperationsException">It could not be started.</exception>
    public static GuardProcess Start(GuardLaunch launch)
    {
        var start = new ProcessStartInfo("setsid")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true, // a pipe to us, so that it does not hold the reader of our own output
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        foreach (var argument in (IEnumerable<string>)["sh", "-c", Script, "plumb-guard", launch.FileName, .. launch.Arguments])
        {
            start.ArgumentList.Add(argument);
        }
        try
        {
            return new(Process.Start(start)!); // null only where an old process is used again, which is the shell's doing
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw GuardProblems.CannotStart("setsid sh", exception);
        }
    }

    /// <summary>
    /// Waits until the guard is armed. Nothing may be made on the node before. A read that blocks, since it is short, and costs less
    /// at start-up than an awaited one.
    /// </summary>
    /// <exception cref="OperationsException">It did not get ready.</exception>
    public void WaitUntilArmed(CancellationToken cancellationToken)
    {
        using var interrupted = cancellationToken.Register(Stop);
        using var deadline = new Timer(_ => Stop(), null, _armTimeout, Timeout.InfiniteTimeSpan);
        var line = _process.StandardOutput.ReadLine();
        cancellationToken.ThrowIfCancellationRequested();
        Identity = line == ReadyWord ? ProcessIdentity.Find(_process.Id) : null;
        if (Identity is null)
        {
            throw GuardProblems.NotReady(line);
        }
    }

    /// <summary>All was removed and verified, or nothing was made: the guard may go.</summary>
    public void Release()
    {
        try
        {
            _process.StandardInput.Write(CleanWord + "\n");
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            return; // it was killed: there is nothing left that it could guard
        }
    }

    /// <summary>Closes the pipe: without <see cref="Release"/> before, the guard removes the session.</summary>
    public void Dispose() => _process.Dispose();

    /// <summary>A guard that is not armed guards nothing yet, so it may be ended.</summary>
    private void Stop()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            return; // it has ended by itself
        }
    }
}
