using System.Globalization;
using System.Text;

namespace Plumbline.Ovsdb.Wire;

/// <summary>
/// Writes one JSON text into a growing array; commas come by themselves. Not Utf8JsonWriter, for its escaping tables take longer to
/// set up than a whole short session with ovsdb-server.
/// </summary>
internal sealed class JsonText
{
    private byte[] _buffer = new byte[1024];
    private int _length;
    private bool _commaFirst;

    /// <summary>What was written. Shares the array: write no more then.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, _length);

    public void StartObject() => Start((byte)'{');

    public void EndObject() => End((byte)'}');

    public void StartArray() => Start((byte)'[');

    public void EndArray() => End((byte)']');

    /// <summary>A member's name; its value comes next.</summary>
    public void Name(string name)
    {
        Text(name);
        Reserve(1)[0] = (byte)':';
        _length++;
        _commaFirst = false;
    }

    /// <summary>A string; lone surrogates become U+FFFD.</summary>
    public void Text(string value)
    {
        Comma();
        Raw("\""u8);
        var rest = value.AsSpan();
        while (!rest.IsEmpty)
        {
            var plain = 0;
            while (plain < rest.Length && rest[plain] is >= ' ' and not ('"' or '\\'))
            {
                plain++;
            }
            _length += Encoding.UTF8.GetBytes(rest[..plain], Reserve(plain * 3));
            if (plain < rest.Length)
            {
                Escape(rest[plain++]);
            }
            rest = rest[plain..];
        }
        Raw("\""u8);
    }

    public void Number(long value)
    {
        Comma();
        value.TryFormat(Reserve(20), out var count, default, CultureInfo.InvariantCulture);
        _length += count;
    }

    /// <exception cref="ArgumentException">JSON has no number for it (NaN, infinities).</exception>
    public void Number(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentException("JSON has no infinite numbers", nameof(value));
        }
        Comma();
        value.TryFormat(Reserve(32), out var count, default, CultureInfo.InvariantCulture);
        _length += count;
    }

    public void Boolean(bool value) => Literal(value ? "true"u8 : "false"u8);

    public void Null() => Literal("null"u8);

    /// <summary>A string with a UUID's digits.</summary>
    public void Uuid(Guid value)
    {
        Comma();
        Raw("\""u8);
        value.TryFormat(Reserve(36), out var count);
        _length += count;
        Raw("\""u8);
    }

    private void Escape(char c)
    {
        if (c is '"' or '\\')
        {
            Raw("\\"u8);
            Reserve(1)[0] = (byte)c;
            _length++;
            return;
        }
        const string Digits = "0123456789abcdef";
        Raw("\\u00"u8);
        var hex = Reserve(2);
        hex[0] = (byte)Digits[c >> 4];
        hex[1] = (byte)Digits[c & 15];
        _length += 2;
    }

    private void Literal(ReadOnlySpan<byte> text)
    {
        Comma();
        Raw(text);
    }

    private void Start(byte bracket)
    {
        Comma();
        Reserve(1)[0] = bracket;
        _length++;
        _commaFirst = false;
    }

    private void End(byte bracket)
    {
        Reserve(1)[0] = bracket;
        _length++;
        _commaFirst = true;
    }

    /// <summary>Before every value: one is needed unless a bracket or a name stands before it.</summary>
    private void Comma()
    {
        if (_commaFirst)
        {
            Raw(","u8);
        }
        _commaFirst = true;
    }

    private void Raw(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Reserve(text.Length));
        _length += text.Length;
    }

    private Span<byte> Reserve(int count)
    {
        if (_buffer.Length - _length < count)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + count));
        }
        return _buffer.AsSpan(_length);
    }
}
