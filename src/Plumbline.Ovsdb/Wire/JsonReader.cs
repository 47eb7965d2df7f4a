using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Runtime.Intrinsics;
using System.Text;

namespace Plumbline.Ovsdb.Wire;

/// <summary>
/// Reads one whole JSON text (RFC 8259), token by token; checks all of its syntax. Not Utf8JsonReader, for that sets up search tables
/// on its first string which take longer than a whole short session with ovsdb-server; the two are held against each other in tests.
/// </summary>
internal ref struct JsonReader(ReadOnlySpan<byte> json)
{
    private const int MaxDepth = 64;

    private readonly ReadOnlySpan<byte> _json = json;
    private ulong _objects; // a bit for each open container, the innermost lowest: 1 = object
    private int _depth;
    private bool _hasValue; // the container holds a value already, so that a comma or its end comes next
    private bool _hasEscapes;

    /// <summary>What was read last.</summary>
    public JsonToken Token { get; private set; }

    /// <summary>Where the token begins, in bytes.</summary>
    public int TokenStart { get; private set; }

    /// <summary>Bytes read so far.</summary>
    public int Consumed { get; private set; }

    /// <summary>Of a name or text: what stands between the quotes, as it is written. Of a number: its digits.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>The name or text is written with backslashes.</summary>
    public readonly bool HasEscapes => _hasEscapes;

    private readonly bool InObject => _depth > 0 && (_objects & 1) != 0;

    /// <summary>Moves to the next token; false at the end.</summary>
    /// <exception cref="InvalidDataException">It is no JSON.</exception>
    public bool Read()
    {
        SkipSpace();
        if (_depth == 0 && Token != JsonToken.None)
        {
            return Consumed == _json.Length ? false : throw Odd("more text after the end");
        }
        var next = Peek();
        if (_depth > 0 && Token != JsonToken.Name && next == (InObject ? (byte)'}' : (byte)']'))
        {
            Close();
            return true;
        }
        if (_hasValue && Token != JsonToken.Name)
        {
            Take((byte)',');
            SkipSpace();
        }
        TokenStart = Consumed;
        if (InObject && Token != JsonToken.Name)
        {
            ReadString(JsonToken.Name);
            SkipSpace();
            Take((byte)':');
            return true;
        }
        ReadValue(Peek());
        return true;
    }

    /// <summary>From a name, or the start of an object or array, to the last token of that value.</summary>
    public void Skip()
    {
        if (Token == JsonToken.Name)
        {
            Read();
        }
        if (Token is JsonToken.StartObject or JsonToken.StartArray)
        {
            var outside = _depth - 1;
            while (_depth > outside)
            {
                Read();
            }
        }
    }

    /// <summary>
    /// As <see cref="Skip"/> from a name, but the value's brackets are counted and nothing else is looked at: for a value that is read
    /// afterwards, and checked then.
    /// </summary>
    /// <returns>The value's text.</returns>
    public ReadOnlySpan<byte> SkipUnread()
    {
        SkipSpace();
        var start = Consumed;
        var rest = _json[start..];
        if (Brackets.LengthOf(rest) is > 0 and var length)
        {
            TokenStart = start;
            Consumed += length;
            Token = rest[0] == '[' ? JsonToken.EndArray : JsonToken.EndObject;
            _hasValue = true;
        }
        else
        {
            Skip();
        }
        return _json[start..Consumed];
    }

    /// <summary>The name or text is this one.</summary>
    public readonly bool ValueEquals(ReadOnlySpan<byte> text) =>
        _hasEscapes ? GetText() == Encoding.UTF8.GetString(text) : Value.SequenceEqual(text);

    /// <summary>The name or text. Bytes that are no UTF-8 lose a character, not the whole answer; lone surrogates are kept.</summary>
    public readonly string GetText() => _hasEscapes ? Unescape(Value) : Encoding.UTF8.GetString(Value);

    /// <summary>The number is a whole one of 64 bits.</summary>
    public readonly bool TryGetInt64(out long value) =>
        Utf8Parser.TryParse(Value, out value, out var used) && used == Value.Length;

    /// <summary>The number.</summary>
    public readonly double GetDouble() => double.Parse(Value, NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>The text is a UUID with its four dashes.</summary>
    public readonly bool TryGetUuid(out Guid value) =>
        Utf8Parser.TryParse(Value, out value, out var used, 'D') && used == Value.Length;

    private void ReadValue(byte first)
    {
        switch (first)
        {
            case (byte)'{':
                Open(JsonToken.StartObject);
                return;
            case (byte)'[':
                Open(JsonToken.StartArray);
                return;
            case (byte)'"':
                ReadString(JsonToken.Text);
                break;
            case (byte)'t':
                ReadWord("true"u8, JsonToken.True);
                break;
            case (byte)'f':
                ReadWord("false"u8, JsonToken.False);
                break;
            case (byte)'n':
                ReadWord("null"u8, JsonToken.Null);
                break;
            default:
                ReadNumber();
                break;
        }
        _hasValue = true;
    }

    private void Open(JsonToken token)
    {
        if (_depth == MaxDepth)
        {
            throw Odd("nested too deep");
        }
        _objects = _objects << 1 | (token == JsonToken.StartObject ? 1u : 0);
        _depth++;
        _hasValue = false;
        Token = token;
        Consumed++;
    }

    private void Close()
    {
        Token = InObject ? JsonToken.EndObject : JsonToken.EndArray;
        TokenStart = Consumed++;
        _objects >>= 1;
        _depth--;
        _hasValue = true;
    }

    private void ReadString(JsonToken token)
    {
        Take((byte)'"');
        var start = Consumed;
        _hasEscapes = false;
        while (true)
        {
            var length = PlainLength(_json[Consumed..]);
            Consumed += length;
            switch (Peek())
            {
                case (byte)'"':
                    Value = _json[start..Consumed];
                    Token = token;
                    Consumed++;
                    return;
                case (byte)'\\':
                    _hasEscapes = true;
                    Consumed++;
                    ReadEscape();
                    break;
                default:
                    throw Odd("a control character in a string");
            }
        }
    }

    /// <summary>How many bytes stand before the first that means something in a string: a quote, a backslash, a control character.</summary>
    private static int PlainLength(ReadOnlySpan<byte> text)
    {
        var at = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            for (; at <= text.Length - Vector128<byte>.Count; at += Vector128<byte>.Count)
            {
                var bytes = Vector128.Create(text.Slice(at, Vector128<byte>.Count));
                var odd = Vector128.Equals(bytes, Vector128.Create((byte)'"')) | Vector128.Equals(bytes, Vector128.Create((byte)'\\'))
                    | Vector128.LessThan(bytes, Vector128.Create((byte)' '));
                if (odd != Vector128<byte>.Zero)
                {
                    return at + BitOperations.TrailingZeroCount(odd.ExtractMostSignificantBits());
                }
            }
        }
        while (at < text.Length && text[at] is not ((byte)'"' or (byte)'\\' or < (byte)' '))
        {
            at++;
        }
        return at;
    }

    private void ReadEscape()
    {
        var kind = Peek();
        Consumed++;
        if (kind == 'u')
        {
            for (var i = 0; i < 4; i++)
            {
                if (!char.IsAsciiHexDigit((char)Peek()))
                {
                    throw Odd("an escape without four digits");
                }
                Consumed++;
            }
        }
        else if ("\"\\/bfnrt"u8.IndexOf(kind) < 0)
        {
            throw Odd("an unknown escape");
        }
    }

    /// <summary>-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?</summary>
    private void ReadNumber()
    {
        var start = Consumed;
        TryTake((byte)'-', (byte)'-');
        if (!TryTake((byte)'0', (byte)'0'))
        {
            TakeDigits();
        }
        if (TryTake((byte)'.', (byte)'.'))
        {
            TakeDigits();
        }
        if (TryTake((byte)'e', (byte)'E'))
        {
            TryTake((byte)'+', (byte)'-');
            TakeDigits();
        }
        Value = _json[start..Consumed];
        Token = JsonToken.Number;
    }

    private void TakeDigits()
    {
        var start = Consumed;
        while (Consumed < _json.Length && _json[Consumed] is >= (byte)'0' and <= (byte)'9')
        {
            Consumed++;
        }
        if (Consumed == start)
        {
            throw Odd("no value where one belongs");
        }
    }

    private void ReadWord(ReadOnlySpan<byte> word, JsonToken token)
    {
        if (!_json[Consumed..].StartsWith(word))
        {
            throw Odd("no value where one belongs");
        }
        Consumed += word.Length;
        Token = token;
    }

    private bool TryTake(byte one, byte other)
    {
        var found = Consumed < _json.Length && (_json[Consumed] == one || _json[Consumed] == other);
        Consumed += found ? 1 : 0;
        return found;
    }

    private void Take(byte wanted)
    {
        if (Peek() != wanted)
        {
            throw Odd($"no {(char)wanted} where one belongs");
        }
        Consumed++;
    }

    private readonly byte Peek() => Consumed < _json.Length ? _json[Consumed] : throw Odd("it ends too early");

    private void SkipSpace()
    {
        while (Consumed < _json.Length && _json[Consumed] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            Consumed++;
        }
    }

    private readonly InvalidDataException Odd(string what) =>
        new(string.Create(CultureInfo.InvariantCulture, $"bad JSON at byte {Consumed}: {what}"));

    private static string Unescape(ReadOnlySpan<byte> escaped)
    {
        var result = new StringBuilder(escaped.Length);
        while (!escaped.IsEmpty)
        {
            var backslash = escaped.IndexOf((byte)'\\');
            if (backslash != 0)
            {
                var plain = backslash < 0 ? escaped : escaped[..backslash];
                result.Append(Encoding.UTF8.GetString(plain));
                escaped = escaped[plain.Length..];
                continue;
            }
            var length = 2;
            switch (escaped[1])
            {
                case (byte)'u':
                    result.Append((char)int.Parse(escaped.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                    length = 6;
                    break;
                case (byte)'b': result.Append('\b'); break;
                case (byte)'f': result.Append('\f'); break;
                case (byte)'n': result.Append('\n'); break;
                case (byte)'r': result.Append('\r'); break;
                case (byte)'t': result.Append('\t'); break;
                default: result.Append((char)escaped[1]); break;
            }
            escaped = escaped[length..];
        }
        return result.ToString();
    }
}
