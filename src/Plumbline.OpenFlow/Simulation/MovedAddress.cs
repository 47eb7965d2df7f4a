using Plumbline.Primitives;

namespace Plumbline.OpenFlow.Simulation;

/// <summary>An address whose entry in a bridge's table a packet corrected.</summary>
/// <param name="Bridge">The bridge.</param>
/// <param name="Vlan">Its VLAN, 0 to 4095.</param>
/// <param name="Address">The address.</param>
/// <param name="Recorded">OpenFlow number of the port where the table had it.</param>
/// <param name="Seen">Of the port where a packet came from it.</param>
public sealed record MovedAddress(string Bridge, int Vlan, MacAddress Address, int Recorded, int Seen);
