using System.Runtime.InteropServices;

namespace Plumbline.Linux.Native;

/// <summary>unistd.h: setsid(2).</summary>
internal static partial class Libc
{
    [LibraryImport("libc", SetLastError = true)]
    public static partial int setsid();
}
