using System.Text;

namespace Plumbline.Iptables;

/// <summary>Walks through the words behind a listed rule's columns and makes options of them.</summary>
internal sealed partial class ListScanner(string text, byte protocol, string target)
{
    private readonly List<Word> _matches = [];
    private readonly List<Word> _targetOptions = [];
    private readonly StringBuilder _unknown = new();
    private readonly HashSet<string> _given = new(StringComparer.Ordinal);
    private string _module = "";
    private int _at;
    private int _end;
    private bool _isInverted;

    /// <summary>Options of matches.</summary>
    public List<Word> Matches => _matches;

    /// <summary>Options of the target.</summary>
    public List<Word> TargetOptions => _targetOptions;

    /// <summary>The words say another target than the column: NOTRACK in a column CT.</summary>
    public string? Target { get; private set; }

    /// <summary><c>[goto]</c> was there.</summary>
    public bool IsGoto { get; private set; }

    /// <summary>Words that stand for nothing that we know; empty for none.</summary>
    public string Unknown => _unknown.ToString();

    /// <summary>Where the first of them stands.</summary>
    public int UnknownAt { get; private set; } = -1;

    /// <summary>How far a phrase reaches in <paramref name="text"/>, whose blanks may be fewer or more; 0 where it does not stand there.</summary>
    public static int Follows(ReadOnlySpan<char> text, string phrase)
    {
        var at = 0;
        foreach (var c in phrase)
        {
            if (c == ' ')
            {
                while (at < text.Length && text[at] is ' ' or '\t' or '\n' or '\r')
                {
                    at++;
                }
            }
            else if (at < text.Length && text[at] == c)
            {
                at++;
            }
            else
            {
                return 0;
            }
        }
        return at;
    }

    /// <summary>Reads from <paramref name="start"/> to <paramref name="end"/>.</summary>
    public void Read(int start, int end)
    {
        (_at, _end) = (start, end);
        while (true)
        {
            SkipBlanks();
            if (_at == _end)
            {
                break;
            }
            if (text[_at] == '!' && _at + 1 < _end && text[_at + 1] is ' ' or '\t')
            {
                _isInverted = true;
                _at++;
                continue;
            }
            if (!ReadPhrase())
            {
                AddUnknown(TakeWord());
            }
            _isInverted = false;
        }
    }

    private bool ReadPhrase()
    {
        var rest = text.AsSpan(_at, _end - _at);
        if (Follows(rest, "[goto]") is var length and > 0)
        {
            _at += length;
            IsGoto = true;
            return true;
        }
        foreach (var (phrase, module, option, kind) in ListPhrases.All)
        {
            if (phrase[0] != rest[0] || Follows(rest, phrase) is not (var end and > 0) || !IsMeant(module, phrase, rest[end..]))
            {
                continue;
            }
            var start = _at;
            _at += end;
            Take(start, module, option, kind);
            return true;
        }
        return false;
    }

    /// <summary>A phrase counts where its module can be meant, and where it is a word of its own or may have lost the blank behind it.</summary>
    private bool IsMeant(string module, string phrase, ReadOnlySpan<char> after)
    {
        if (module.StartsWith('-') && module.Length > 1 && module != "-" + target && !(module == "-NOTRACK" && target == "CT"))
        {
            return false;
        }
        if (module == "-" && target is not ("DNAT" or "SNAT" or "MASQUERADE" or "REDIRECT" or "NETMAP"))
        {
            return false;
        }
        var isWordEnd = after.Length == 0 || after[0] is ' ' or '\t' or '\n' or '\r';
        return phrase switch
        {
            "tcp" => protocol == 6 && (isWordEnd || StartsPort(after)),
            "udp" => protocol == 17 && (isWordEnd || StartsPort(after)),
            "sctp" => protocol == 132 && (isWordEnd || StartsPort(after)),
            "icmp" or "icmptype" => protocol == 1,
            "ipv6-icmp" or "ipv6-icmptype" => protocol == 58,
            "esp" => protocol == 50 && isWordEnd,
            "ah" => isWordEnd,
            "any" or "all" or "only" => protocol == 132 && isWordEnd && _module == "sctp",
            "u32" => isWordEnd,
            "state" => isWordEnd || char.IsAsciiLetterUpper(after[0]),
            "MAC" => isWordEnd || char.IsAsciiHexDigit(after[0]),
            "length" => isWordEnd,
            "CT" or "LOG" or "socket" or "rpfilter" or "cpu" or "random" or "mask" or "uid" or "invert" or "every" or "packet"
                or "loose" or "helper" or "zone" or "AUDIT" or "level" or "timeout" or "prefix" => isWordEnd,
            _ => true,
        };
    }

    private static bool StartsPort(ReadOnlySpan<char> text) =>
        text.StartsWith("spt", StringComparison.Ordinal) || text.StartsWith("dpt", StringComparison.Ordinal)
        || text.StartsWith("flags:", StringComparison.Ordinal) || text.StartsWith("option=", StringComparison.Ordinal);

    private void Take(int start, string module, string option, char kind)
    {
        switch (kind)
        {
            case 'C':
                TakeComment(start);
                break;
            case 'P':
                Open(module, start);
                break;
            case 'm':
                if (!module.StartsWith('-') && module is not "addrtype")
                {
                    Open(module, start);
                }
                break;
            case 'T':
                Target = module[1..];
                break;
            case 'I':
                TakeIcmp(start, module, option);
                break;
            case 'L':
                Add(module, option, start, TakeWord());
                if (TakeIf("burst") && TakeWord() is { } burst)
                {
                    Add(module, "limit-burst", start, burst);
                }
                break;
            case 'S':
                var searched = TakeQuotedAfterNot();
                Add(module, searched.Text.StartsWith('|') ? "hex-string" : option, start, searched);
                break;
            case 'K':
                TakeChunks(start);
                break;
            case 'F':
                TakeFlags(start);
                break;
            case 'G':
                TakeLogFlags(start);
                break;
            case 'N':
                TakeConnlimit(start);
                break;
            case 'R':
                TakeRecent(start);
                break;
            case '~':
                var mask = TakeWord();
                Add(module, option, start, mask.Text.StartsWith('~') ? mask with { Text = mask.Text[1..] } : mask);
                break;
            case 'f':
                Add(module, option, start, null);
                break;
            case 'q':
                Add(module, option, start, TakeQuoted());
                break;
            case '2':
                var name = TakeWord();
                SkipBlanks();
                Add(module, option, start, name, TakeWord());
                break;
            default:
                var value = TakeValue(option);
                Add(module, option == "to" ? NatOption() : option, start, value);
                break;
        }
    }

    private string NatOption() => target switch
    {
        "DNAT" => "to-destination",
        "SNAT" => "to-source",
        "NETMAP" => "to",
        _ => "to-ports",
    };

    private void Open(string module, int at)
    {
        _matches.Add(new("-m", at, at));
        _matches.Add(new(module, at, at));
        _module = module;
        _given.Clear();
    }

    /// <summary>Adds an option; one that is given twice, or that belongs to another module than the last, opens its module anew.</summary>
    private void Add(string module, string option, int at, Word? value, Word? second = null)
    {
        var isInverted = _isInverted;
        if (option.StartsWith('!'))
        {
            (isInverted, option) = (true, option[1..]);
        }
        if (value is { IsQuoted: false, Text: ['!', ..] } negated)
        {
            isInverted = true;
            var rest = negated.Text[1..];
            value = rest.Length > 0 ? negated with { Text = rest } : TakeWord();
        }
        var words = module.StartsWith('-') ? _targetOptions : _matches;
        if (words == _matches)
        {
            if (module.Length == 0)
            {
                module = _module is "tcp" or "udp" or "sctp" or "dccp" ? _module : ProtocolNames.NameOf(protocol);
            }
            if (_module != module || module == "multiport" || !_given.Add(option))
            {
                Open(module, at);
                _given.Add(option);
            }
        }
        if (isInverted)
        {
            words.Add(new("!", at, at));
        }
        words.Add(new("--" + option, at, at));
        if (value is { } first)
        {
            words.Add(first);
        }
        if (second is { } other)
        {
            words.Add(other);
        }
    }

    private void TakeComment(int start)
    {
        var close = text.AsSpan(_at, _end - _at).IndexOf("*/");
        var end = close < 0 ? _end : _at + close;
        // one blank on either side is iptables', further ones are the comment's
        var first = _at < end && text[_at] == ' ' ? _at + 1 : _at;
        var last = end > first && text[end - 1] == ' ' ? end - 1 : end;
        var comment = text[first..last].ReplaceLineEndings(" ");
        _at = close < 0 ? _end : end + 2;
        _isInverted = false;
        Open("comment", start);
        _matches.Add(new("--comment", start, start));
        _matches.Add(new(comment, start, end, true));
    }

    private bool TakeIf(string phrase)
    {
        var save = _at;
        SkipBlanks();
        var length = Follows(text.AsSpan(_at, _end - _at), phrase);
        if (length == 0)
        {
            _at = save;
            return false;
        }
        _at += length;
        return true;
    }

    private void SkipBlanks()
    {
        while (_at < _end && text[_at] is ' ' or '\t' or '\n' or '\r')
        {
            _at++;
        }
    }

    /// <summary>A value ends at a blank, or where the next phrase is glued to it: <c>bootpsdpt:bootpc</c>, <c>tap1--physdev-is-bridged</c>.</summary>
    private Word TakeValue(string option)
    {
        var word = TakeWord();
        var cut = word.Text.Length;
        foreach (var marker in (ReadOnlySpan<string>)["--physdev", "dpt:", "dpts:", "spt:", "spts:", "flags:", "/*", "PHYSDEV"])
        {
            if (word.Text.IndexOf(marker, 1 <= word.Text.Length ? 1 : 0, StringComparison.Ordinal) is var found and > 0 && found < cut)
            {
                cut = found;
            }
        }
        // a device may be called tap1dpt:... never: ':' is for aliases; a port's value is a number or a service
        if (cut < word.Text.Length && (option.StartsWith("physdev", StringComparison.Ordinal) || word.Text[cut..] is not ['d' or 's', 'p', ..]
            || PortText.TryParse(word.Text[..cut].TrimStart('!'), ':', out _)))
        {
            _at = word.Start + cut;
            return word with { Text = word.Text[..cut], End = _at };
        }
        return word;
    }

    private Word TakeWord()
    {
        SkipBlanks();
        var start = _at;
        while (_at < _end && text[_at] is not (' ' or '\t' or '\n' or '\r'))
        {
            _at++;
        }
        return new(text[start.._at], start, _at);
    }

    /// <summary>A text in <c>"</c>, or between <c>`</c> and <c>'</c> as iptables before 1.4.20 printed it.</summary>
    private Word TakeQuoted()
    {
        SkipBlanks();
        if (_at == _end || text[_at] is not ('"' or '`'))
        {
            return TakeWord();
        }
        var start = _at;
        var close = text.AsSpan(_at + 1, _end - _at - 1).IndexOf(text[_at] == '`' ? '\'' : '"');
        var end = close < 0 ? _end : _at + 1 + close;
        _at = close < 0 ? _end : end + 1;
        return new(text[(start + 1)..end], start, _at, true);
    }

    private void AddUnknown(Word word)
    {
        if (word.Text.Length == 0)
        {
            return;
        }
        UnknownAt = UnknownAt < 0 ? word.Start : UnknownAt;
        _unknown.Append(_unknown.Length > 0 ? " " : "").Append(_isInverted ? "! " : "").Append(word.Text);
    }
}
