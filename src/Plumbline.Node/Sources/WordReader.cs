namespace Plumbline.Node.Sources;

/// <summary>A line's words, cut at blanks and tabs, without a string for each.</summary>
/// <param name="line">The line.</param>
internal ref struct WordReader(ReadOnlySpan<char> line)
{
    private ReadOnlySpan<char> _rest = line;

    /// <summary>What is left, without blanks around.</summary>
    public readonly ReadOnlySpan<char> Rest => _rest.Trim(" \t\r");

    /// <summary>The next word; empty at the end.</summary>
    public ReadOnlySpan<char> Next()
    {
        _rest = _rest.TrimStart(" \t\r");
        var end = _rest.IndexOfAny(' ', '\t', '\r');
        var word = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? default : _rest[end..];
        return word;
    }
}
