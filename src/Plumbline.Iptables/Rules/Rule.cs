namespace Plumbline.Iptables;

/// <summary>
/// One rule. Two rules are equal when they have the same matches in the same order and the same target: counters, line and text
/// tell about a rule but are no part of it.
/// </summary>
public sealed record Rule
{
    private readonly string? _source;
    private readonly int _start;
    private readonly int _length;

    /// <summary>A rule made by hand, without a text that it came from.</summary>
    public Rule()
    {
    }

    internal Rule(string source, int start, int length) => (_source, _start, _length) = (source, start, length);

    /// <summary>
    /// In the order in which iptables prints them: <c>-s -d -i -o -p -f</c>, then the modules' matches as the text has them.
    /// </summary>
    public IReadOnlyList<Match> Matches { get; init; } = [];

    /// <summary>Null: the rule only counts.</summary>
    public Target? Target { get; init; }

    /// <summary>Null where not told.</summary>
    public Counters? Counters { get; init; }

    /// <summary>The line it starts on, from 1; 0 for a rule that was not read.</summary>
    public int Line { get; init; }

    /// <summary>As read, without the line's end; empty for a rule that was not read.</summary>
    public string Text => _source is null ? "" : _source.Substring(_start, _length);

    internal int Start => _start;

    /// <summary>The first comment's text; null where there is none.</summary>
    public string? Comment
    {
        get
        {
            foreach (var match in Matches)
            {
                if (match is CommentMatch comment)
                {
                    return comment.Text;
                }
            }
            return null;
        }
    }

    /// <inheritdoc/>
    public bool Equals(Rule? other)
    {
        if (ReferenceEquals(this, other))
        {
            return true;
        }
        if (other is null || Matches.Count != other.Matches.Count || !Equals(Target, other.Target))
        {
            return false;
        }
        for (var i = 0; i < Matches.Count; i++)
        {
            if (!Matches[i].Equals(other.Matches[i]))
            {
                return false;
            }
        }
        return true;
    }

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Target);
        foreach (var match in Matches)
        {
            hash.Add(match);
        }
        return hash.ToHashCode();
    }
}
