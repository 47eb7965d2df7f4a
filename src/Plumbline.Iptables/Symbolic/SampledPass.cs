namespace Plumbline.Iptables.Symbolic;

/// <summary>A packet that was tried and passed.</summary>
/// <param name="By">The rule or policy that let it pass; null: no filter table was asked.</param>
/// <param name="Packet">The packet.</param>
public sealed record SampledPass(DecidingRule? By, SymbolicPacket Packet);
