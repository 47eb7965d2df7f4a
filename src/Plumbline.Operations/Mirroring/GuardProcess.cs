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

    private GuardProcess(Process process, ProcessIdentity identity)
    {
        _process = process;
        Identity = identity;
    }

    /// <summary>The guard, for the mark.</summary>
    public ProcessIdentity Identity { get; }

    /// <summary>Starts a guard and waits until it is armed. Nothing may be made on the node before.</summary>
    /// <exception cref="OperationsException">It could not be started, or did not get ready.</exception>
    public static async Task<GuardProcess> StartAsync(GuardLaunch launch, CancellationToken cancellationToken)
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
        Process? process;
        try
        {
            process = Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw GuardProblems.CannotStart(launch.FileName, exception);
        }
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(_armTimeout);
            var line = await process!.StandardOutput.ReadLineAsync(deadline.Token);
            return line?.Split(' ') is [SessionGuard.ReadyWord, var identity] && ProcessIdentity.TryParse(identity) is { } guard
                ? new(process, guard)
                : throw GuardProblems.NotReady(line);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            process!.Dispose();
            throw GuardProblems.NotReady(null);
        }
        catch
        {
            process!.Dispose(); // its pipe closes: it finds nothing to remove and ends
            throw;
        }
    }

    /// <summary>All was removed and verified: the guard may go.</summary>
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
}
