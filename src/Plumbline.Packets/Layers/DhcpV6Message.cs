using System.Buffers.Binary;
using Plumbline.Primitives;

namespace Plumbline.Packets.Layers;

/// <summary>RFC 8415 §8: 1 type, 3 transaction, options (2 code, 2 length, value). Relay messages (12, 13) have another layout.</summary>
/// <param name="Type">msg-type.</param>
/// <param name="Transaction">24 bits.</param>
/// <param name="Client">The Ethernet address in the client's DUID (option 1), where it has one.</param>
/// <param name="Address">The first IAADDR (option 5) in an IA_NA (option 3).</param>
/// <param name="Lease">Its valid lifetime.</param>
internal readonly record struct DhcpV6Message(
    int Type, uint Transaction, MacAddress? Client, InternetAddress? Address, TimeSpan? Lease)
{
    private const int HeaderLength = 4;
    private const int IdentityHeader = 12;

    /// <summary>False where it is short or a relay's; options are read as far as they go.</summary>
    public static bool TryRead(ReadOnlySpan<byte> data, out DhcpV6Message message)
    {
        message = default;
        if (data.Length < HeaderLength || data[0] is 0 or 12 or 13)
        {
            return false;
        }
        message = new(data[0], BinaryPrimitives.ReadUInt32BigEndian(data) & 0xFF_FFFF, null, null, null);
        var options = data[HeaderLength..];
        while (TryOption(ref options, out var code, out var value))
        {
            if (code == 1 && value.Length >= 10)
            {
                // RFC 8415 §11: type 1 (6 bytes and a time before it) and 3 end with a link-layer address, hardware 1 is Ethernet
                var start = BinaryPrimitives.ReadUInt16BigEndian(value) switch { 1 => 8, 3 => 4, _ => value.Length };
                if (value.Length == start + MacAddress.Length)
                {
                    message = message with { Client = MacAddress.Read(value[start..]) };
                }
            }
            else if (code == 3 && value.Length >= IdentityHeader)
            {
                var inner = value[IdentityHeader..];
                while (TryOption(ref inner, out var innerCode, out var address))
                {
                    if (innerCode == 5 && address.Length >= 24)
                    {
                        message = message with
                        {
                            Address = InternetAddress.ReadV6(address),
                            Lease = TimeSpan.FromSeconds(BinaryPrimitives.ReadUInt32BigEndian(address[20..])),
                        };
                    }
                }
            }
        }
        return true;
    }

    private static bool TryOption(ref ReadOnlySpan<byte> options, out int code, out ReadOnlySpan<byte> value)
    {
        code = 0;
        value = default;
        if (options.Length < 4)
        {
            return false;
        }
        code = BinaryPrimitives.ReadUInt16BigEndian(options);
        var length = BinaryPrimitives.ReadUInt16BigEndian(options[2..]);
        if (options.Length < 4 + length)
        {
            return false;
        }
        value = options.Slice(4, length);
        options = options[(4 + length)..];
        return true;
    }
}
