using System.Buffers.Binary;
using System.Net;
using System.Text;
using Plumbline.Primitives;

namespace Plumbline.Packets.Layers;

/// <summary>
/// RFC 2131 §2: 1 op, 1 htype, 1 hlen, 1 hops, 4 xid, 2 secs, 2 flags, 4 ciaddr, 4 yiaddr, 4 siaddr, 4 giaddr, 16
/// chaddr, 64 sname, 128 file, 4 cookie 63825363, options (RFC 2132: code, length, value).
/// </summary>
internal readonly record struct DhcpMessage
{
    private const int FixedLength = 236;
    private const uint Cookie = 0x6382_5363;

    public required uint Transaction { get; init; }

    public required MacAddress Client { get; init; }

    /// <summary>ciaddr: what the client has; null for 0.0.0.0.</summary>
    public IPAddress? ClientAddress { get; init; }

    /// <summary>yiaddr: what it is given; null for 0.0.0.0.</summary>
    public IPAddress? YourAddress { get; init; }

    /// <summary>Option 50.</summary>
    public IPAddress? RequestedAddress { get; init; }

    /// <summary>Option 53, 1 to 8; 0 for BOOTP.</summary>
    public int Type { get; init; }

    /// <summary>Option 51.</summary>
    public TimeSpan? Lease { get; init; }

    /// <summary>Option 54: which server speaks, or is asked.</summary>
    public IPAddress? ServerAddress { get; init; }

    /// <summary>Option 56 (why a server says no, why a client declines), as it came.</summary>
    public string? Reason { get; init; }

    /// <summary>Option 12, as it came.</summary>
    public string? HostName { get; init; }

    /// <summary>False where it is short or no DHCP; options are read as far as they go.</summary>
    public static bool TryRead(ReadOnlySpan<byte> data, out DhcpMessage message)
    {
        message = default;
        if (data.Length < FixedLength + 4 || BinaryPrimitives.ReadUInt32BigEndian(data[FixedLength..]) != Cookie)
        {
            return false;
        }
        message = new()
        {
            Transaction = BinaryPrimitives.ReadUInt32BigEndian(data[4..]),
            Client = MacAddress.Read(data[28..]),
            ClientAddress = AddressOf(data[12..16]),
            YourAddress = AddressOf(data[16..20]),
        };
        var options = data[(FixedLength + 4)..];
        while (options.Length >= 2 && options[0] != 255)
        {
            if (options[0] == 0)
            {
                options = options[1..];
                continue;
            }
            var length = options[1];
            if (options.Length < 2 + length)
            {
                break;
            }
            message = message.With(options[0], options.Slice(2, length));
            options = options[(2 + length)..];
        }
        return true;
    }

    private DhcpMessage With(byte code, ReadOnlySpan<byte> value) => (code, value.Length) switch
    {
        (12, > 0) => this with { HostName = Encoding.UTF8.GetString(value) },
        (50, 4) => this with { RequestedAddress = AddressOf(value) },
        (51, 4) => this with { Lease = TimeSpan.FromSeconds(BinaryPrimitives.ReadUInt32BigEndian(value)) },
        (53, 1) => this with { Type = value[0] },
        (54, 4) => this with { ServerAddress = AddressOf(value) },
        (56, > 0) => this with { Reason = Encoding.UTF8.GetString(value).TrimEnd('\0') },
        _ => this,
    };

    private static IPAddress? AddressOf(ReadOnlySpan<byte> octets) =>
        octets.ContainsAnyExcept((byte)0) ? new(octets) : null;
}
