namespace Plumbline.Iptables;

internal sealed partial class ListReader
{
    private bool TryFields(int start, int end, out Fields fields)
    {
        if (_layout is { } layout)
        {
            return TryFields(start, end, layout, out fields);
        }
        // no heading was pasted: the layout in which the line makes sense
        return TryFields(start, end, new(true, true, true), out fields)
            || TryFields(start, end, new(false, true, true), out fields)
            || TryFields(start, end, new(false, false, false), out fields);
    }

    private bool TryFields(int start, int end, ListLayout layout, out Fields fields)
    {
        fields = default;
        var at = start;
        if (layout.HasNumbers && !TryDigits(ref at, end))
        {
            return false;
        }
        Counters? counters = null;
        if (layout.HasCounters && !TryCounters(ref at, end, out counters))
        {
            return false;
        }
        if (!TryTarget(ref at, end, out var target, out var protocol, out var fragment))
        {
            return false;
        }
        Word into = default;
        Word outOf = default;
        if (layout.HasInterfaces && (!TryWord(ref at, end, "any", out into) || !TryWord(ref at, end, "any", out outOf)))
        {
            return false;
        }
        if (!TryWord(ref at, end, "anywhere", out var source) || !TryWord(ref at, end, "anywhere", out var destination)
            || !IsAddressLike(source.Text) || !IsAddressLike(destination.Text))
        {
            return false;
        }
        fields = new()
        {
            Counters = counters,
            Target = target,
            Protocol = protocol,
            Fragment = fragment,
            In = into,
            Out = outOf,
            Source = source,
            Destination = destination,
            End = at,
        };
        return true;
    }

    private bool TryDigits(ref int at, int end)
    {
        SkipBlanks(ref at, end);
        var start = at;
        while (at < end && char.IsAsciiDigit(_text[at]))
        {
            at++;
        }
        return at > start && at < end && _text[at] is ' ' or '\t';
    }

    private void SkipBlanks(ref int at, int end)
    {
        while (at < end && _text[at] is ' ' or '\t' or '\n' or '\r')
        {
            at++;
        }
    }

    private bool TryCounters(ref int at, int end, out Counters? counters)
    {
        counters = null;
        if (!TryCounter(ref at, end, false, out var packets, out var isRounded)
            || !TryCounter(ref at, end, true, out var bytes, out var isBytesRounded))
        {
            return false;
        }
        counters = new(packets, bytes, isRounded || isBytesRounded);
        return true;
    }

    /// <summary>A number with its letter. Behind bytes the target may stand without a blank: <c>19Mneutron-filter-top</c>.</summary>
    private bool TryCounter(ref int at, int end, bool canBeGlued, out ulong number, out bool isRounded)
    {
        (number, isRounded) = (0, false);
        SkipBlanks(ref at, end);
        var start = at;
        while (at < end && char.IsAsciiDigit(_text[at]))
        {
            at++;
        }
        if (at == start || at == end)
        {
            return false;
        }
        if (ListCounters.FactorOf(_text[at]) > 1 && (at + 1 == end || _text[at + 1] is ' ' or '\t'))
        {
            at++;
        }
        else if (_text[at] is not (' ' or '\t'))
        {
            if (!canBeGlued)
            {
                return false;
            }
            if (ListCounters.FactorOf(_text[at]) > 1 && !IsKnownTarget(WordAt(at, end)))
            {
                at++;
            }
        }
        return ListCounters.TryParse(_text.AsSpan(start, at - start), out number, out isRounded);
    }

    private ReadOnlySpan<char> WordAt(int at, int end)
    {
        var rest = _text.AsSpan(at, end - at);
        var blank = rest.IndexOfAny(" \t\n");
        return blank < 0 ? rest : rest[..blank];
    }

    private bool IsKnownTarget(ReadOnlySpan<char> word) =>
        word is "ACCEPT" or "DROP" or "RETURN" or "QUEUE"
        || _names.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word)
        || (word.Length < 16 && ModuleSpecs.Target(word.ToString()) is not null);

    /// <summary>Target, protocol and opt: the target may be missing, opt too (ip6tables before 1.8.9), and blanks between them.</summary>
    private bool TryTarget(ref int at, int end, out Word target, out Word protocol, out string fragment)
    {
        (target, protocol, fragment) = (default, default, "");
        var save = at;
        if (!TryProtocol(ref at, end, out protocol, out fragment, true) || NextIsProtocol(at, end))
        {
            // the usual case: a target stands first
            at = save;
            SkipBlanks(ref at, end);
            var word = WordAt(at, end);
            var start = at;
            at += word.Length;
            if (word.Length == 0 || !TryProtocol(ref at, end, out protocol, out fragment, false))
            {
                // the protocol may be glued to the target: RETURNall
                at = start + word.Length;
                if (!TryGlued(word, start, ref at, end, out target, out protocol, out fragment))
                {
                    at = save;
                    return TryProtocol(ref at, end, out protocol, out fragment, false);
                }
                return true;
            }
            target = new(word.ToString(), start, start + word.Length);
        }
        return true;
    }

    private bool TryGlued(
        ReadOnlySpan<char> word, int start, ref int at, int end, out Word target, out Word protocol, out string fragment)
    {
        (target, protocol, fragment) = (default, default, "");
        foreach (var name in (ReadOnlySpan<string>)["all", "tcp", "udp", "ipv6-icmp", "icmp", "sctp"])
        {
            if (word.Length > name.Length && word.EndsWith(name, StringComparison.Ordinal) && IsKnownTarget(word[..^name.Length])
                && TryFragment(ref at, end, out fragment))
            {
                var cut = start + word.Length - name.Length;
                target = new(word[..^name.Length].ToString(), start, cut);
                protocol = new(name, cut, start + word.Length);
                return true;
            }
        }
        return false;
    }

    private bool NextIsProtocol(int at, int end) => TryProtocol(ref at, end, out _, out _, true);

    private bool TryProtocol(ref int at, int end, out Word protocol, out string fragment, bool needsFragment)
    {
        (protocol, fragment) = (default, "");
        SkipBlanks(ref at, end);
        var start = at;
        var word = WordAt(at, end);
        if (word is "!")
        {
            at++;
            SkipBlanks(ref at, end);
            word = _text.AsSpan(start, at - start + WordAt(at, end).Length);
        }
        if (word.Length > 2 && word.EndsWith("--", StringComparison.Ordinal))
        {
            word = word[..^2];   // all--
        }
        var name = word.TrimStart('!').Trim();
        if (name.Length == 0 || ProtocolNames.NumberOf(name) is null)
        {
            return false;
        }
        protocol = new((word[0] == '!' ? "!" : "") + name.ToString(), start, start + word.Length);
        at = start + word.Length;
        return TryFragment(ref at, end, out fragment) || !needsFragment;
    }

    private bool TryFragment(ref int at, int end, out string fragment)
    {
        fragment = "";
        var next = at;
        SkipBlanks(ref next, end);
        var word = WordAt(next, end);
        if (word is "--" or "-f" or "!f" or "\u2014" or "\u2013")
        {
            fragment = word.ToString();
            at = next + word.Length;
            return true;
        }
        return false;
    }

    /// <summary>One column; <c>!</c> may stand apart before it, and <paramref name="usual"/> may be glued to the next column.</summary>
    private bool TryWord(ref int at, int end, string usual, out Word word)
    {
        word = default;
        SkipBlanks(ref at, end);
        var start = at;
        var text = WordAt(at, end);
        if (text is "!")
        {
            at++;
            SkipBlanks(ref at, end);
            text = WordAt(at, end);
            word = new("!" + text.ToString(), start, at + text.Length);
            at += text.Length;
            return text.Length > 0;
        }
        if (text.Length > usual.Length && text.StartsWith(usual, StringComparison.Ordinal)
            && text[usual.Length..].StartsWith("any", StringComparison.Ordinal) && !(usual == "any" && text is "anywhere"))
        {
            text = text[..usual.Length];
        }
        if (usual == "anywhere" && text.IndexOf("/*", StringComparison.Ordinal) is var comment and > 0)
        {
            text = text[..comment];
        }
        at += text.Length;
        word = new(text.ToString(), start, at);
        return text.Length > 0;
    }

    /// <summary>A column of addresses holds an address, a name or "anywhere": no brackets, quotes or CJK prose.</summary>
    private static bool IsAddressLike(string text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or ':' or '/' or '-' or '_' or '!' or '<' or '>' or '*'))
            {
                return false;
            }
        }
        return text.Length > 0;
    }
}
