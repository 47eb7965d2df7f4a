namespace Plumbline.Linux.Files;

/// <summary>How many bytes at the start of <paramref name="bytes"/> are whole records; the rest is one that was cut off.</summary>
public delegate int WholeRecords(ReadOnlySpan<byte> bytes);
