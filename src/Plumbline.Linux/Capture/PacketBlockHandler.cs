namespace Plumbline.Linux.Capture;

/// <summary>Takes packets that arrived together, by going through <paramref name="block"/>; what it does not go through is lost.</summary>
/// <param name="block">Valid only during the call.</param>
public delegate void PacketBlockHandler(ref PacketBlock block);
