namespace Plumbline.Linux.Capture;

/// <summary>PACKET_STATISTICS, summed since the start.</summary>
/// <param name="Received">Packets that passed the filter, dropped ones included.</param>
/// <param name="Dropped">Of those, dropped because the ring was full.</param>
public readonly record struct PacketCaptureStatistics(ulong Received, ulong Dropped);
