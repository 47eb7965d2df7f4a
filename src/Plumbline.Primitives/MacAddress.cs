using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Plumbline.Primitives;

/// <summary>A 48-bit Ethernet address (IEEE 802), first octet in the highest of the 48 bits.</summary>
/// <param name="Value">The address as a number below 2^48.</param>
[JsonConverter(typeof(MacAddressJsonConverter))]
public readonly record struct MacAddress(ulong Value) : IComparable<MacAddress>
{
    /// <summary>Octets in an address.</summary>
    public const int Length = 6;

    /// <summary>The all-ones address.</summary>
    public static MacAddress Broadcast { get; } = new(0xFFFF_FFFF_FFFF);

    /// <summary>The I/G bit: the address names a group.</summary>
    public bool IsMulticast => (Value >> 40 & 1) != 0;

    /// <summary>The U/L bit: the address was given locally, not by a maker.</summary>
    public bool IsLocal => (Value >> 41 & 1) != 0;

    /// <summary>Reads the first six octets of <paramref name="octets"/>.</summary>
    /// <exception cref="ArgumentException">Fewer than six octets.</exception>
    public static MacAddress Read(ReadOnlySpan<byte> octets)
    {
        if (octets.Length < Length)
        {
            throw new ArgumentException("an Ethernet address has six octets", nameof(octets));
        }
        ulong value = 0;
        for (var i = 0; i < Length; i++)
        {
            value = value << 8 | octets[i];
        }
        return new(value);
    }

    /// <summary>Writes the six octets.</summary>
    public void CopyTo(Span<byte> octets)
    {
        for (var i = 0; i < Length; i++)
        {
            octets[i] = (byte)(Value >> (40 - 8 * i));
        }
    }

    /// <summary>Reads <c>fa:16:3e:c3:ea:d5</c> in either case; dashes are accepted for colons.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out MacAddress address)
    {
        address = default;
        if (text is null || text.Length != 17)
        {
            return false;
        }
        ulong value = 0;
        for (var i = 0; i < Length; i++)
        {
            if (i > 0 && text[3 * i - 1] is not (':' or '-'))
            {
                return false;
            }
            if (!byte.TryParse(text.AsSpan(3 * i, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                out var octet))
            {
                return false;
            }
            value = value << 8 | octet;
        }
        address = new(value);
        return true;
    }

    /// <summary>As <see cref="TryParse"/>.</summary>
    /// <exception cref="FormatException"><paramref name="text"/> is no Ethernet address.</exception>
    public static MacAddress Parse(string text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"\"{text}\" is no Ethernet address");

    /// <inheritdoc/>
    public int CompareTo(MacAddress other) => Value.CompareTo(other.Value);

    /// <summary>Lower case with colons, as the kernel prints it.</summary>
    public override string ToString() => string.Create(17, Value, static (span, value) =>
    {
        const string Digits = "0123456789abcdef";
        for (var i = 0; i < Length; i++)
        {
            var octet = (int)(value >> (40 - 8 * i)) & 0xFF;
            span[3 * i] = Digits[octet >> 4];
            span[3 * i + 1] = Digits[octet & 15];
            if (i < Length - 1)
            {
                span[3 * i + 2] = ':';
            }
        }
    });
}

/// <summary>JSON form of a <see cref="MacAddress"/>: its text.</summary>
public sealed class MacAddressJsonConverter : JsonConverter<MacAddress>
{
    /// <inheritdoc/>
    public override MacAddress Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        MacAddress.TryParse(reader.GetString(), out var address)
            ? address
            : throw new JsonException("not an Ethernet address");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, MacAddress value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
