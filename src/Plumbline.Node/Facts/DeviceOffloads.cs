namespace Plumbline.Node.Facts;

/// <summary>What a device does in the kernel's stead, as far as packets can be lost by it (ethtool(8), <c>-k</c>); null: not told.</summary>
/// <param name="Device">Its name.</param>
public sealed record DeviceOffloads(string Device)
{
    /// <summary>tx-checksumming: packets come to it without their checksum, which it fills in, or its other end never needs.</summary>
    public bool? TransmitChecksum { get; init; }

    /// <summary>tcp-segmentation-offload: packets come to it that are larger than its MTU.</summary>
    public bool? Segmentation { get; init; }

    /// <summary>large-receive-offload: it makes one packet of several, which cannot be taken apart again as they were.</summary>
    public bool? LargeReceive { get; init; }

    /// <summary>generic-receive-offload: as that, but so that they can.</summary>
    public bool? GenericReceive { get; init; }

    /// <summary>hw-tc-offload: it may forward packets that the kernel never sees.</summary>
    public bool? TrafficControl { get; init; }
}
