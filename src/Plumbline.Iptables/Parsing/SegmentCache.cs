using System.Runtime.InteropServices;

namespace Plumbline.Iptables;

/// <summary>Segments by their text. A ruleset of a thousand ports repeats most of them; each is read once.</summary>
internal sealed class SegmentCache(IPFamily family)
{
    private readonly Dictionary<string, Segment> _segments = new(StringComparer.Ordinal);
    private readonly ErrorList _errors = new();
    private readonly List<Word> _words = [];
    private RuleReader? _reader;

    /// <summary>The segment between <paramref name="start"/> and <paramref name="end"/>.</summary>
    public Segment Read(string source, int start, int end)
    {
        var text = source.AsSpan(start, end - start);
        var lookup = _segments.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!lookup.TryGetValue(text, out var segment))
        {
            segment = SegmentShapes.Read(text, family) ?? ReadNew(source, start, end);
            lookup[text] = segment;
        }
        return segment;
    }

    private Segment ReadNew(string source, int start, int end)
    {
        _errors.Clear();
        _words.Clear();
        _reader ??= new(family, _errors);
        if (Words.Cut(source, start, end, false, _words) >= 0)
        {
            return new() { NeedsRule = true };
        }
        var matches = _reader.Read(CollectionsMarshal.AsSpan(_words));
        return _errors.Count > 0 || _reader.HasAlternatives || _reader.Counters is not null
            ? new() { NeedsRule = true }
            : new() { Matches = matches, Target = _reader.Target };
    }
}
