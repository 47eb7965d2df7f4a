namespace Plumbline.Packets.Dissection;

/// <summary>
/// Spanning tree (IEEE 802.1D §9.3, 802.1Q §14): 2 protocol, 1 version (0 STP, 2 RSTP, 3 MSTP), 1 type, 1 flags, 8 root, 4 cost, 8 bridge, 2
/// port, 2 + 2 + 2 + 2 times in 256ths of a second; from version 2 on a length of 0; MSTP then 2 length, the region, its root and its trees.
/// </summary>
internal readonly ref partial struct PacketDissector
{
    private const int BpduLength = 35;
    private const int MstpLength = 102;
    private const int MstpTreeLength = 16;

    private void Stp(int at, int end)
    {
        if (!Start("stp", at, end, 4))
        {
            return;
        }
        Hex16("stp.protocol", at);
        Number8("stp.version", at + 2);
        Hex8("stp.type", at + 3);
        if (_frame[at + 3] == 0x80)
        {
            return; // a topology change has no more
        }
        if (end - at < BpduLength)
        {
            CutShort();
            return;
        }
        Hex8("stp.flags", at + 4);
        StpFlags(at + 4, isRapid: _frame[at + 3] == 2);
        Number("stp.root.prio", (ulong)Word(at + 5) & 0xF000, at + 5, 2);
        Number("stp.root.ext", (ulong)Word(at + 5) & 0x0FFF, at + 5, 2);
        Mac("stp.root.hw", at + 7);
        Number32("stp.root.cost", at + 13);
        Number("stp.bridge.prio", (ulong)Word(at + 17) & 0xF000, at + 17, 2);
        Number("stp.bridge.ext", (ulong)Word(at + 17) & 0x0FFF, at + 17, 2);
        Mac("stp.bridge.hw", at + 19);
        Hex16("stp.port", at + 25);
        Fixed8("stp.msg_age", at + 27);
        Fixed8("stp.max_age", at + 29);
        Fixed8("stp.hello", at + 31);
        Fixed8("stp.forward", at + 33);
        if (_frame[at + 3] == 2 && end - at > BpduLength)
        {
            Number8("stp.version_1_length", at + BpduLength);
        }
        if (_frame[at + 2] >= 3 && end - at >= MstpLength)
        {
            Mstp(at, end);
        }
    }

    private void StpFlags(int at, bool isRapid)
    {
        int flags = _frame[at];
        Flag("stp.flags.tcack", (flags & 0x80) != 0, at);
        if (isRapid)
        {
            Flag("stp.flags.agreement", (flags & 0x40) != 0, at);
            Flag("stp.flags.forwarding", (flags & 0x20) != 0, at);
            Flag("stp.flags.learning", (flags & 0x10) != 0, at);
            Number("stp.flags.port_role", (ulong)flags >> 2 & 3, at, 1);
            Flag("stp.flags.proposal", (flags & 2) != 0, at);
        }
        Flag("stp.flags.tc", (flags & 1) != 0, at);
    }

    /// <summary>From 36: 2 length, 1 selector, 32 name, 2 revision, 16 digest, 4 cost, 8 bridge, 1 hops left; trees of 16 bytes.</summary>
    private void Mstp(int at, int end)
    {
        var length = Word(at + 36);
        Number16("mstp.version_3_length", at + 36);
        Number8("mstp.config_format_selector", at + 38);
        Text("mstp.config_name", at + 39, 32);
        Number16("mstp.config_revision_level", at + 71);
        Bytes("mstp.config_digest", at + 73, 16);
        Number32("mstp.cist_internal_root_path_cost", at + 89);
        Number("mstp.cist_bridge.prio", (ulong)Word(at + 93) & 0xF000, at + 93, 2);
        Number("mstp.cist_bridge.ext", (ulong)Word(at + 93) & 0x0FFF, at + 93, 2);
        Mac("mstp.cist_bridge.hw", at + 95);
        Number8("mstp.cist_remaining_hops", at + 101);
        end = Math.Min(end, at + 38 + length);
        for (at += MstpLength; end - at >= MstpTreeLength && !_fields.IsFull; at += MstpTreeLength)
        {
            Hex8("mstp.msti.flags", at);
            StpFlags(at, isRapid: true);
            Mac("mstp.msti.root.hw", at + 3);
            Number32("mstp.msti.root_cost", at + 9);
            Number8("mstp.msti.remaining_hops", at + 15);
        }
    }
}
