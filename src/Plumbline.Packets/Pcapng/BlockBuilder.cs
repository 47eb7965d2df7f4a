using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;

namespace Plumbline.Packets.Pcapng;

/// <summary>
/// Writes one block, little-endian, into room that the caller knows to suffice: <see cref="End"/> sets both lengths.
/// <code>
/// 0 u32 Block Type   4 u32 Block Total Length   8 … body
/// … options: u16 code, u16 length, value padded to 4   n u32 Block Total Length
/// </code>
/// </summary>
internal ref struct BlockBuilder
{
    private readonly Span<byte> _room;
    private int _length;
    private bool _hasOptions;

    public BlockBuilder(Span<byte> room, uint type)
    {
        _room = room;
        UInt32(type);
        UInt32(0);
    }

    public void UInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_room[_length..], value);
        _length += sizeof(ushort);
    }

    public void UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_room[_length..], value);
        _length += sizeof(uint);
    }

    public void UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_room[_length..], value);
        _length += sizeof(ulong);
    }

    /// <summary>The two halves of a time stamp, the high one first whatever the byte order.</summary>
    public void Timestamp(long value)
    {
        UInt32((uint)((ulong)value >> 32));
        UInt32((uint)value);
    }

    public void PaddedBytes(scoped ReadOnlySpan<byte> value)
    {
        value.CopyTo(_room[_length..]);
        Pad(value.Length);
    }

    public void TextOption(ushort code, string? text, scoped ReadOnlySpan<byte> prefix = default)
    {
        if (text is null)
        {
            return;
        }
        var start = _length;
        Option(code, 0);
        prefix.CopyTo(_room[_length..]);
        var length = prefix.Length + FitText(text, Text(prefix.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(_room[(start + 2)..], (ushort)length);
        Pad(length);
    }

    public void UInt64Option(ushort code, ulong? value)
    {
        if (value is { } number)
        {
            Option(code, sizeof(ulong));
            UInt64(number);
        }
    }

    public void TimestampOption(ushort code, long? value)
    {
        if (value is { } number)
        {
            Option(code, sizeof(ulong));
            Timestamp(number);
        }
    }

    public void UInt32Option(ushort code, uint value)
    {
        Option(code, sizeof(uint));
        UInt32(value);
    }

    public void BytesOption(ushort code, scoped ReadOnlySpan<byte> value)
    {
        Option(code, (ushort)value.Length);
        PaddedBytes(value);
    }

    /// <summary>Closes options and block.</summary>
    /// <returns>The block's length in bytes.</returns>
    public int End()
    {
        if (_hasOptions)
        {
            UInt32(PcapngFormat.OptEndOfOpt);
        }
        var total = (uint)_length + sizeof(uint);
        BinaryPrimitives.WriteUInt32LittleEndian(_room[4..], total);
        UInt32(total);
        Debug.Assert(_length % 4 == 0, "pcapng blocks are multiples of four");
        return _length;
    }

    /// <summary>
    /// The most bytes of text in one option: 65 535 would do, four less are safe with readers that count the padding
    /// in.
    /// </summary>
    public const int MaxText = 65_528;

    /// <summary>Room that an option of <paramref name="text"/> takes at most.</summary>
    public static int OptionRoom(string? text) =>
        text is null ? 0 : 8 + Math.Min(MaxText, Encoding.UTF8.GetMaxByteCount(text.Length));

    /// <summary>As much of <paramref name="text"/> as fits, cut between characters.</summary>
    public static int FitText(string text, Span<byte> room)
    {
        Encoding.UTF8.GetEncoder().Convert(text, room, flush: true, out _, out var used, out _);
        return used;
    }

    private void Option(ushort code, ushort length)
    {
        _hasOptions = true;
        UInt16(code);
        UInt16(length);
    }

    /// <summary>Where the text of an option goes, as far as an option may reach.</summary>
    private readonly Span<byte> Text(int prefix)
    {
        var rest = _room[(_length + prefix)..];
        return rest[..Math.Min(rest.Length, MaxText - prefix)];
    }

    private void Pad(int length)
    {
        _room.Slice(_length + length, PcapngFormat.Padded(length) - length).Clear();
        _length += PcapngFormat.Padded(length);
    }
}
