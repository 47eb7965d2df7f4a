namespace Plumbline.Iptables.Simulation;

/// <summary>One entry of a set: up to two addresses or prefixes, and one small element
/// (protocol and port, MAC or mark). The lengths belong to it: 10.1.0.0/24 is not 10.1.0.0/16.</summary>
internal readonly record struct SetKey(UInt128 First, UInt128 Second, ulong Element, byte FirstLength, byte SecondLength);
