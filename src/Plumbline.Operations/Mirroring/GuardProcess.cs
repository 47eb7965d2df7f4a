using System.Diagnostics;
using Plumbline.Linux;

namespace Plumbline.Operations.Mirroring;

/// <summary>How to start this program as a guard.</summary>
/// <param name="FileName">The program.</param>
/// <param name="Arguments">What makes it a guard of this session on this node; they end up in <see cref="SessionGuard.RunAsync"/>.</param>
public sealed record GuardLaunch(string FileName, IReadOnlyList<string> Arguments);

/// <summary>
/// The guarded side's hold on its guard: as long as this process lives, the pipe to the guard is open. However it dies, the kernel
/// closes the pipe, and the guard removes the session.
/// </summary>
public sealed class GuardProcess : IDisposable
{
    private static readonly TimeSpan _armTimeout = TimeSpan.FromSeconds(10);

    private readonly Process _process;

    private GuardProcess(Process process) => _process = process;

    /// <summary>The guard, for the mark; null until it is armed.</summary>
    public ProcessIdentity? Identity { get; private set; }

    /// <summary>Starts a guard; it arms while the node is read.</summary>
    /// <exception cref="OperationsException">It could not be started.</exception>
    public static GuardProcess Start(GuardLaunch launch)
    {
        var start = new ProcessStartInfo(launch.FileName)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true, // a pipe to us, so that it does not hold the reader of our own output
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        foreach (var argument in launch.Arguments)
        {
            start.ArgumentList.Add(argument);
        }
        try
        {
            return new(Process.Start(start)!); // null only where an old process is used again, which is the shell's doing
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw GuardProblems.CannotStart(launch.FileName, exception);
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
        Identity = line?.Split(' ') is [SessionGuard.ReadyWord, var identity] ? ProcessIdentity.TryParse(identity) : null;
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
            _process.StandardInput.Write(SessionGuard.CleanWord + "\n");
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
