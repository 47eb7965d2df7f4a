namespace Plumbline.Packets.Pcapng;

/// <summary>Numbers of draft-ietf-opsawg-pcapng that writer and reader share, by the draft's names.</summary>
internal static class PcapngFormat
{
    internal const uint SectionHeaderBlock = 0x0A0D_0D0A;
    internal const uint ByteOrderMagic = 0x1A2B_3C4D;
    internal const uint InterfaceDescriptionBlock = 1;
    internal const uint PacketBlock = 2; // obsolete, still found
    internal const uint SimplePacketBlock = 3;
    internal const uint NameResolutionBlock = 4;
    internal const uint InterfaceStatisticsBlock = 5;
    internal const uint EnhancedPacketBlock = 6;

    /// <summary>The draft reserves types with the highest bit for local use; readers skip what they do not know.</summary>
    internal const uint LocalFillerBlock = 0x8050_4C42;

    internal const ushort LinkTypeEthernet = 1;

    internal const ushort OptEndOfOpt = 0;
    internal const ushort OptComment = 1;
    internal const ushort ShbHardware = 2;
    internal const ushort ShbOs = 3;
    internal const ushort ShbUserAppl = 4;
    internal const ushort IfName = 2;
    internal const ushort IfDescription = 3;
    internal const ushort IfMacAddr = 6;
    internal const ushort IfTsResol = 9;
    internal const ushort IfFilter = 11;
    internal const ushort IfTsOffset = 14;
    internal const ushort EpbFlags = 2;
    internal const ushort IsbStartTime = 2;
    internal const ushort IsbEndTime = 3;
    internal const ushort IsbIfRecv = 4;
    internal const ushort IsbIfDrop = 5;
    internal const ushort IsbFilterAccept = 6;
    internal const ushort IsbUsrDeliv = 8;

    internal const ushort NrbRecordEnd = 0;
    internal const ushort NrbRecordIPv4 = 1;
    internal const ushort NrbRecordIPv6 = 2;

    /// <summary>Block type, its length, and the length again at the end.</summary>
    internal const int BlockOverhead = 12;

    /// <summary>Up to the next multiple of four.</summary>
    internal static int Padded(int length) => (length + 3) & ~3;
}
