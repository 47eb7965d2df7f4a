using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Plumbline.Primitives;

namespace Plumbline.OpenFlow.Fields;

/// <summary>Values and masks of fields as ovs-ofctl(8) writes and reads them.</summary>
internal static class FieldText
{
    /// <summary>Reads VALUE or VALUE/MASK; false where it is none of this field.</summary>
    public static bool TryParse(Field field, string text, out UInt128 value, out UInt128 mask)
    {
        mask = field.Mask;
        if (field.Format is FieldFormat.Fragment)
        {
            return TryParseFragment(text, out value, out mask);
        }
        if (field.Format is FieldFormat.TcpFlags or FieldFormat.CtState or FieldFormat.TunnelFlags
            && FlagText.TryParse(text, FlagText.NamesOf(field.Format), field.Mask, out value, out mask))
        {
            return true;
        }
        mask = field.Mask;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
        {
            return TryParseValue(field, text, out value);
        }
        if (!TryParseValue(field, text[..slash], out value))
        {
            return false;
        }
        var written = text[(slash + 1)..];
        if (field.Format is FieldFormat.Ipv4 or FieldFormat.Ipv6
            && int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var length))
        {
            if (length > field.Width)
            {
                return false;
            }
            mask = length == 0 ? 0 : field.Mask << field.Width - length & field.Mask;
        }
        else if (!TryParseValue(field, written, out mask))
        {
            return false;
        }
        value &= mask;
        return true;
    }

    /// <summary>Reads a value without a mask.</summary>
    public static bool TryParseValue(Field field, string text, out UInt128 value)
    {
        value = 0;
        switch (field.Format)
        {
            case FieldFormat.Mac:
                if (MacAddress.TryParse(text, out var mac))
                {
                    value = mac.Value;
                    return true;
                }
                return TryParseNumber(text, out value) && value <= field.Mask;
            case FieldFormat.Ipv4:
                if (text.Contains('.', StringComparison.Ordinal))
                {
                    return TryParseAddress(text, AddressFamily.InterNetwork, out value);
                }
                return TryParseNumber(text, out value) && value <= field.Mask;
            case FieldFormat.Ipv6:
                if (text.Contains(':', StringComparison.Ordinal))
                {
                    return TryParseAddress(text, AddressFamily.InterNetworkV6, out value);
                }
                return TryParseNumber(text, out value);
            case FieldFormat.Port when OfPort.NumberOf(text) is { } number:
                value = (UInt128)number;
                return true;
            case FieldFormat.Port:
                return TryParsePort(text, out value);
            case FieldFormat.PacketType when text.StartsWith('(') && text.EndsWith(')'):
                var parts = text[1..^1].Split(',');
                if (parts.Length != 2 || !TryParseNumber(parts[0], out var space) || !TryParseNumber(parts[1], out var type))
                {
                    return false;
                }
                value = space << 16 | type;
                return true;
            case FieldFormat.TcpFlags or FieldFormat.CtState or FieldFormat.TunnelFlags
                when FlagText.TryParse(text, FlagText.NamesOf(field.Format), field.Mask, out value, out _):
                return true;
            default:
                return TryParseNumber(text, out value) && value <= field.Mask;
        }
    }

    /// <summary>Reads decimal or 0x hexadecimal, up to 128 bits.</summary>
    public static bool TryParseNumber(ReadOnlySpan<char> text, out UInt128 value) =>
        text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? UInt128.TryParse(text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value)
            : UInt128.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    /// <summary>The value alone.</summary>
    public static string Write(Field field, UInt128 value)
    {
        switch (field.Format)
        {
            case FieldFormat.Decimal:
                return value.ToString(CultureInfo.InvariantCulture);
            case FieldFormat.Mac:
                return new MacAddress((ulong)value).ToString();
            case FieldFormat.Ipv4:
            case FieldFormat.Ipv6:
                return ToAddress(field, value).ToString();
            case FieldFormat.Port:
                return OfPort.Write((int)value);
            case FieldFormat.Fragment:
                return (uint)value switch { 0 => "no", 1 => "first", 3 => "later", _ => Field.Hex(value) };
            case FieldFormat.TcpFlags:
            case FieldFormat.CtState:
            case FieldFormat.TunnelFlags:
                return FlagText.Write(value, FlagText.NamesOf(field.Format));
            case FieldFormat.PacketType:
                return $"({value >> 16},{Field.Hex(value & 0xffff)})";
            default:
                return Field.Hex(value);
        }
    }

    /// <summary>The value as an address.</summary>
    public static IPAddress ToAddress(Field field, UInt128 value)
    {
        Span<byte> octets = stackalloc byte[16];
        value.Write(octets);
        return new IPAddress(field.Width == 32 ? octets[12..] : octets);
    }

    /// <summary>An address as a value.</summary>
    public static UInt128 FromAddress(IPAddress address)
    {
        Span<byte> octets = stackalloc byte[16];
        octets.Clear();
        var isV4 = address.AddressFamily is AddressFamily.InterNetwork;
        address.TryWriteBytes(isV4 ? octets[12..] : octets, out _);
        return UInt128.Read(octets);
    }

    private static bool TryParseAddress(string text, AddressFamily family, out UInt128 value)
    {
        value = 0;
        if (!IPAddress.TryParse(text, out var address) || address.AddressFamily != family || text.Contains('%', StringComparison.Ordinal))
        {
            return false;
        }
        value = FromAddress(address);
        return true;
    }

    private static bool TryParsePort(string text, out UInt128 value)
    {
        if (!TryParseNumber(text, out value))
        {
            return false;
        }
        if (value >= 0xffffff00)        // OpenFlow 1.1 and later number the reserved ports from here
        {
            value &= 0xffff;
        }
        return value <= 0xffff;
    }

    private static bool TryParseFragment(string text, out UInt128 value, out UInt128 mask)
    {
        (uint Value, uint Mask) named = text switch
        {
            "no" => (0, 3),
            "yes" => (1, 1),
            "first" => (1, 3),
            "later" => (3, 3),
            "not_later" => (0, 2),
            _ => (0, 0),
        };
        (value, mask) = (named.Value, named.Mask);
        if (mask == 0)
        {
            var slash = text.Split('/', 2);
            if (!TryParseNumber(slash[0], out value))
            {
                return false;
            }
            mask = 3;
            return (slash.Length == 1 || TryParseNumber(slash[1], out mask)) && value <= 3;
        }
        return true;
    }
}
