namespace Plumbline.Iptables.Simulation;

/// <summary>
/// What stands in a later fragment of IPv4 where a whole packet has its ports and flags. nftables' own expressions (iptables-nft's
/// <c>-m tcp</c> and <c>-m udp</c>) look at it: nft_payload_fast_eval() in Linux 6.18 does not ask whether the packet is a later fragment.
/// </summary>
/// <param name="First">Bytes 0 and 1, read as a source port.</param>
/// <param name="Second">Bytes 2 and 3, read as a destination port.</param>
/// <param name="Flags">Byte 13, read as TCP flags.</param>
public readonly record struct FragmentPayload(ushort First, ushort Second, byte Flags);
