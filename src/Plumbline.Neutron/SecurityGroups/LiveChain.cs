using System.Text;

namespace Plumbline.Neutron.SecurityGroups;

/// <summary>
/// A chain of a table as saved. Its rules stay the save's bytes until somebody wants them as text: of a thousand ports' chains a change
/// touches a few.
/// </summary>
/// <param name="policy">Its policy; <c>-</c> where it is no built-in chain.</param>
internal sealed class LiveChain(string policy)
{
    private ReadOnlyMemory<byte> _saved;
    private int _start;
    private int _end;
    private List<string>? _rules;

    /// <summary>Its policy; <c>-</c> where it is no built-in chain.</summary>
    public string Policy => policy;

    /// <summary>Its rules, each the text behind <c>-A CHAIN </c>. Who asks may change them.</summary>
    public List<string> Rules => _rules ??= ReadRules();

    /// <summary>True where it has no rule.</summary>
    public bool IsEmpty => _rules is null ? _start == _end : _rules.Count == 0;

    /// <summary>The rules as the save has them, whole lines; empty where they are text already.</summary>
    public ReadOnlySpan<byte> Saved => _rules is null ? _saved.Span[_start.._end] : [];

    /// <summary>True where a rule contains this text.</summary>
    public bool Mentions(string text)
    {
        if (_rules is null)
        {
            return Saved.IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
        }
        foreach (var rule in _rules)
        {
            if (rule.Contains(text, StringComparison.Ordinal))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Adds a line of a save, which most often stands right behind the one before.</summary>
    public void Add(ReadOnlyMemory<byte> saved, int start, int end)
    {
        if (_rules is null && _start == _end)
        {
            (_saved, _start, _end) = (saved, start, end);
        }
        else if (_rules is null && _end == start)
        {
            _end = end;
        }
        else if (_rules is null)
        {
            byte[] joined = [.. Saved, .. saved.Span[start..end]];
            (_saved, _start, _end) = (joined, 0, joined.Length);
        }
        else
        {
            _rules.Add(Encoding.UTF8.GetString(SavedRules.RuleOf(saved.Span[start..end], out _)));
        }
    }

    /// <summary>The rules that the save tells counters of, in order, each with them as <c> -c PACKETS BYTES</c>.</summary>
    public List<(string Rule, string Counters)> Counted()
    {
        var counted = new List<(string, string)>();
        foreach (var line in Encoding.UTF8.GetString(_saved.Span[_start.._end]).Split('\n'))
        {
            var text = line.Trim();
            var (colon, close) = (text.IndexOf(':'), text.IndexOf("] ", StringComparison.Ordinal));
            if (text.StartsWith('[') && colon > 1 && close > colon)
            {
                var rule = SavedRules.RuleOf(Encoding.UTF8.GetBytes(text), out _);
                counted.Add((Encoding.UTF8.GetString(rule), $" -c {text[1..colon]} {text[(colon + 1)..close]}"));
            }
        }
        return counted;
    }

    private List<string> ReadRules()
    {
        var rules = new List<string>();
        foreach (var rule in new SavedRules(Saved))
        {
            rules.Add(Encoding.UTF8.GetString(rule));
        }
        return rules;
    }
}
