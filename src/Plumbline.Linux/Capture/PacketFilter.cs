namespace Plumbline.Linux.Capture;

/// <summary>Filters in tcpdump's syntax (pcap-filter(7)), compiled by libpcap.</summary>
public static partial class PacketFilter
{
    /// <summary>Checks <paramref name="expression"/> without a device; returns libpcap's complaint, or null where it is good.</summary>
    /// <exception cref="LinuxException">libpcap is not installed.</exception>
    public static string? FindError(string expression) => throw new NotImplementedException();
}
