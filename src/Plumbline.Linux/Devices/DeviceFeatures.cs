namespace Plumbline.Linux.Devices;

/// <summary>What a device does in the kernel's stead, by the kernel's names (<c>tx-checksum-ip-generic</c>, <c>rx-lro</c> …; ethtool(8), <c>-k</c>).</summary>
/// <param name="Device">Its name.</param>
/// <param name="Active">The features that are on.</param>
public sealed record DeviceFeatures(string Device, IReadOnlySet<string> Active);
