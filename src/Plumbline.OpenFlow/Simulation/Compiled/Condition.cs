namespace Plumbline.OpenFlow.Simulation.Compiled;

/// <summary>Bits of a slot that must be so.</summary>
internal readonly record struct Condition(int Slot, UInt128 Value, UInt128 Mask);
