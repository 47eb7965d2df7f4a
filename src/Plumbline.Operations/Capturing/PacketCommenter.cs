using Plumbline.Diagnosis.Capturing;
using Plumbline.Linux.Capture;

namespace Plumbline.Operations.Capturing;

/// <summary>What is to be said of a packet in the file; null: nothing. Called by the reading thread for every packet that is kept.</summary>
/// <param name="point">Where it was read.</param>
/// <param name="packet">When, and which way.</param>
/// <param name="data">Its bytes; valid only during the call.</param>
public delegate string? PacketCommenter(CapturePoint point, in CapturedPacket packet, ReadOnlySpan<byte> data);
