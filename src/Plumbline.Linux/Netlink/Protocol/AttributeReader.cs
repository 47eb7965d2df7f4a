using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using Plumbline.Primitives;

namespace Plumbline.Linux.Netlink.Protocol;

/// <summary>
/// Walks over netlink attributes (netlink(7), linux/netlink.h): <c>struct nlattr { u16 length, with these 4 bytes; u16 type; }</c>,
/// value, padding to 4 bytes. Numbers are in the machine's byte order but where a method says otherwise.
/// </summary>
/// <param name="attributes">The attributes, from the first header on.</param>
internal ref struct AttributeReader(ReadOnlySpan<byte> attributes)
{
    private const int HeaderLength = 4;

    /// <summary>NLA_F_NESTED and NLA_F_NET_BYTEORDER taken off.</summary>
    private const int TypeMask = 0x3FFF;

    private ReadOnlySpan<byte> _rest = attributes;

    /// <summary>The attribute's number, flag bits removed.</summary>
    public int Type { get; private set; }

    /// <summary>The attribute's bytes, padding removed.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Goes to the next attribute; false at the end.</summary>
    /// <exception cref="InvalidDataException">A length is less than a header or overruns the message.</exception>
    public bool Read()
    {
        if (_rest.Length < HeaderLength)
        {
            return false; // what is left is padding
        }
        int length = MemoryMarshal.Read<ushort>(_rest);
        if (length < HeaderLength || length > _rest.Length)
        {
            throw new InvalidDataException($"a netlink attribute of {length} bytes where {_rest.Length} are left");
        }
        Type = MemoryMarshal.Read<ushort>(_rest[2..]) & TypeMask;
        Value = _rest[HeaderLength..length];
        _rest = _rest[Math.Min(Align(length), _rest.Length)..];
        return true;
    }

    /// <summary>The attributes within this one.</summary>
    public readonly AttributeReader Nested() => new(Value);

    /// <summary>The value as a number of its first bytes.</summary>
    /// <exception cref="InvalidDataException">It is shorter.</exception>
    public readonly byte Byte() => Bytes(sizeof(byte))[0];

    /// <inheritdoc cref="Byte"/>
    public readonly ushort UInt16() => MemoryMarshal.Read<ushort>(Bytes(sizeof(ushort)));

    /// <inheritdoc cref="Byte"/>
    public readonly int Int32() => MemoryMarshal.Read<int>(Bytes(sizeof(int)));

    /// <inheritdoc cref="Byte"/>
    public readonly uint UInt32() => MemoryMarshal.Read<uint>(Bytes(sizeof(uint)));

    /// <summary>A number in network byte order.</summary>
    /// <exception cref="InvalidDataException">The value is shorter.</exception>
    public readonly ushort UInt16BigEndian() => BinaryPrimitives.ReadUInt16BigEndian(Bytes(sizeof(ushort)));

    /// <inheritdoc cref="UInt16BigEndian"/>
    public readonly uint UInt32BigEndian() => BinaryPrimitives.ReadUInt32BigEndian(Bytes(sizeof(uint)));

    /// <inheritdoc cref="UInt16BigEndian"/>
    public readonly ulong UInt64BigEndian() => BinaryPrimitives.ReadUInt64BigEndian(Bytes(sizeof(ulong)));

    /// <summary>Text up to the zero that ends it in C.</summary>
    public readonly string Text()
    {
        var end = Value.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? Value : Value[..end]);
    }

    /// <summary>An IPv4 or IPv6 address; null where it is another length.</summary>
    public readonly IPAddress? Address() => Value.Length is 4 or 16 ? new IPAddress(Value) : null;

    /// <summary>As <see cref="Address"/>, null also for 0.0.0.0 and ::, by which tunnels say "not set".</summary>
    public readonly IPAddress? SpecifiedAddress() => Value.ContainsAnyExcept((byte)0) ? Address() : null;

    /// <summary>An Ethernet address; null where the link layer is another one.</summary>
    public readonly MacAddress? Mac() => Value.Length == MacAddress.Length ? MacAddress.Read(Value) : null;

    /// <summary>Lengths are padded to 4 bytes (NLA_ALIGN, NLMSG_ALIGN).</summary>
    public static int Align(int length) => (length + 3) & ~3;

    private readonly ReadOnlySpan<byte> Bytes(int count) => Value.Length >= count
        ? Value
        : throw new InvalidDataException($"netlink attribute {Type} has {Value.Length} bytes, {count} are needed");
}
