namespace Plumbline.Iptables.Simulation;

/// <summary>One direction of a connection as conntrack keeps it (struct nf_conntrack_tuple).</summary>
/// <param name="Protocol">IANA number.</param>
/// <param name="Source">Source address.</param>
/// <param name="Destination">Destination address.</param>
/// <param name="SourcePart">Source port; of ICMP the identifier; of protocols without either 0.</param>
/// <param name="DestinationPart">Destination port; of ICMP type and code, type in the high byte; of others 0.</param>
public sealed record ConntrackTuple(byte Protocol, UInt128 Source, UInt128 Destination, ushort SourcePart, ushort DestinationPart);
