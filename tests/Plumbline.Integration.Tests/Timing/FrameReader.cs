using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Plumbline.Integration.Tests.Timing;

/// <summary>
/// Reads frames of packet sockets with PACKET_AUXDATA. The kernel takes a received frame's outer VLAN tag out of its bytes and tells it beside
/// them (tpacket_auxdata of packet(7)); here it is put back.
/// </summary>
internal sealed class FrameReader
{
    private const int Tag = 4;
    private const int MSG_DONTWAIT = 0x40;
    private const int TP_STATUS_VLAN_VALID = 0x10;

    private readonly byte[] _control = GC.AllocateArray<byte>(64, pinned: true);
    private readonly nint[] _vector = GC.AllocateArray<nint>(2, pinned: true); // struct iovec

    /// <summary>What was read last; its first bytes.</summary>
    public byte[] Buffer { get; } = GC.AllocateArray<byte>(70_000, pinned: true);

    /// <summary>The next frame.</summary>
    /// <returns>Its bytes; 0 or less where there is none.</returns>
    public int Read(Socket socket)
    {
        _vector[0] = Marshal.UnsafeAddrOfPinnedArrayElement(Buffer, 0);
        _vector[1] = Buffer.Length - Tag;
        var message = new Message
        {
            Vectors = Marshal.UnsafeAddrOfPinnedArrayElement(_vector, 0),
            VectorCount = 1,
            Control = Marshal.UnsafeAddrOfPinnedArrayElement(_control, 0),
            ControlLength = (nuint)_control.Length,
        };
        var length = (int)recvmsg((int)socket.Handle, ref message, MSG_DONTWAIT);
        // cmsghdr (16), status, length, snapped (4 each), mac and net offsets, tag and its type (2 each)
        if (length < 12 || message.ControlLength < 36 || (BitConverter.ToInt32(_control, 16) & TP_STATUS_VLAN_VALID) == 0)
        {
            return length;
        }
        Buffer.AsSpan(12, length - 12).CopyTo(Buffer.AsSpan(12 + Tag));
        BinaryPrimitives.WriteUInt16BigEndian(Buffer.AsSpan(12), BitConverter.ToUInt16(_control, 34));
        BinaryPrimitives.WriteUInt16BigEndian(Buffer.AsSpan(14), BitConverter.ToUInt16(_control, 32));
        return length + Tag;
    }

    [DllImport("libc")]
    private static extern nint recvmsg(int descriptor, ref Message message, int flags);

    /// <summary>struct msghdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Message
    {
        public nint Name;
        public uint NameLength;
        public nint Vectors;
        public nuint VectorCount;
        public nint Control;
        public nuint ControlLength;
        public int Flags;
    }
}
