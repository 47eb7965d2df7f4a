using Plumbline.Primitives;

namespace Plumbline.Neutron;

/// <summary>MACs in every notation that Neutron's API takes (netaddr): six, three or two groups, or digits alone.</summary>
public static class MacNotation
{
    /// <summary>
    /// Reads <c>fa:16:3e:0:0:1</c>, <c>FA-16-3E-00-00-01</c>, <c>fa16:3e00:1</c>, <c>fa16.3e00.0001</c>, <c>fa163e-000001</c> or
    /// <c>fa163e000001</c>.
    /// </summary>
    public static bool TryParse(string? text, out MacAddress address)
    {
        address = default;
        if (text is null || text.Length is < 5 or > 17)
        {
            return false;
        }
        var mark = text.AsSpan().IndexOfAny(":-.") is var at and >= 0 ? text[at] : ':';
        var groups = text.AsSpan().Count(mark) + 1;
        // the least digits of a group: netaddr lets zeros in front be left out, of long groups just one
        var (width, least) = groups switch
        {
            6 when mark != '.' => (2, 1),
            3 => (4, 1),
            2 when mark != '.' => (6, 5),
            1 => (12, 11),
            _ => (0, 0),
        };
        ulong value = 0;
        foreach (var range in text.AsSpan().Split(mark))
        {
            var group = text.AsSpan()[range];
            if (group.Length > width || group.Length < least)
            {
                return false;
            }
            ulong part = 0;
            foreach (var digit in group)
            {
                if (!char.IsAsciiHexDigit(digit))
                {
                    return false;
                }
                part = part << 4 | (uint)(char.IsAsciiDigit(digit) ? digit - (int)'0' : (digit | 0x20) - 'a' + 10);
            }
            value = value << (4 * width) | part;
        }
        address = new(value);
        return true;
    }
}
