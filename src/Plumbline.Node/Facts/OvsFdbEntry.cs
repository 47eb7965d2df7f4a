using Plumbline.Primitives;

namespace Plumbline.Node.Facts;

/// <summary>A line of <c>ovs-appctl fdb/show</c>.</summary>
/// <param name="Port">OpenFlow number as text, <c>LOCAL</c>, or a port's name.</param>
/// <param name="Vlan">Bridge-internal VLAN, 0 for none.</param>
/// <param name="Address">The address.</param>
/// <param name="AgeSeconds">Since it was last seen; null for a static entry.</param>
public sealed record OvsFdbEntry(string Port, int Vlan, MacAddress Address, int? AgeSeconds);
