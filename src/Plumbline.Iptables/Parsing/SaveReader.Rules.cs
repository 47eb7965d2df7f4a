using System.Runtime.InteropServices;

namespace Plumbline.Iptables;

internal sealed partial class SaveReader
{
    /// <summary><c>-A CHAIN …</c> in the form of iptables-save: the fast way.</summary>
    private void ReadAppend(int start, int at, int end, Counters? counters)
    {
        end = Extend(at, end);
        var rest = _text.AsSpan(at, end - at);
        var blank = rest.IndexOf(' ');
        var name = blank < 0 ? rest : rest[..blank];
        if (_form != RulesetForm.Save)
        {
            Table(null, start);   // a line without -t is of the default table, whatever stood above
        }
        if (_chain is null || !name.SequenceEqual(_chain.Name))
        {
            if (name.ContainsAny('\t', '"'))
            {
                ReadCommand(start, end);
                return;
            }
            if (_table is null && _tables.Count > 0 && _form == RulesetForm.Save)
            {
                _errors.Add(start, "a rule stands outside a table", "a line *TABLE must stand above it, COMMIT below");
            }
            var table = _table ?? Table(null, start);
            if (table.Find(name) is not { } chain)
            {
                chain = table.Chain(name);
                if (_form == RulesetForm.Save && !BaseChains.Has(table.Name, chain.Name))
                {
                    _errors.Add(at, $"chain \"{name}\" is not declared", "a line :NAME - [0:0] must stand above its rules");
                }
            }
            _chain = chain;
        }
        at = blank < 0 ? end : at + blank;
        if (!ReadSegments(start, at, end, counters))
        {
            _words.Clear();
            if (Words.Cut(_text, at, end, false, _words) is var open and >= 0)
            {
                _errors.Add(open, "a quote is opened and not closed", "add the closing \"");
            }
            ReadWords(_chain, start, end, counters, -1);
        }
    }

    private bool ReadSegments(int start, int at, int end, Counters? counters)
    {
        var text = _text;
        var count = 0;
        var order = -1;
        Target? target = null;
        while (at < end)
        {
            if (text[at] == ' ')
            {
                at++;
                continue;
            }
            var next = SegmentEnd(text, at, end);
            if (next < 0)
            {
                return false;
            }
            var segment = _segments.Read(text, at, next);
            at = next;
            if (segment.NeedsRule)
            {
                return false;
            }
            if (segment.Target is not null)
            {
                if (target is not null)
                {
                    return false;
                }
                target = segment.Target;
            }
            foreach (var match in segment.Matches)
            {
                var place = RuleCheck.OrderOf(match);
                if (place < order || (place == order && place < 6))
                {
                    return false;
                }
                order = place;
                if (count == _matches.Length)
                {
                    Array.Resize(ref _matches, 2 * count);
                }
                _matches[count++] = match;
            }
        }
        AddRule(_chain!, _matches.AsSpan(0, count).ToArray(), target, start, end, counters, -1);
        return true;
    }

    /// <summary>Where the segment that starts at <paramref name="at"/> ends; -1 for what is no segment.</summary>
    private static int SegmentEnd(string text, int at, int end)
    {
        var i = at;
        if (text[i] == '!')
        {
            if (i + 2 >= end || text[i + 1] != ' ')
            {
                return -1;
            }
            i += 2;
        }
        if (i + 1 >= end || text[i] != '-' || !IsStarter(text[i + 1]) || (i + 2 < end && text[i + 2] != ' '))
        {
            return -1;
        }
        for (i += 2; i < end; i++)
        {
            var c = text[i];
            if (c == ' ')
            {
                if (IsStart(text, i + 1, end)
                    || (i + 2 < end && text[i + 1] == '!' && text[i + 2] == ' ' && IsStart(text, i + 3, end)))
                {
                    return i;
                }
            }
            else if (c == '"')
            {
                while (++i < end && text[i] != '"')
                {
                    if (text[i] == '\\')
                    {
                        i++;
                    }
                }
                if (i >= end)
                {
                    return -1;
                }
            }
            else if (c == '\t')
            {
                return -1;
            }
        }
        return end;
    }

    private static bool IsStart(string text, int at, int end) =>
        at + 1 < end && text[at] == '-' && IsStarter(text[at + 1]) && (at + 2 >= end || text[at + 2] == ' ');

    private static bool IsStarter(char c) => c is 's' or 'd' or 'i' or 'o' or 'p' or 'f' or 'm' or 'j' or 'g';

    /// <summary>Reads the words in <see cref="_words"/> as one rule, or as the several that its addresses stand for.</summary>
    /// <param name="chain">Where it goes.</param>
    /// <param name="start">Where it starts in the text.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="counters">Null where not told.</param>
    /// <param name="index">Before which rule it goes; -1 for the end.</param>
    private void ReadWords(ChainDraft chain, int start, int end, Counters? counters, int index)
    {
        _reader ??= new(_family, _errors) { AreOldNegationsTaken = _form != RulesetForm.Save };
        var matches = _reader.Read(CollectionsMarshal.AsSpan(_words));
        counters ??= _reader.Counters;
        if (!_reader.HasAlternatives)
        {
            AddRule(chain, matches, _reader.Target, start, end, counters, index);
            return;
        }
        foreach (var alternative in _reader.Alternatives(matches))
        {
            AddRule(chain, alternative, _reader.Target, start, end, counters, index);
            index = index < 0 ? index : index + 1;
        }
    }

    private void AddRule(ChainDraft chain, Match[] matches, Target? target, int start, int end, Counters? counters, int index)
    {
        RuleCheck.Check(matches, target, _family, start, _errors);
        var rule = new Rule(_text, start, end - start)
        {
            Matches = matches,
            Target = target,
            Counters = counters,
            Line = _line,
        };
        if (index < 0 || index >= chain.Rules.Count)
        {
            chain.Rules.Add(rule);
        }
        else
        {
            chain.Rules.Insert(index, rule);
        }
    }

    /// <summary>
    /// A rule goes on in the next line where a terminal or a page broke it: a quote is open, or the next line starts with blanks and an
    /// option.
    /// </summary>
    private int Extend(int at, int end)
    {
        for (var joined = 0; joined < 8 && _next < _text.Length; joined++)
        {
            var next = _next;
            if (_text[next] is not (' ' or '\t') && _text[end - 1] != '\\' && !IsQuoteOpen(_text.AsSpan(at, end - at)))
            {
                break;
            }
            var length = _text.AsSpan(next).IndexOf('\n');
            var nextEnd = length < 0 ? _text.Length : next + length;
            var line = _text.AsSpan(next, nextEnd - next).Trim();
            if (line.Length == 0 || line[0] is ':' or '*' or '#' or '[' || line.StartsWith("COMMIT") || StartsCommand(line))
            {
                break;
            }
            end = next + _text.AsSpan(next, nextEnd - next).TrimEnd().Length;
            _next = length < 0 ? nextEnd : nextEnd + 1;
            _joinedLines++;
        }
        return end;
    }

    private static bool StartsCommand(ReadOnlySpan<char> line) =>
        (line.Length > 2 && line[0] == '-' && line[1] is 'A' or 'I' or 'D' or 'N' or 'P' or 'F' or 'X' && line[2] == ' ')
        || line.StartsWith("iptables") || line.StartsWith("ip6tables");

    private static bool IsQuoteOpen(ReadOnlySpan<char> text)
    {
        var at = text.IndexOf('"');
        if (at < 0)
        {
            return false;
        }
        var isOpen = false;
        for (; at < text.Length; at++)
        {
            if (text[at] == '"')
            {
                isOpen = !isOpen;
            }
            else if (isOpen && text[at] == '\\')
            {
                at++;
            }
        }
        return isOpen;
    }
}
