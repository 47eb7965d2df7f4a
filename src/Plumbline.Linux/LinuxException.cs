using Plumbline.Primitives;

namespace Plumbline.Linux;

/// <summary>The kernel refused a call.</summary>
public sealed class LinuxException : ProblemException
{
    /// <summary>Wraps what the kernel said; <paramref name="errno"/> is the positive C error number, 0 where none applies.</summary>
    public LinuxException(Problem problem, int errno = 0, Exception? inner = null)
        : base(problem, ExitStatus.BadInput, inner) => Errno = errno;

    /// <summary>The positive C error number (errno(3)); 0 where none applies.</summary>
    public int Errno { get; }
}
