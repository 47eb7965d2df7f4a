namespace Plumbline.Iptables;

/// <summary>The options of one match or target module.</summary>
/// <param name="Name">Behind <c>-m</c> or <c>-j</c>.</param>
/// <param name="Options">In the order in which iptables prints them.</param>
/// <param name="KeepsOrder">They are printed in the order in which they stand in the text instead.</param>
internal sealed record ModuleSpec(string Name, OptionSpec[] Options, bool KeepsOrder)
{
    /// <summary>
    /// The option called <paramref name="name"/> (without dashes); with <paramref name="isAbbreviated"/> also one that alone starts so,
    /// as getopt_long(3) has it.
    /// </summary>
    public OptionSpec? Find(ReadOnlySpan<char> name, bool isAbbreviated)
    {
        OptionSpec? found = null;
        foreach (var option in Options)
        {
            foreach (var candidate in option.Names)
            {
                if (name.SequenceEqual(candidate))
                {
                    return option;
                }
                if (isAbbreviated && candidate.AsSpan().StartsWith(name))
                {
                    if (found is not null && found != option)
                    {
                        return null;
                    }
                    found = option;
                }
            }
        }
        return found;
    }

    /// <summary>Reads a line of <see cref="ModuleSpecs"/>.</summary>
    public static ModuleSpec Parse(string name, string text)
    {
        var keepsOrder = text.StartsWith('~');
        var words = (keepsOrder ? text[1..] : text).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var options = new OptionSpec[words.Length];
        for (var i = 0; i < words.Length; i++)
        {
            var colon = words[i].IndexOf(':', StringComparison.Ordinal);
            var kind = words[i][colon + 1];
            var values = kind == 'f' ? 0 : words[i].IndexOf('2', colon) > 0 ? 2 : 1;
            options[i] = new(words[i][..colon].Split('|'), kind, values, words[i].EndsWith('!'));
        }
        return new(name, options, keepsOrder);
    }
}
