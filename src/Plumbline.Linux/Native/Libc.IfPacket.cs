using System.Runtime.InteropServices;

namespace Plumbline.Linux.Native;

/// <summary>linux/if_packet.h: packet(7).</summary>
internal static partial class Libc
{
    public const ushort ETH_P_ALL = 3;
    public const int SO_ERROR = 4;

    public const int SOL_PACKET = 263;
    public const int PACKET_ADD_MEMBERSHIP = 1;
    public const int PACKET_RX_RING = 5;
    public const int PACKET_STATISTICS = 6;
    public const int PACKET_VERSION = 10;
    public const int PACKET_RESERVE = 12;
    public const int PACKET_IGNORE_OUTGOING = 23;
    public const int TPACKET_V3 = 2;
    public const ushort PACKET_MR_PROMISC = 1;

    /// <summary>20 bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public unsafe struct sockaddr_ll
    {
        public ushort sll_family;
        public ushort sll_protocol; // big-endian
        public int sll_ifindex;
        public ushort sll_hatype;
        public byte sll_pkttype;
        public byte sll_halen;
        public fixed byte sll_addr[8];
    }

    /// <summary>28 bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct tpacket_req3
    {
        public uint tp_block_size;
        public uint tp_block_nr;
        public uint tp_frame_size;
        public uint tp_frame_nr;
        public uint tp_retire_blk_tov; // ms
        public uint tp_sizeof_priv;
        public uint tp_feature_req_word;
    }

    /// <summary>12 bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct tpacket_stats_v3
    {
        public uint tp_packets;
        public uint tp_drops;
        public uint tp_freeze_q_cnt;
    }

    /// <summary>16 bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public unsafe struct packet_mreq
    {
        public int mr_ifindex;
        public ushort mr_type;
        public ushort mr_alen;
        public fixed byte mr_address[8];
    }
}
