using System.Runtime.InteropServices;

namespace Plumbline.Linux.Native;

/// <summary>signal.h: signal(2).</summary>
internal static partial class Libc
{
    public const int SIGINT = 2;
    public const int SIGPIPE = 13;
    public const nint SIG_DFL = 0;

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint signal(int number, nint handler);
}
