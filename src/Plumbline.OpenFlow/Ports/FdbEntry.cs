using Plumbline.Primitives;

namespace Plumbline.OpenFlow.Ports;

/// <summary>Where a bridge has learned an address.</summary>
/// <param name="Port">OpenFlow number.</param>
/// <param name="Vlan">0 to 4095; 0 for untagged.</param>
/// <param name="Address">The address.</param>
/// <param name="Age">Seconds since it was last seen; null for one that was set by hand.</param>
public sealed record FdbEntry(int Port, int Vlan, MacAddress Address, int? Age);
