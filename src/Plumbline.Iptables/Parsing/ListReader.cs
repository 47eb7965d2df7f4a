using System.Text;

namespace Plumbline.Iptables;

/// <summary>
/// Reads <c>iptables -L</c>, with or without <c>-n -v -x --line-numbers</c>, out of whatever it was pasted into. A rule's columns and
/// the words behind them become the options that iptables would have taken, which <see cref="RuleReader"/> then reads; so blanks that
/// were lost in pasting matter only where two words could be meant.
/// </summary>
internal sealed partial class ListReader
{
    private readonly string _text;
    private readonly ErrorList _errors;
    private readonly ErrorList _warnings = new();
    private readonly List<ListedChain> _chains = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly string? _table;
    private readonly bool _isFamilyGiven;
    private readonly RuleReader _rules;
    private IPFamily _family;
    private ListLayout? _layout;
    private ListedChain? _chain;
    private string? _commandTable;
    private bool _isNewDump;
    private bool _hasInterfaces = true;
    private int _line;
    private (int Start, int Extras, int End, Fields Fields, int Line)? _rule;

    /// <summary>Made for one text.</summary>
    public ListReader(string text, IPFamily? family, string? table, ErrorList errors)
    {
        _text = text;
        _table = table;
        _errors = errors;
        _isFamilyGiven = family is not null;
        _family = family ?? (text.Contains("::/0", StringComparison.Ordinal) || text.Contains("ip6tables", StringComparison.Ordinal)
            ? IPFamily.IPv6 : FamilyGuess.Of(text));
        _rules = new(_family, errors) { AreNamesKept = true };
    }

    /// <summary>The rulesets of the text: one for each state that it shows.</summary>
    public List<Ruleset> Read()
    {
        CollectNames();
        var at = 0;
        while (at < _text.Length)
        {
            var length = _text.AsSpan(at).IndexOf('\n');
            var end = length < 0 ? _text.Length : at + length;
            _line++;
            ReadLine(at, end);
            at = end + 1;
        }
        EndRule();
        EndCutLine();
        return ListedStates.Of(_chains, _family, _table, _hasInterfaces, _warnings, _errors, _text);
    }

    /// <summary>All chains that the text shows: they tell where a target's name starts and ends.</summary>
    private void CollectNames()
    {
        var at = 0;
        while (_text.IndexOf("Chain", at, StringComparison.Ordinal) is var found and >= 0)
        {
            at = found + 5;
            if (ChainHeading.TryParse(_text.AsSpan(found, Math.Min(200, _text.Length - found)), out var heading))
            {
                _names.Add(heading.Name);
            }
        }
    }

    private void ReadLine(int start, int end)
    {
        // a heading may stand glued behind a rule
        for (var from = start; from < end;)
        {
            var found = _text.AsSpan(from, end - from).IndexOf("Chain", StringComparison.Ordinal);
            if (found < 0)
            {
                break;
            }
            var at = from + found;
            if (ChainHeading.TryParse(_text.AsSpan(at, end - at), out var heading))
            {
                ReadPart(start, at);
                StartChain(heading, at);
                start = at + heading.Length;
                from = start;
            }
            else
            {
                from = at + 5;
            }
        }
        ReadPart(start, end);
    }

    private void ReadPart(int start, int end)
    {
        while (start < end && _text[start] is ' ' or '\t')
        {
            start++;
        }
        while (end > start && _text[end - 1] is ' ' or '\t' or '\r')
        {
            end--;
        }
        if (start == end)
        {
            return;
        }
        if (!TryLine(start, start, end) && (_cut is not { } cut || !TryLine(cut.Start, start, end)))
        {
            EndCutLine();
            var line = _text.AsSpan(start, end - start);
            if (_rule is { } rule && GoesOn(rule.Start, rule.End, line))
            {
                _rule = rule with { End = end };
            }
            else if (IsPerhapsCut(line))
            {
                _cut = (start, end);
            }
            else
            {
                ReadOther(line, start);
            }
            return;
        }
        _cut = null;
    }

    /// <summary>Reads a heading of columns or the columns of a rule.</summary>
    /// <param name="start">Where the line begins, or the one above that it belongs to.</param>
    /// <param name="last">Where the last line of it begins.</param>
    /// <param name="end">Where it ends.</param>
    private bool TryLine(int start, int last, int end)
    {
        if (ListLayout.Parse(_text.AsSpan(start, end - start)) is { } layout)
        {
            EndRule();
            _layout = layout;
            _hasInterfaces &= layout.HasInterfaces;
            return true;
        }
        if (_chain is null || !TryFields(start, end, out var fields))
        {
            return false;
        }
        EndRule();
        _rule = (start, fields.End, end, fields, start == last ? _line : _line - 1);
        return true;
    }

    /// <summary>Prompts tell the table; what looks like a rule and is none is an error; all else is prose.</summary>
    private void ReadOther(ReadOnlySpan<char> line, int start)
    {
        if (line.Contains("iptables", StringComparison.Ordinal) || line.Contains("ip6tables", StringComparison.Ordinal))
        {
            if (line.Contains("-L", StringComparison.Ordinal) || line.Contains("--list", StringComparison.Ordinal)
                || line.Contains("-nvL", StringComparison.Ordinal) || line.Contains("L ", StringComparison.Ordinal))
            {
                EndRule();
                _isNewDump = true;
                _commandTable = TableOf(line);
            }
            return;
        }
        if (_chain is null || _layout is not { HasCounters: true } || !char.IsAsciiDigit(line[0]) || !Ascii.IsValid(line))
        {
            return;
        }
        var words = 0;
        foreach (var range in line.Split(' '))
        {
            words += range.End.Value > range.Start.Value ? 1 : 0;
        }
        if (words > 6)
        {
            _errors.Add(
                start,
                $"this is no rule as iptables -L prints it: \"{(line.Length > 60 ? line[..57] : line)}\"",
                "the columns are packets, bytes, target, protocol, opt, in, out, source, destination; give iptables-save instead");
        }
    }

    private static string TableOf(ReadOnlySpan<char> command)
    {
        foreach (var option in (ReadOnlySpan<string>)["-t ", "--table ", "--table="])
        {
            var found = command.IndexOf(option, StringComparison.Ordinal);
            if (found >= 0)
            {
                var rest = command[(found + option.Length)..].TrimStart();
                var end = rest.IndexOf(' ');
                return (end < 0 ? rest : rest[..end]).ToString();
            }
        }
        return "filter";
    }

    private void StartChain(ChainHeading heading, int at)
    {
        EndRule();
        _chain = new(heading.Name, at) { IsBase = heading.IsBase, StartsDump = _isNewDump, Table = _commandTable };
        _chain.Draft.Policy = heading.Policy;
        _chain.Draft.Counters = heading.Counters;
        _chain.Draft.References = heading.References;
        _chain.Draft.Line = _line;
        _chains.Add(_chain);
        _isNewDump = false;
        _layout = null;
    }

    private void EndRule()
    {
        if (_rule is not { } rule || _chain is null)
        {
            return;
        }
        _rule = null;
        var (matches, target) = ReadRule(rule.Fields, rule.Extras, rule.End);
        _chain.Draft.Rules.Add(new Rule(_text, rule.Start, rule.End - rule.Start)
        {
            Matches = matches,
            Target = target,
            Counters = rule.Fields.Counters,
            Line = rule.Line,
        });
    }
}
