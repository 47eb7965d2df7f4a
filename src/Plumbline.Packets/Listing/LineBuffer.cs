using System.Buffers.Text;
using System.Text;

namespace Plumbline.Packets.Listing;

/// <summary>UTF-8 text that grows and is used again: a line costs no objects.</summary>
public sealed class LineBuffer
{
    private byte[] _bytes = new byte[1 << 16];

    /// <summary>Bytes in it.</summary>
    public int Length { get; private set; }

    /// <summary>What was appended since the last <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Forgets all.</summary>
    public void Clear() => Length = 0;

    /// <summary>Appends UTF-8.</summary>
    public LineBuffer Append(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Room(text.Length));
        Length += text.Length;
        return this;
    }

    /// <summary>Appends a text.</summary>
    public LineBuffer Append(string text)
    {
        Length += Encoding.UTF8.GetBytes(text, Room(Encoding.UTF8.GetMaxByteCount(text.Length)));
        return this;
    }

    /// <summary>Appends a number.</summary>
    public LineBuffer Append(ulong number)
    {
        _ = Utf8Formatter.TryFormat(number, Room(20), out var length);
        Length += length;
        return this;
    }

    /// <summary>Appends a number with leading zeros.</summary>
    public LineBuffer AppendPadded(ulong number, int digits)
    {
        var room = Room(digits);
        for (var i = digits - 1; i >= 0; i--)
        {
            room[i] = (byte)('0' + number % 10);
            number /= 10;
        }
        Length += digits;
        return this;
    }

    /// <summary>Appends blanks up to <paramref name="width"/> bytes from <paramref name="start"/> on.</summary>
    public LineBuffer PadTo(int start, int width)
    {
        var missing = width - (Length - start);
        if (missing > 0)
        {
            Room(missing)[..missing].Fill((byte)' ');
            Length += missing;
        }
        return this;
    }

    /// <summary>Takes blanks away from the end.</summary>
    public LineBuffer TrimEnd()
    {
        while (Length > 0 && _bytes[Length - 1] == ' ')
        {
            Length--;
        }
        return this;
    }

    private Span<byte> Room(int length)
    {
        if (_bytes.Length - Length < length)
        {
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, Length + length));
        }
        return _bytes.AsSpan(Length);
    }
}
