namespace Plumbline.Packets;

/// <summary>LINKTYPE_ values that we read (the registry of pcap's link types).</summary>
public static class LinkTypes
{
    /// <summary>BSD loopback: a 4-byte address family in the host's order.</summary>
    public const int Null = 0;
    /// <summary>Ethernet.</summary>
    public const int Ethernet = 1;
    /// <summary>Raw IP, as some systems number it.</summary>
    public const int OldRaw = 12;
    /// <summary>Raw IP of OpenBSD.</summary>
    public const int OpenBsdRaw = 14;
    /// <summary>Raw IPv4 or IPv6.</summary>
    public const int Raw = 101;
    /// <summary>OpenBSD loopback.</summary>
    public const int Loop = 108;
    /// <summary>Linux cooked capture.</summary>
    public const int LinuxCooked = 113;
    /// <summary>Raw IPv4.</summary>
    public const int IPv4 = 228;
    /// <summary>Raw IPv6.</summary>
    public const int IPv6 = 229;
    /// <summary>Linux cooked capture, version 2.</summary>
    public const int LinuxCooked2 = 276;
}
