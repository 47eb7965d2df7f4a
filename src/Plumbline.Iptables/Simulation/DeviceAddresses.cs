namespace Plumbline.Iptables.Simulation;

/// <summary>The addresses of one device, in the kernel's order, without secondary ones.</summary>
/// <param name="Device">Its name.</param>
/// <param name="Addresses">Of both families.</param>
public sealed record DeviceAddresses(string Device, IReadOnlyList<DeviceAddress> Addresses);
