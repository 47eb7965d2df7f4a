namespace Plumbline.Iptables;

/// <summary>Errors of one text, by place; lines and columns are counted once, at the end.</summary>
internal sealed class ErrorList
{
    /// <summary>More than these are not kept: a text that is no ruleset at all should not answer with itself.</summary>
    private const int Most = 10_000;

    private readonly List<(int At, string What, string? Fix)> _found = [];

    /// <summary>How many so far.</summary>
    public int Count => _found.Count;

    /// <summary>Notes one at offset <paramref name="at"/>.</summary>
    public void Add(int at, string what, string? fix = null)
    {
        if (_found.Count < Most)
        {
            _found.Add((at, what, fix));
        }
    }

    /// <summary>Takes over what <paramref name="other"/> found.</summary>
    public void AddRange(ErrorList other) => _found.AddRange(other._found);

    /// <summary>Forgets all.</summary>
    public void Clear() => _found.Clear();

    /// <summary>In the order of the text, with lines and columns.</summary>
    public IReadOnlyList<ParseError> ToErrors(string text)
    {
        if (_found.Count == 0)
        {
            return [];
        }
        var sorted = _found.ToArray();
        var order = new int[sorted.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }
        Array.Sort(order, (a, b) => sorted[a].At != sorted[b].At ? sorted[a].At.CompareTo(sorted[b].At) : a.CompareTo(b));
        var errors = new ParseError[sorted.Length];
        var (line, lineStart) = (1, 0);
        for (var i = 0; i < order.Length; i++)
        {
            var (at, what, fix) = sorted[order[i]];
            at = Math.Min(at, text.Length);
            while (text.AsSpan(lineStart, at - lineStart).IndexOf('\n') is var next and >= 0)
            {
                line++;
                lineStart += next + 1;
            }
            errors[i] = new(line, at - lineStart + 1, what, fix);
        }
        return errors;
    }
}
