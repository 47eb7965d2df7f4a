using Plumbline.Linux.Native;

namespace Plumbline.Linux;

/// <summary>The session of terminal and jobs that this process belongs to (setsid(2), credentials(7)).</summary>
public static class ProcessSession
{
    /// <summary>
    /// Leaves the terminal: its interrupts and its hang-up do not reach this process any more. Does nothing for the leader of a
    /// process group, whom setsid(2) refuses.
    /// </summary>
    public static void Detach() => _ = Libc.setsid();
}
