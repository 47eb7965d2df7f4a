using System.Runtime.ExceptionServices;
using Microsoft.Win32.SafeHandles;
using Plumbline.Linux.Native;

namespace Plumbline.Linux;

/// <summary>
/// A handle on one network namespace (network_namespaces(7)). setns(2) moves one thread, so work is done on a thread of its own
/// that ends afterwards; sockets opened there stay in that namespace, processes started there run in it.
/// </summary>
/// <remarks>
/// A thread is born in the namespace of the thread that makes it. So nothing that runs inside may start a thread, a task, a timer
/// or asynchronous I/O: the pool's new thread would stay inside for good, keep the namespace alive, and open the sockets of
/// whoever comes next in the wrong place. Open the socket or start the process inside, hand it out, and wait for it outside.
/// </remarks>
public sealed partial class NetworkNamespace : IDisposable
{
    /// <summary>The calling thread's namespace. /proc/self would show the main thread's.</summary>
    private const string OwnPath = "/proc/thread-self/ns/net";

    private readonly SafeFileHandle _file;

    private NetworkNamespace(SafeFileHandle file, string? path)
    {
        _file = file;
        Path = path;
        Inode = Libc.InodeOf(file);
    }

    /// <summary>The namespace that the calling thread is in: outside <see cref="Run{T}"/>, the process's own.</summary>
    /// <exception cref="LinuxException">/proc is not there.</exception>
    public static NetworkNamespace OpenCurrent() => new(OpenChecked(OwnPath), null);

    /// <summary>Opens the nsfs file at <paramref name="path"/> (/run/netns/NAME, /proc/PID/ns/net).</summary>
    /// <exception cref="LinuxException">No such file, no permission, or not a network namespace.</exception>
    public static NetworkNamespace Open(string path) => new(OpenChecked(path), path);

    /// <summary>Where it was opened; null for the process's own.</summary>
    public string? Path { get; }

    /// <summary>The nsfs inode: equal numbers are one namespace.</summary>
    public ulong Inode { get; }

    /// <summary>The open nsfs file, for requests that name a namespace by descriptor (IFLA_NET_NS_FD).</summary>
    internal SafeFileHandle File
    {
        get
        {
            ObjectDisposedException.ThrowIf(_file.IsClosed, this); // its number may be another file's by now
            return _file;
        }
    }

    /// <summary>
    /// Runs <paramref name="action"/> inside and returns what it returns. On the calling thread where that is already inside, else
    /// on a new thread. Exceptions come through as thrown.
    /// </summary>
    /// <exception cref="LinuxException">setns was refused (needs CAP_SYS_ADMIN).</exception>
    public T Run<T>(Func<T> action)
    {
        ObjectDisposedException.ThrowIf(_file.IsClosed, this);
        if (Libc.InodeOf(OwnPath) == Inode)
        {
            return action();
        }
        T result = default!; // read only where the thread ended without an exception, so it has been set
        OnThread(() =>
        {
            Enter();
            result = action();
        });
        return result;
    }

    /// <inheritdoc cref="Run{T}"/>
    public void Run(Action action) => Run(() =>
    {
        action();
        return 0;
    });

    /// <summary>Moves the calling thread inside for the rest of its life.</summary>
    /// <exception cref="LinuxException">setns was refused (needs CAP_SYS_ADMIN).</exception>
    internal void Enter()
    {
        if (Libc.setns(_file, Libc.CLONE_NEWNET) != 0)
        {
            throw Problems.Refused("enter the network namespace", Libc.Errno, Path);
        }
    }

    /// <summary>Closes the handle; the namespace itself lives on.</summary>
    public void Dispose() => _file.Dispose();

    private static void OnThread(Action action)
    {
        ExceptionDispatchInfo? thrown = null;
        var thread = new Thread(() =>
        {
            try
            {
                action();
            }
            catch (Exception exception)
            {
                thrown = ExceptionDispatchInfo.Capture(exception);
            }
        })
        { IsBackground = true, Name = "namespace" };
        thread.UnsafeStart();
        thread.Join();
        thrown?.Throw();
    }

    /// <summary>
    /// Looks with O_PATH first: a plain open of a stranger's file may block (a pipe) or act (a device).
    /// </summary>
    private static SafeFileHandle OpenChecked(string path)
    {
        using (var look = Libc.open(path, Libc.O_PATH | Libc.O_CLOEXEC, 0))
        {
            if (look.IsInvalid)
            {
                throw Problems.CannotOpenNamespace(path, Libc.Errno);
            }
            if (Libc.FileSystemOf(look) != Libc.NSFS_MAGIC)
            {
                throw Problems.NoNamespace(path, "it is an ordinary file, nothing is mounted there");
            }
        }
        var file = Libc.open(path, Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        if (file.IsInvalid)
        {
            var errno = Libc.Errno;
            file.Dispose();
            throw Problems.CannotOpenNamespace(path, errno);
        }
        if (Libc.ioctl(file, Libc.NS_GET_NSTYPE) != Libc.CLONE_NEWNET)
        {
            file.Dispose();
            throw Problems.NoNamespace(path, "it is a namespace of another type");
        }
        return file;
    }
}
