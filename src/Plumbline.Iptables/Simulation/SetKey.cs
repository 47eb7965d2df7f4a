namespace Plumbline.Iptables.Simulation;

/// <summary>One entry of a set: up to two addresses or prefixes, and one small element (protocol and port, MAC or mark).</summary>
internal readonly record struct SetKey(UInt128 First, UInt128 Second, ulong Element);
