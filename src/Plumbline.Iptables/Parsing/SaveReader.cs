namespace Plumbline.Iptables;

/// <summary>
/// Reads <c>iptables-save</c> text and commands, one pass over the characters. A rule is cut into segments, which are looked up by
/// their text; only what was not seen before is read word by word.
/// </summary>
internal sealed partial class SaveReader
{
    private readonly string _text;
    private readonly ErrorList _errors;
    private readonly ErrorList _warnings = new();
    private readonly List<Ruleset> _rulesets = [];
    private readonly List<Word> _words = [];
    private readonly bool _isFamilyGiven;
    private List<TableDraft> _tables = [];
    private TableDraft? _table;
    private ChainDraft? _chain;
    private SegmentCache _segments;
    private RuleReader? _reader;
    private IPFamily _family;
    private RulesetForm _form;
    private string? _printer;
    private Match[] _matches = new Match[16];
    private int _line;
    private int _next;
    private int _joinedLines;
    private int _commandAt;

    /// <summary>Made for one text.</summary>
    public SaveReader(string text, IPFamily? family, RulesetForm form, ErrorList errors)
    {
        _text = text;
        _isFamilyGiven = family is not null;
        _family = family ?? FamilyGuess.Of(text);
        _form = form;
        _errors = errors;
        _segments = new(_family);
    }

    /// <summary>The table of lines that name none.</summary>
    public string DefaultTable { get; init; } = "filter";

    /// <summary>The rulesets of the text.</summary>
    public List<Ruleset> Read()
    {
        var text = _text;
        while (_next < text.Length)
        {
            var start = _next;
            var length = text.AsSpan(start).IndexOf('\n');
            var end = length < 0 ? text.Length : start + length;
            _next = length < 0 ? end : end + 1;
            _line += 1 + _joinedLines;
            _joinedLines = 0;
            while (start < end && text[start] is ' ' or '\t')
            {
                start++;
            }
            while (end > start && text[end - 1] is '\r' or ' ' or '\t')
            {
                end--;
            }
            if (start < end)
            {
                ReadLine(start, end);
            }
        }
        EndRuleset();
        return _rulesets;
    }

    private void ReadLine(int start, int end)
    {
        switch (_text[start])
        {
            case '-' when end - start > 3 && _text[start + 1] == 'A' && _text[start + 2] == ' ':
                ReadAppend(start, start + 3, end, null);
                break;
            case '[':
                ReadCounted(start, end);
                break;
            case ':':
                ReadChain(start, end);
                break;
            case '*':
                StartTable(_text.AsSpan(start + 1, end - start - 1).Trim().ToString(), start);
                break;
            case '#':
                ReadComment(_text.AsSpan(start, end - start), start);
                break;
            default:
                if (end - start == 6 && _text.AsSpan(start, 6).SequenceEqual("COMMIT"))
                {
                    EndTable();
                }
                else
                {
                    ReadCommand(start, end);
                }
                break;
        }
    }

    private void EndTable()
    {
        if (_table is not null)
        {
            _table.IsWhole = true;
        }
        _table = null;
        _chain = null;
    }

    private void StartTable(string name, int start)
    {
        _form = RulesetForm.Save;
        foreach (var table in _tables)
        {
            if (table.Name == name)
            {
                EndRuleset();
                break;
            }
        }
        if (name is not ("raw" or "mangle" or "nat" or "filter" or "security"))
        {
            _errors.Add(start, $"table \"{name}\" does not exist", "raw, mangle, nat, filter or security");
        }
        _table = new(name, start);
        _chain = null;
        _tables.Add(_table);
    }

    private TableDraft Table(string? name, int start)
    {
        if (_table is not null && name is null && _form == RulesetForm.Save)
        {
            return _table;
        }
        name ??= DefaultTable;
        if (_table?.Name == name)
        {
            return _table;
        }
        _chain = null;
        _table = _tables.Find(t => t.Name == name);
        if (_table is null)
        {
            _table = new(name, start);
            _tables.Add(_table);
        }
        return _table;
    }

    private void EndRuleset()
    {
        if (_tables.Count > 0)
        {
            var tables = new Table[_tables.Count];
            for (var i = 0; i < tables.Length; i++)
            {
                tables[i] = _tables[i].ToTable(_tables[i].IsWhole && _form == RulesetForm.Save, _errors, _warnings);
            }
            _rulesets.Add(new()
            {
                Family = _family,
                Tables = tables,
                Form = _form,
                Printer = _printer,
                Warnings = _warnings.ToErrors(_text),
            });
        }
        _warnings.Clear();
        _tables = [];
        _table = null;
        _chain = null;
        _printer = null;
    }

    private void ReadComment(ReadOnlySpan<char> line, int start)
    {
        const string Generated = "# Generated by ";
        if (line.StartsWith(Generated))
        {
            var printer = line[Generated.Length..];
            var family = printer.StartsWith("ip6") ? IPFamily.IPv6 : IPFamily.IPv4;
            if (!_isFamilyGiven && family != _family)
            {
                EndRuleset();
                Switch(family);
            }
            var on = printer.IndexOf(" on ");
            _printer = (on < 0 ? printer : printer[..on]).ToString();
        }
        else if (line.StartsWith("# Warning:") || line.StartsWith("# Table `"))
        {
            _warnings.Add(start, line[2..].ToString(), line.Contains("legacy", StringComparison.Ordinal)
                ? "read iptables-legacy-save too: the kernel consults both" : "ask nft list ruleset for that table");
        }
    }

    private void Switch(IPFamily family)
    {
        if (_family != family)
        {
            _family = family;
            _segments = new(family);
            _reader = null;
        }
    }

    /// <summary><c>:NAME POLICY [PACKETS:BYTES]</c>.</summary>
    private void ReadChain(int start, int end)
    {
        var table = _table;
        if (table is null)
        {
            _errors.Add(start, "a chain is declared outside a table", "a line *TABLE must stand above it");
            table = Table(null, start);
        }
        var rest = _text.AsSpan(start + 1, end - start - 1).Trim();
        var blank = rest.IndexOfAny(' ', '\t');
        var name = blank < 0 ? rest : rest[..blank];
        if (name.Length is 0 or > 28)
        {
            _errors.Add(start + 1, $"chain name \"{name}\" has {name.Length} characters", "the kernel allows 1 to 28");
        }
        var chain = table.Chain(name);
        chain.Line = _line;
        rest = blank < 0 ? [] : rest[blank..].Trim();
        blank = rest.IndexOfAny(' ', '\t');
        var policy = blank < 0 ? rest : rest[..blank];
        chain.Policy = policy switch
        {
            "ACCEPT" => Verdict.Accept,
            "DROP" => Verdict.Drop,
            "QUEUE" => Verdict.Queue,
            "RETURN" => Verdict.Return,
            _ => null,
        };
        if (chain.Policy is null && policy is not "-")
        {
            _errors.Add(start, $"bad policy \"{policy}\" of chain \"{name}\"", "ACCEPT, DROP, or - for a user's chain");
        }
        rest = blank < 0 ? [] : rest[blank..].Trim();
        if (rest.Length > 0)
        {
            if (TryCounters(rest, out var counters, out var length) && length == rest.Length)
            {
                chain.Counters = counters;
            }
            else
            {
                _errors.Add(start, $"bad counters \"{rest}\" of chain \"{name}\"", "[PACKETS:BYTES]");
            }
        }
    }

    /// <summary>Reads <c>[PACKETS:BYTES]</c> at the start of <paramref name="text"/>.</summary>
    private static bool TryCounters(ReadOnlySpan<char> text, out Counters counters, out int length)
    {
        counters = default;
        length = 1;
        if (text.Length < 5 || text[0] != '[' || !TryNumber(text, ref length, out var packets) || length >= text.Length
            || text[length++] != ':' || !TryNumber(text, ref length, out var bytes) || length >= text.Length || text[length++] != ']')
        {
            return false;
        }
        counters = new(packets, bytes);
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, ref int at, out ulong number)
    {
        number = 0;
        var start = at;
        while (at < text.Length && at - start < 20 && text[at] is >= '0' and <= '9')
        {
            number = number * 10 + text[at++] - '0';
        }
        return at > start;
    }

    private void ReadCounted(int start, int end)
    {
        if (TryCounters(_text.AsSpan(start, end - start), out var counters, out var length))
        {
            var rule = start + length;
            while (rule < end && _text[rule] is ' ' or '\t')
            {
                rule++;
            }
            if (end - rule > 3 && _text.AsSpan(rule, 3).SequenceEqual("-A "))
            {
                ReadAppend(start, rule + 3, end, counters);
                return;
            }
        }
        ReadCommand(start, end);
    }
}
