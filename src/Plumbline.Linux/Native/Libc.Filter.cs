using System.Runtime.InteropServices;

namespace Plumbline.Linux.Native;

/// <summary>linux/filter.h: classic BPF.</summary>
internal static partial class Libc
{
    public const int SO_ATTACH_FILTER = 26;

    /// <summary>BPF_RET | BPF_K: keep <c>k</c> bytes of the packet, 0 refuses it.</summary>
    public const ushort BPF_RET_K = 0x06;

    /// <summary>8 bytes; libpcap's <c>struct bpf_insn</c> is the same.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct sock_filter
    {
        public ushort code;
        public byte jt;
        public byte jf;
        public uint k;
    }

    /// <summary>16 bytes on 64 bit.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public unsafe struct sock_fprog
    {
        public ushort len;
        public sock_filter* filter;
    }
}
