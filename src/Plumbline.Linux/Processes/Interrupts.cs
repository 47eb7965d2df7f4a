using Plumbline.Linux.Native;

namespace Plumbline.Linux.Processes;

/// <summary>SIGINT as a program that cleans up needs it.</summary>
public static class Interrupts
{
    /// <summary>
    /// Undoes an inherited "ignore SIGINT": a shell without job control gives that to every background job (POSIX sh, §2.11), and
    /// the runtime would keep it, so <c>plumb capture … &amp; kill -INT $!</c> in a script would never end. An ignored SIGHUP stays
    /// ignored: that is what nohup(1) asks for. Call it before the first PosixSignalRegistration.
    /// </summary>
    public static void Accept() => _ = Libc.signal(Libc.SIGINT, Libc.SIG_DFL);
}
