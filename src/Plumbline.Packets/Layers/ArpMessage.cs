using System.Buffers.Binary;
using System.Net;
using Plumbline.Primitives;

namespace Plumbline.Packets.Layers;

/// <summary>
/// RFC 826 for Ethernet and IPv4: 2 hardware type, 2 protocol type, 1 + 1 lengths, 2 operation, 6 + 4 sender, 6 + 4
/// target. RARP (RFC 903) has the same layout.
/// </summary>
internal readonly record struct ArpMessage(
    ArpOperation Operation,
    MacAddress SenderMac,
    IPAddress SenderAddress,
    MacAddress TargetMac,
    IPAddress TargetAddress)
{
    public const int Length = 28;

    /// <summary>False where it is short or about other kinds of addresses.</summary>
    public static bool TryRead(ReadOnlySpan<byte> data, out ArpMessage message)
    {
        message = default;
        if (data.Length < Length || data[4] != 6 || data[5] != 4)
        {
            return false;
        }
        message = new(
            (ArpOperation)BinaryPrimitives.ReadUInt16BigEndian(data[6..]),
            MacAddress.Read(data[8..]),
            new IPAddress(data.Slice(14, 4)),
            MacAddress.Read(data[18..]),
            new IPAddress(data.Slice(24, 4)));
        return true;
    }
}
