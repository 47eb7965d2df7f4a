using Plumbline.Linux.Capture;
using Plumbline.Packets;

namespace Plumbline.Operations.Capturing;

/// <summary>
/// A filter at a place where VMs' packets pass in tunnels: it is asked about the packet as it is, and about what is inside. The kernel
/// cannot look inside, so it lets all tunnels through, and the rest is done here.
/// </summary>
internal sealed class InnerFilter(string filter)
{
    /// <summary>GRE, VXLAN (its first port number too) and Geneve.</summary>
    private const string Tunnels =
        "ip proto 47 or ip6 proto 47 or udp port 4789 or udp port 8472 or udp port 6081";

    private readonly OfflineFilter _ethernet = new(filter);
    private OfflineFilter? _raw;

    /// <summary>What the kernel is to let through.</summary>
    public static string? Widen(string? filter) => filter is null ? null : $"({Tunnels}) or ({filter})";

    /// <summary>Is it, or what is in it, what was asked for?</summary>
    public bool Accepts(ReadOnlySpan<byte> data, int originalLength)
    {
        if (_ethernet.Matches(data, originalLength, LinkTypes.Ethernet))
        {
            return true;
        }
        FrameHeaders.Read(data, LinkTypes.Ethernet, out var headers);
        if (headers.TunnelDepth == 0)
        {
            return false;
        }
        if (headers.LinkOffset > 0)
        {
            return _ethernet.Matches(data[headers.LinkOffset..], originalLength - headers.LinkOffset, LinkTypes.Ethernet);
        }
        _raw ??= new(filter);
        return _raw.Matches(data[headers.NetworkOffset..], originalLength - headers.NetworkOffset, LinkTypes.Raw);
    }
}
