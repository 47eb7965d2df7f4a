namespace Plumbline.Ovsdb.Wire;

/// <summary>Finds where a JSON object or array ends, by its brackets alone.</summary>
internal static class Brackets
{
    /// <summary>
    /// The length of the object or array that <paramref name="json"/> begins with; 0 where it begins with neither, or brackets do not match.
    /// </summary>
    public static int LengthOf(ReadOnlySpan<byte> json)
    {
        const int MaxDepth = 64;
        var depth = 0;
        var objects = 0ul; // a bit for each that is open, the innermost lowest: 1 = object
        for (var at = 0; at < json.Length; at++)
        {
            switch (json[at])
            {
                case (byte)'[' or (byte)'{':
                    objects = objects << 1 | (json[at] == '{' ? 1u : 0);
                    if (++depth > MaxDepth)
                    {
                        return 0;
                    }
                    break;
                case (byte)']' or (byte)'}':
                    if (depth == 0 || (objects & 1) != (json[at] == '}' ? 1u : 0))
                    {
                        return 0;
                    }
                    objects >>= 1;
                    if (--depth == 0)
                    {
                        return at + 1;
                    }
                    break;
                case (byte)'"' when depth > 0:
                    for (at++; at < json.Length && json[at] != '"'; at++)
                    {
                        at += json[at] == '\\' ? 1 : 0;
                    }
                    break;
                default:
                    if (depth == 0)
                    {
                        return 0;
                    }
                    break;
            }
        }
        return 0;
    }
}
