using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Plumbline.Iptables;

/// <summary>
/// Walks over netlink attributes (netlink(7)): <c>struct nlattr { u16 length, with these 4 bytes; u16 type; }</c>,
/// value, padding to 4 bytes. nf_tables has its numbers in network byte order.
/// </summary>
/// <param name="attributes">The attributes, from the first header on.</param>
internal ref struct KernelAttributes(ReadOnlySpan<byte> attributes)
{
    private const int HeaderLength = 4;

    /// <summary>NLA_F_NESTED and NLA_F_NET_BYTEORDER taken off.</summary>
    private const int TypeMask = 0x3FFF;

    private ReadOnlySpan<byte> _rest = attributes;

    /// <summary>The attribute's number.</summary>
    public int Type { get; private set; }

    /// <summary>The attribute's bytes.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Goes to the next attribute; false at the end.</summary>
    /// <exception cref="InvalidDataException">A length is less than a header or overruns what is there.</exception>
    public bool Read()
    {
        if (_rest.Length < HeaderLength)
        {
            return false;
        }
        int length = MemoryMarshal.Read<ushort>(_rest);
        if (length < HeaderLength || length > _rest.Length)
        {
            throw new InvalidDataException($"a netlink attribute of {length} bytes where {_rest.Length} are left");
        }
        Type = MemoryMarshal.Read<ushort>(_rest[2..]) & TypeMask;
        Value = _rest[HeaderLength..length];
        _rest = _rest[Math.Min((length + 3) & ~3, _rest.Length)..];
        return true;
    }

    /// <summary>The value of the attribute with this number; empty where there is none.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> attributes, int type)
    {
        var reader = new KernelAttributes(attributes);
        while (reader.Read())
        {
            if (reader.Type == type)
            {
                return reader.Value;
            }
        }
        return default;
    }

    /// <summary>A number in network byte order.</summary>
    /// <exception cref="InvalidDataException">The value has another length.</exception>
    public readonly ushort UInt16() => BinaryPrimitives.ReadUInt16BigEndian(Bytes(sizeof(ushort)));

    /// <inheritdoc cref="UInt16"/>
    public readonly uint UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Bytes(sizeof(uint)));

    /// <inheritdoc cref="UInt16"/>
    public readonly ulong UInt64() => BinaryPrimitives.ReadUInt64BigEndian(Bytes(sizeof(ulong)));

    /// <summary>The bytes before the zero that ends a text in C.</summary>
    public static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        return end < 0 ? bytes : bytes[..end];
    }

    private readonly ReadOnlySpan<byte> Bytes(int count) => Value.Length == count
        ? Value
        : throw new InvalidDataException($"netlink attribute {Type} has {Value.Length} bytes, {count} are needed");
}
