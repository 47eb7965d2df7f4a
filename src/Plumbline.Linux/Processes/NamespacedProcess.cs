using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Plumbline.Linux.Processes;

/// <summary>Starts programs inside a network namespace: a child inherits it from the thread that starts it.</summary>
public static class NamespacedProcess
{
    private static readonly Lazy<bool> _signalThread = new(MakeSignalThread);

    /// <summary>
    /// As <see cref="Process.Start(ProcessStartInfo)"/>, inside <paramref name="networkNamespace"/> (null: where the caller is).
    /// The program is found by <see cref="Programs.Find(string)"/>. Read and wait outside: the process is an ordinary one from here on.
    /// </summary>
    /// <exception cref="LinuxException">
    /// The program is not installed (ENOENT) or may not be run, or the namespace cannot be entered.
    /// </exception>
    public static Process Start(NetworkNamespace? networkNamespace, ProcessStartInfo startInfo)
    {
        var path = Programs.Require(startInfo.FileName);
        _ = _signalThread.Value;
        Process StartHere()
        {
            var process = new Process { StartInfo = startInfo };
            var asked = startInfo.FileName;
            startInfo.FileName = path;
            try
            {
                process.Start();
                return process;
            }
            catch (Win32Exception e)
            {
                process.Dispose();
                throw Problems.CannotRun(path, e.NativeErrorCode, startInfo.WorkingDirectory);
            }
            finally
            {
                startInfo.FileName = asked;
            }
        }
        return networkNamespace is null ? StartHere() : networkNamespace.Run(StartHere);
    }

    /// <summary>
    /// The runtime makes its signal thread when it first needs one, which would be inside, for good: the namespace could then not
    /// die before we do. So it is made here, on a thread that is where it should be.
    /// </summary>
    private static bool MakeSignalThread()
    {
        using var registration = PosixSignalRegistration.Create(PosixSignal.SIGCHLD, _ => { });
        return true;
    }
}
