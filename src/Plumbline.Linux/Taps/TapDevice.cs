using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Plumbline.Linux.Native;

namespace Plumbline.Linux.Taps;

/// <summary>
/// A tap device (linux/Documentation/networking/tuntap.rst) that lives as long as this object: what the kernel sends on the link is
/// read here, what is written here the kernel receives on the link. Not persistent, as QEMU's: it goes with the process.
/// </summary>
public sealed class TapDevice : IDisposable
{
    private TapDevice(SafeFileHandle file, string name)
    {
        File = file;
        Name = name;
    }

    /// <summary>The link's name.</summary>
    public string Name { get; }

    internal SafeFileHandle File { get; }

    /// <summary>Makes the link, down, in <paramref name="networkNamespace"/> (null: the calling thread's).</summary>
    /// <exception cref="LinuxException">The name is taken, the kernel has no tun driver, or no permission.</exception>
    public static TapDevice Create(NetworkNamespace? networkNamespace, string name)
    {
        if (Encoding.UTF8.GetByteCount(name) is 0 or > 15)
        {
            throw new ArgumentException("a link's name has 1 to 15 bytes", nameof(name));
        }
        return networkNamespace is null ? CreateHere(name) : networkNamespace.Run(() => CreateHere(name));
    }

    /// <summary>Closes it; the link is gone.</summary>
    public void Dispose() => File.Dispose();

    private static TapDevice CreateHere(string name)
    {
        var file = Libc.open(Tun.Device, Tun.O_RDWR | Libc.O_CLOEXEC | Libc.O_NONBLOCK, 0);
        if (file.IsInvalid)
        {
            var errno = Libc.Errno;
            file.Dispose();
            throw Problems.Refused($"open {Tun.Device}", errno, fix: errno == Libc.ENOENT ? "modprobe tun" : null);
        }
        var request = default(Tun.ifreq);
        Span<byte> bytes = request;
        Encoding.UTF8.GetBytes(name, bytes);
        BinaryPrimitives.WriteInt16LittleEndian(bytes[Tun.ifreq.FlagsOffset..], Tun.IFF_TAP | Tun.IFF_NO_PI);
        if (Tun.ioctl(file, Tun.TUNSETIFF, ref request) != 0)
        {
            var errno = Libc.Errno;
            file.Dispose();
            throw Problems.Refused($"create tap \"{name}\"", errno);
        }
        return new(file, name);
    }
}
