namespace Plumbline.Linux.Capture;

/// <summary>
/// Walks the blocks of a TPACKET_V3 receive ring (Documentation/networking/packet_mmap.rst). Knows bytes, no sockets.
/// <code>
/// struct tpacket_block_desc           struct tpacket3_hdr, one a packet
///  0 u32 version                       0 u32 tp_next_offset   20 u32 tp_status
///  4 u32 offset_to_priv                4 u32 tp_sec           24 u16 tp_mac
///  8 u32 block_status                  8 u32 tp_nsec          26 u16 tp_net
/// 12 u32 num_pkts                     12 u32 tp_snaplen       32 u32 tp_vlan_tci
/// 16 u32 offset_to_first_pkt          16 u32 tp_len           36 u16 tp_vlan_tpid
/// 20 u32 blk_len                      48 struct sockaddr_ll (58 u8 sll_pkttype)
/// </code>
/// The kernel fills one block at a time, in order, and hands it over (TP_STATUS_USER) when it is full or when its
/// retire timer fires and there is a packet in it; we hand it back by writing TP_STATUS_KERNEL.
/// </summary>
internal sealed unsafe partial class PacketRing(nint memory, int blockSize, int blockCount)
{
    private const uint TP_STATUS_KERNEL = 0;
    private const uint TP_STATUS_USER = 1;
    private const int StatusOffset = 8;
    private const int PacketCountOffset = 12;
    private const int FirstPacketOffset = 16;

    private int _index;
    private int _held;
    private bool _isOpen;
    private byte* _next;
    private uint _left;

    /// <summary>Blocks in the ring.</summary>
    public int BlockCount => blockCount;

    /// <summary>A packet can be read without waiting.</summary>
    public bool IsReady => _left > 0 || _held < blockCount && (Status & TP_STATUS_USER) != 0;

    /// <summary>
    /// Neither a block that was handed over nor a packet in the block that the kernel fills now: says that all was read
    /// once no new packet can come. num_pkts of a block in the kernel's hands may be read: it only grows, and
    /// <see cref="CloseBlock"/> left 0.
    /// </summary>
    public bool IsEmpty => !_isOpen && _held < blockCount && Status == TP_STATUS_KERNEL && Volatile.Read(ref Field(PacketCountOffset)) == 0;

    private uint Status => Volatile.Read(ref Field(StatusOffset));

    /// <summary>
    /// Opens the next block that the kernel handed over, or stays in one that was not read to its end.
    /// </summary>
    public bool OpenBlock()
    {
        if (_isOpen)
        {
            return true;
        }
        if ((Status & TP_STATUS_USER) == 0)
        {
            return false;
        }
        _isOpen = true;
        _left = Field(PacketCountOffset);
        _next = Block + Field(FirstPacketOffset);
        return true;
    }

    /// <summary>The packets of the open block that were not read yet.</summary>
    public PacketBlock Rest(int snapLength, long lastNanoseconds, bool skipsOutgoing) =>
        new(_next, _left, snapLength, lastNanoseconds, skipsOutgoing);

    /// <summary>What <see cref="Rest"/> gave was read so far.</summary>
    public void ReadUpTo(in PacketBlock block)
    {
        _next = block.Next;
        _left = (uint)block.Left;
    }

    /// <summary>Hands the open block back to the kernel.</summary>
    public void CloseBlock()
    {
        _left = 0;
        _isOpen = false;
        Field(PacketCountOffset) = 0;
        Volatile.Write(ref Field(StatusOffset), TP_STATUS_KERNEL);
        _index = (_index + 1) % blockCount;
    }

    private static long Timestamp(byte* header) => *(uint*)(header + 4) * 1_000_000_000L + *(uint*)(header + 8);

    private byte* Block => (byte*)memory + (nint)((_index + _held) % blockCount) * blockSize;

    private ref uint Field(int offset) => ref *(uint*)(Block + offset);
}
