using System.Text;
using Plumbline.Linux.Native;

namespace Plumbline.Linux;

/// <summary>
/// Kernel settings below /proc/sys (proc_sys(5)). Those of <c>net</c> are of the network namespace of the thread that opens them,
/// whoever mounted /proc.
/// </summary>
/// <remarks>
/// A key is written as in sysctl(8): segments with dots, or, where its first separator is a slash, with slashes; then a dot is part
/// of a name, as in the device <c>eth0.100</c>. <see cref="OfDevice"/> writes such a key.
/// </remarks>
public static class Sysctl
{
    /// <summary>
    /// The key of a device's setting, whatever its name: <c>net/FAMILY/conf/DEVICE/NAME</c>, as <c>("ipv6", "qbr1", "disable_ipv6")</c>.
    /// </summary>
    public static string OfDevice(string family, string device, string name) => $"net/{family}/conf/{device}/{name}";

    /// <summary>The setting without its line end; null where there is none of that name (no such device, module not loaded).</summary>
    /// <param name="networkNamespace">Null: the calling thread's.</param>
    /// <param name="key">See above.</param>
    /// <exception cref="LinuxException">It cannot be read, or the namespace cannot be entered.</exception>
    public static string? Read(NetworkNamespace? networkNamespace, string key)
    {
        var path = PathOf(key);
        return networkNamespace is null ? Read(path) : networkNamespace.Run(() => Read(path));
    }

    /// <summary>Sets it.</summary>
    /// <param name="networkNamespace">Null: the calling thread's.</param>
    /// <param name="key">See above.</param>
    /// <param name="value">As the kernel wants it.</param>
    /// <returns>False where there is none of that name (no such device, module not loaded).</returns>
    /// <exception cref="LinuxException">No permission, a value that the kernel does not take, or the namespace cannot be entered.</exception>
    public static bool Write(NetworkNamespace? networkNamespace, string key, string value)
    {
        var path = PathOf(key);
        return networkNamespace is null ? Write(path, value) : networkNamespace.Run(() => Write(path, value));
    }

    internal static string PathOf(string key)
    {
        var separator = key.AsSpan().IndexOfAny('.', '/');
        var segments = key.Split(separator < 0 ? '.' : key[separator]);
        if (segments.Any(segment => segment is "" or "." or ".." || segment.Contains('/')))
        {
            throw new ArgumentException($"\"{key}\" is no sysctl key", nameof(key));
        }
        return $"/proc/sys/{string.Join('/', segments)}";
    }

    private static string? Read(string path)
    {
        using var file = Libc.open(path, Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        if (file.IsInvalid)
        {
            return Libc.Errno is Libc.ENOENT or Libc.ENOTDIR ? null : throw Problems.Refused($"read \"{path}\"", Libc.Errno);
        }
        Span<byte> buffer = stackalloc byte[4096]; // the kernel itself keeps to a page
        var length = Libc.read(file, buffer, buffer.Length);
        return length < 0
            ? throw Problems.Refused($"read \"{path}\"", Libc.Errno)
            : Encoding.UTF8.GetString(buffer[..(int)length]).TrimEnd('\n');
    }

    private static bool Write(string path, string value)
    {
        using var file = Libc.open(path, Libc.O_WRONLY | Libc.O_CLOEXEC, 0);
        if (file.IsInvalid)
        {
            return Libc.Errno is Libc.ENOENT or Libc.ENOTDIR
                ? false
                : throw Problems.Refused($"write \"{value}\" to \"{path}\"", Libc.Errno);
        }
        var bytes = Encoding.UTF8.GetBytes(value + "\n"); // in one write: the kernel reads no more than the first
        return Libc.write(file, bytes, bytes.Length) == bytes.Length
            ? true
            : throw Problems.Refused($"write \"{value}\" to \"{path}\"", Libc.Errno);
    }
}
