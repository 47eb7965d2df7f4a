namespace Plumbline.Packets;

/// <summary>LINKTYPE_ values that we read (the registry of pcap's link types).</summary>
internal static class LinkTypes
{
    public const int Null = 0;
    public const int Ethernet = 1;
    public const int OldRaw = 12;
    public const int OpenBsdRaw = 14;
    public const int Raw = 101;
    public const int Loop = 108;
    public const int LinuxCooked = 113;
    public const int IPv4 = 228;
    public const int IPv6 = 229;
    public const int LinuxCooked2 = 276;
}
