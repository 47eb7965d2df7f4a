using System.Buffers.Binary;
using System.Text;
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
    private const int PrefixHeader = 12;

    /// <summary>A sum of the client's whole DUID: the same in all its messages; 0 where there is none.</summary>
    public int ClientKey { get; init; }

    /// <summary>Status code (option 13) of the message or of what it gives, RFC 8415 §21.13; 0: success.</summary>
    public int Status { get; init; }

    /// <summary>The status' own words, as they came; null without.</summary>
    public string? Reason { get; init; }

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
            message = code switch
            {
                1 => message.WithClient(value),
                3 or 25 when value.Length >= IdentityHeader => message.WithIdentity(value[IdentityHeader..]),
                4 when value.Length >= 4 => message.WithIdentity(value[4..]),
                13 => message.WithStatus(value),
                _ => message,
            };
        }
        return true;
    }

    /// <summary>RFC 8415 §11: type 1 (6 bytes and a time before it) and 3 end with a link-layer address, hardware 1 is Ethernet.</summary>
    private DhcpV6Message WithClient(ReadOnlySpan<byte> duid)
    {
        var hash = new HashCode();
        hash.AddBytes(duid);
        var told = this with { ClientKey = hash.ToHashCode() };
        if (duid.Length < 10)
        {
            return told;
        }
        var start = BinaryPrimitives.ReadUInt16BigEndian(duid) switch { 1 => 8, 3 => 4, _ => duid.Length };
        return duid.Length == start + MacAddress.Length ? told with { Client = MacAddress.Read(duid[start..]) } : told;
    }

    /// <summary>What an IA_NA, IA_TA or IA_PD holds: addresses (option 5), prefixes (26), a status.</summary>
    private DhcpV6Message WithIdentity(ReadOnlySpan<byte> inner)
    {
        var told = this;
        while (TryOption(ref inner, out var code, out var value))
        {
            told = code switch
            {
                5 when value.Length >= 24 => told with
                {
                    Address = InternetAddress.ReadV6(value),
                    Lease = TimeSpan.FromSeconds(BinaryPrimitives.ReadUInt32BigEndian(value[20..])),
                },
                26 when value.Length > PrefixHeader && told.Lease is null => told with
                {
                    Lease = TimeSpan.FromSeconds(BinaryPrimitives.ReadUInt32BigEndian(value[4..])),
                },
                13 => told.WithStatus(value),
                _ => told,
            };
        }
        return told;
    }

    private DhcpV6Message WithStatus(ReadOnlySpan<byte> value) =>
        value.Length < 2 || BinaryPrimitives.ReadUInt16BigEndian(value) is 0 ? this
        : this with
        {
            Status = BinaryPrimitives.ReadUInt16BigEndian(value),
            Reason = value.Length > 2 ? Encoding.UTF8.GetString(value[2..]).TrimEnd('\0') : null,
        };

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
