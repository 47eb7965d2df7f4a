using System.Buffers.Binary;
using System.Text;

namespace Plumbline.Operations.Mirroring.Lasting;

/// <summary>
/// A frame that nobody takes for traffic: from and to addresses that no card has, of the EtherType for local experiments (0x88b5, IEEE 802),
/// with a text that is found again inside any encapsulation. 60 bytes: the least that Ethernet carries.
/// </summary>
internal static class ProbeFrame
{
    private const int Length = 60;

    /// <summary>The frame.</summary>
    /// <param name="marker">Made by <see cref="Marker"/>.</param>
    public static byte[] Make(string marker)
    {
        var frame = new byte[Length];
        // locally administered unicast: "P", "L", "U", "M", "B" behind 02
        "\u0002PLUMA"u8.CopyTo(frame);
        "\u0002PLUMB"u8.CopyTo(frame.AsSpan(6));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), 0x88b5);
        Encoding.ASCII.GetBytes(marker, frame.AsSpan(14));
        return frame;
    }

    /// <summary>A text of this run and direction alone; 40 characters at most.</summary>
    public static string Marker(string direction) => $"plumb mirror prove {direction} {Guid.NewGuid().ToString("N")[..12]}";
}
