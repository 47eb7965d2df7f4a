namespace Plumbline.Linux;

/// <summary>
/// A handle on one network namespace (network_namespaces(7)). setns(2) moves one thread, so work is done on a thread of its own
/// that ends afterwards; sockets opened there stay in that namespace, processes started there run in it.
/// </summary>
public sealed partial class NetworkNamespace : IDisposable
{
    /// <summary>The calling process's own namespace.</summary>
    /// <exception cref="LinuxException">/proc is not there.</exception>
    public static NetworkNamespace OpenCurrent() => throw new NotImplementedException();

    /// <summary>Opens the nsfs file at <paramref name="path"/> (/run/netns/NAME, /proc/PID/ns/net).</summary>
    /// <exception cref="LinuxException">No such file, no permission, or not a network namespace.</exception>
    public static NetworkNamespace Open(string path) => throw new NotImplementedException();

    /// <summary>
    /// Makes a new namespace, with <c>lo</c> up, and mounts it at <paramref name="path"/> as ip-netns(8) does (the file is created,
    /// its folder must exist).
    /// </summary>
    /// <exception cref="LinuxException">No permission, or the file exists.</exception>
    public static NetworkNamespace Create(string path) => throw new NotImplementedException();

    /// <summary>Undoes <see cref="Create"/>: unmounts and removes the file. The namespace dies with its last user.</summary>
    /// <exception cref="LinuxException">No permission, or busy.</exception>
    public static void Delete(string path) => throw new NotImplementedException();

    /// <summary>Where it was opened; null for the process's own.</summary>
    public string? Path => throw new NotImplementedException();

    /// <summary>The nsfs inode: equal numbers are one namespace.</summary>
    public ulong Inode => throw new NotImplementedException();

    /// <summary>
    /// Runs <paramref name="action"/> inside and returns what it returns. On the calling thread where that is already inside, else
    /// on a new thread. Exceptions come through as thrown.
    /// </summary>
    /// <exception cref="LinuxException">setns was refused (needs CAP_SYS_ADMIN).</exception>
    public T Run<T>(Func<T> action) => throw new NotImplementedException();

    /// <inheritdoc cref="Run{T}"/>
    public void Run(Action action) => Run(() =>
    {
        action();
        return 0;
    });

    /// <summary>Closes the handle; the namespace itself lives on.</summary>
    public void Dispose() => throw new NotImplementedException();
}
