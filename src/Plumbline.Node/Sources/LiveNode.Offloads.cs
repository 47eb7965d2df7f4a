using Plumbline.Linux;
using Plumbline.Linux.Devices;
using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources;

public static partial class LiveNode
{
    /// <summary>More devices are not asked: a question takes about a microsecond.</summary>
    private const int MostOffloads = 20_000;

    private const int Ethernet = 1;

    /// <summary>Of hardware, of taps and of veths, by which packets come that were made without a checksum, or larger than the wire takes.</summary>
    private static List<DeviceOffloads> ReadOffloads(NetworkNamespace opened, IReadOnlyList<Link> links)
    {
        var devices = new List<string>();
        foreach (var link in links)
        {
            if (link is { HardwareType: Ethernet, Kind: null or "veth" or "tun" or "bond" or "team" } && devices.Count < MostOffloads)
            {
                devices.Add(link.Name);
            }
        }
        var offloads = new List<DeviceOffloads>(devices.Count);
        foreach (var (device, active) in FeatureReader.Read(opened, devices))
        {
            offloads.Add(new(device)
            {
                TransmitChecksum = active.Contains("tx-checksum-ip-generic") || active.Contains("tx-checksum-ipv4") || active.Contains("tx-checksum-ipv6"),
                Segmentation = active.Contains("tx-tcp-segmentation"),
                LargeReceive = active.Contains("rx-lro"),
                GenericReceive = active.Contains("rx-gro"),
                TrafficControl = active.Contains("hw-tc-offload"),
            });
        }
        return offloads;
    }
}
