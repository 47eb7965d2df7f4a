namespace Plumbline.Linux.Capture;

/// <summary>Takes one packet of several rings.</summary>
/// <param name="index">Which capture it came from.</param>
/// <param name="packet">Where it came from and when.</param>
/// <param name="data">As of <see cref="PacketHandler"/>: valid only during the call.</param>
public delegate void MergedPacketHandler(int index, in CapturedPacket packet, ReadOnlySpan<byte> data);
