namespace Plumbline.Linux.Capture;

/// <summary>Takes packets of several rings.</summary>
/// <param name="packets">To be gone through; valid only during the call.</param>
public delegate void MergedPacketsHandler(ref MergedPackets packets);
