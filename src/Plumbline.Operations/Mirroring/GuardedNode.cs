using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Plumbline.Linux;
using Plumbline.Node;
using Plumbline.Ovsdb;

namespace Plumbline.Operations.Mirroring;

/// <summary>
/// What tells, long after a guard was started, a node that is away for a while (an ovsdb-server that restarts) from one
/// that is gone for good, with all that was ever made on it: a network namespace by its inode, not by a path that
/// another may bear by then, and the file that the database lives in. Taken down while all is well, for the guard may
/// find nothing but ruins.
/// </summary>
public sealed record GuardedNode
{
    private const int SOL_SOCKET = 1;
    private const int SO_PEERCRED = 17;

    /// <summary>
    /// Inode of the node's network namespace; null where it is that of the guard itself, which is not gone.
    /// </summary>
    public ulong? NamespaceInode { get; init; }

    /// <summary>
    /// The file that ovsdb-server keeps the rows in; null where nobody could tell (a far server, one in a container).
    /// </summary>
    public string? DatabaseFile { get; init; }

    /// <summary>The ovsdb-server of that moment.</summary>
    public ProcessIdentity? Server { get; init; }

    /// <summary>
    /// Takes down what there is to see now. Nothing of it is thrown: what cannot be seen stays null, and is waited for.
    /// </summary>
    public static GuardedNode Of(NodeAccess access)
    {
        var server = access.OvsdbEndpoint is OvsdbEndpoint.Unix socket && PeerOf(socket.Path) is { } pid
            ? ProcessIdentity.Find(pid)
            : null;
        return new()
        {
            NamespaceInode = access.NamespaceFile is { } file ? InodeOf(file) : null,
            Server = server,
            DatabaseFile = server is null ? null : DatabaseOf(server.Pid),
        };
    }

    /// <summary>
    /// No ovsdb-server will ever show the rows again: the file is gone, and so is the process that may have held it
    /// open. Asked only when no connection can be had.
    /// </summary>
    public bool IsDatabaseGone(NodeAccess access) => Server is not { IsAlive: true }
        && (DatabaseFile is { } file
            ? !File.Exists(file)
            : NamespaceInode is not null && FindNamespace(access) is null
                && access.OvsdbEndpoint is OvsdbEndpoint.Unix socket
                && !Directory.Exists(Path.GetDirectoryName(socket.Path)));

    /// <summary>
    /// The namespace, by its own path or by a process that lives in it; null where it is gone: with the last reference
    /// the kernel has deleted all devices in it.
    /// </summary>
    public string? FindNamespace(NodeAccess access)
    {
        if (access.NamespaceFile is { } path && InodeOf(path) == NamespaceInode)
        {
            return path;
        }
        var wanted = string.Create(CultureInfo.InvariantCulture, $"net:[{NamespaceInode}]");
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (char.IsAsciiDigit(Path.GetFileName(folder)[0]) && LinkOf(folder + "/ns/net") == wanted)
            {
                return folder + "/ns/net";
            }
        }
        return null;
    }

    private static ulong? InodeOf(string path)
    {
        try
        {
            using var opened = NetworkNamespace.Open(path);
            return opened.Inode;
        }
        catch (LinuxException)
        {
            return null; // no such file, or no namespace any more: an nsfs file that was unmounted is an empty one
        }
    }

    /// <summary>
    /// The process that listens on a socket (unix(7), SO_PEERCRED); null where none does, or one in another PID
    /// namespace.
    /// </summary>
    private static int? PeerOf(string path)
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(path));
            Span<byte> credentials = stackalloc byte[12]; // struct ucred: pid, uid, gid
            socket.GetRawSocketOption(SOL_SOCKET, SO_PEERCRED, credentials);
            return MemoryMarshal.Read<int>(credentials) is > 0 and var pid ? pid : null;
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            return null; // not there, or a path that is too long for a socket
        }
    }

    /// <summary>
    /// The database among the files that a process has open, if our own file system shows it under that path.
    /// </summary>
    private static string? DatabaseOf(int pid)
    {
        var folder = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}");
        if (LinkOf(folder + "/ns/mnt") is not { } mounts || mounts != LinkOf("/proc/self/ns/mnt"))
        {
            return null; // its paths are not ours
        }
        try
        {
            foreach (var open in Directory.EnumerateFileSystemEntries(folder + "/fd"))
            {
                if (LinkOf(open) is ['/', ..] path && IsDatabase(path))
                {
                    return path;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // another user's
        }
        return null;
    }

    /// <summary>ovsdb(5): each record of the file begins with <c>OVSDB JSON</c> or <c>OVSDB CLUSTER</c>.</summary>
    private static bool IsDatabase(string path)
    {
        if (path.StartsWith("/dev/", StringComparison.Ordinal) || !File.Exists(path))
        {
            return false;
        }
        using var file = File.OpenHandle(path);
        Span<byte> start = stackalloc byte[6];
        return RandomAccess.Read(file, start, 0) == start.Length && start.SequenceEqual("OVSDB "u8);
    }

    private static string? LinkOf(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // ended meanwhile, or another user's
        }
    }
}
