namespace Plumbline.Linux.Capture;

/// <summary>Takes one packet from the ring.</summary>
/// <param name="packet">Where it came from and when.</param>
/// <param name="data">Its bytes from the Ethernet header on, cut to the snap length; valid only during the
/// call.</param>
public delegate void PacketHandler(in CapturedPacket packet, ReadOnlySpan<byte> data);
