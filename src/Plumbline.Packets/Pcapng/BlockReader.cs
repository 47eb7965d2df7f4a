using System.Buffers.Binary;
using System.Text;

namespace Plumbline.Packets.Pcapng;

/// <summary>
/// A cursor over the body of a block in the file's byte order. What overruns the block is an
/// <see cref="InvalidDataException"/>.
/// </summary>
internal ref struct BlockReader(ReadOnlySpan<byte> body, bool bigEndian)
{
    private ReadOnlySpan<byte> _rest = body;

    /// <summary>Bytes left.</summary>
    public readonly int Left => _rest.Length;

    /// <summary>What was not read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>Code of the option that <see cref="ReadOption"/> moved to.</summary>
    public ushort OptionCode { get; private set; }

    /// <summary>Its value, without padding.</summary>
    public ReadOnlySpan<byte> OptionValue { get; private set; }

    /// <summary>The option's value as UTF-8; zero octets at the end, which some writers add, are left out.</summary>
    public readonly string OptionText => Encoding.UTF8.GetString(OptionValue).TrimEnd('\0');

    public ushort UInt16()
    {
        var bytes = Bytes(sizeof(ushort));
        return bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
    }

    public uint UInt32()
    {
        var bytes = Bytes(sizeof(uint));
        return bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    /// <summary>Two 32-bit halves, the high one first whatever the byte order.</summary>
    public ulong Timestamp() => (ulong)UInt32() << 32 | UInt32();

    /// <summary>A length or count; one that no file can hold is damage.</summary>
    public int Length()
    {
        var value = UInt32();
        return value <= int.MaxValue ? (int)value : throw new InvalidDataException($"a length of {value} bytes");
    }

    public ReadOnlySpan<byte> Bytes(int count)
    {
        if (count > _rest.Length)
        {
            throw new InvalidDataException($"{count} bytes are announced where {_rest.Length} are left");
        }
        var bytes = _rest[..count];
        _rest = _rest[count..];
        return bytes;
    }

    public ReadOnlySpan<byte> PaddedBytes(int count)
    {
        var bytes = Bytes(count);
        _ = Bytes(Math.Min(PcapngFormat.Padded(count) - count, _rest.Length));
        return bytes;
    }

    /// <summary>Moves to the next option; false at opt_endofopt or the block's end.</summary>
    public bool ReadOption()
    {
        if (_rest.Length < 4)
        {
            return false;
        }
        OptionCode = UInt16();
        var length = UInt16();
        OptionValue = PaddedBytes(length);
        return OptionCode != PcapngFormat.OptEndOfOpt;
    }

    /// <summary>A reader over the current option's value.</summary>
    public readonly BlockReader OptionReader() => new(OptionValue, bigEndian);

    public ulong UInt64()
    {
        var bytes = Bytes(sizeof(ulong));
        return bigEndian ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }
}
