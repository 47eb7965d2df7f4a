using System.Runtime.InteropServices;

namespace Plumbline.Linux.Native;

/// <summary>errno.h, string.h: numbers as on every Linux that .NET runs on.</summary>
internal static partial class Libc
{
    public const int EPERM = 1;
    public const int ENOENT = 2;
    public const int ESRCH = 3;
    public const int EINTR = 4;
    public const int EIO = 5;
    public const int ENXIO = 6;
    public const int ENOEXEC = 8;
    public const int EAGAIN = 11;
    public const int EACCES = 13;
    public const int EBUSY = 16;
    public const int EEXIST = 17;
    public const int ENODEV = 19;
    public const int ENOTDIR = 20;
    public const int EINVAL = 22;
    public const int ERANGE = 34;
    public const int ENOTSUPP = 524;
    public const int ENETDOWN = 100;
    public const int ENOBUFS = 105;
    public const int EOPNOTSUPP = 95;
    public const int EAFNOSUPPORT = 97;

    /// <summary>errno of the last call on this thread that was declared with SetLastError.</summary>
    public static int Errno => Marshal.GetLastPInvokeError();

    /// <summary>strerror(3). ENOTSUPP is the kernel's own and has no text in the C library.</summary>
    public static string TextOf(int errno) =>
        errno == ENOTSUPP ? "Operation not supported" : Marshal.GetPInvokeErrorMessage(errno);
}
