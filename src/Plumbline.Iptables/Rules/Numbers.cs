namespace Plumbline.Iptables;

/// <summary>Numbers as iptables reads them (xtables_strtoui): decimal, 0x hexadecimal, or octal with a leading 0.</summary>
internal static class Numbers
{
    /// <summary>No sign, no blanks, at most <paramref name="most"/>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, ulong most, out ulong number)
    {
        number = 0;
        uint radix = 10;
        if (text.Length > 1 && text[0] == '0')
        {
            var isHexadecimal = text[1] is 'x' or 'X';
            radix = isHexadecimal ? 16u : 8u;
            text = text[(isHexadecimal ? 2 : 1)..];
        }
        if (text.Length == 0)
        {
            return false;
        }
        foreach (var c in text)
        {
            var digit = c switch
            {
                >= '0' and <= '9' => (uint)(c - '0'),
                >= 'a' and <= 'f' => (uint)(c - 'a' + 10),
                >= 'A' and <= 'F' => (uint)(c - 'A' + 10),
                _ => 99u,
            };
            if (digit >= radix || number > (most - digit) / radix)
            {
                return false;
            }
            number = number * radix + digit;
        }
        return number <= most;
    }

    /// <summary>Likewise for 32 bits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out uint number)
    {
        var isNumber = TryParse(text, uint.MaxValue, out var wide);
        number = (uint)wide;
        return isNumber;
    }
}
