namespace Plumbline.Packets.Dissection;

/// <summary>A field of a dissected packet.</summary>
/// <param name="Layer">Number of its layer.</param>
/// <param name="Name">Wireshark's name of it: <c>ip.ttl</c>.</param>
/// <param name="Kind">How it is told.</param>
/// <param name="Value">The number; for Text and IPv6 0; for Name the start of the message.</param>
/// <param name="Offset">Where in the frame.</param>
/// <param name="Length">Bytes; for Hex the digits to show.</param>
public readonly record struct Field(int Layer, string Name, FieldKind Kind, ulong Value, int Offset, int Length);
