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
    public static TapDevice Create(NetworkNamespace? networkNamespace, string name) =>
        Create(networkNamespace, name, hasOffloadHeader: false);

    /// <summary>As above.</summary>
    /// <param name="networkNamespace">Null: the calling thread's.</param>
    /// <param name="name">The link's.</param>
    /// <param name="hasOffloadHeader">
    /// As QEMU does for a virtio device (IFF_VNET_HDR): a <c>struct virtio_net_hdr</c> of 10 bytes (linux/virtio_net.h)
    /// stands before each frame in both directions.
    /// </param>
    /// <exception cref="LinuxException">As above.</exception>
    public static TapDevice Create(NetworkNamespace? networkNamespace, string name, bool hasOffloadHeader)
    {
        if (Encoding.UTF8.GetByteCount(name) is 0 or > 15)
        {
            throw new ArgumentException("a link's name has 1 to 15 bytes", nameof(name));
        }
        var flags = Tun.IFF_TAP | Tun.IFF_NO_PI | (hasOffloadHeader ? Tun.IFF_VNET_HDR : 0);
        return networkNamespace is null
            ? CreateHere(name, (short)flags)
            : networkNamespace.Run(() => CreateHere(name, (short)flags));
    }

    /// <summary>
    /// What a guest does that sends <paramref name="frame"/>: the kernel receives it on this link, and has carried it as far as it goes
    /// (bridge, filters, the other taps' queues) when this returns.
    /// </summary>
    /// <returns>False where the link is down.</returns>
    /// <exception cref="LinuxException">The kernel refuses it: shorter than an Ethernet header, say.</exception>
    public bool Send(ReadOnlySpan<byte> frame)
    {
        var sent = Libc.write(File, frame, frame.Length);
        return sent >= 0 ? true : Libc.Errno == Libc.EIO ? false : throw Problems.Refused($"send a frame on \"{Name}\"", Libc.Errno);
    }

    /// <summary>Takes the oldest frame that the kernel sent on this link, if there is one; does not wait.</summary>
    /// <param name="frame">Where to; a longer frame is cut.</param>
    /// <param name="length">Bytes.</param>
    /// <exception cref="LinuxException">The link is gone.</exception>
    public bool TryReceive(Span<byte> frame, out int length)
    {
        length = (int)Libc.read(File, frame, frame.Length);
        return length >= 0 ? true : Libc.Errno == Libc.EAGAIN ? false : throw Problems.Refused($"read frames of \"{Name}\"", Libc.Errno);
    }

    /// <summary>Closes it; the link is gone.</summary>
    public void Dispose() => File.Dispose();

    private static TapDevice CreateHere(string name, short flags)
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
        BinaryPrimitives.WriteInt16LittleEndian(bytes[Tun.ifreq.FlagsOffset..], flags);
        if (Tun.ioctl(file, Tun.TUNSETIFF, ref request) != 0)
        {
            var errno = Libc.Errno;
            file.Dispose();
            throw Problems.Refused($"create tap \"{name}\"", errno);
        }
        return new(file, name);
    }
}
