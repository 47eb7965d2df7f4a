using System.Globalization;

namespace Plumbline.Iptables;

internal sealed partial class RuleReader
{
    private void Reset()
    {
        _modules.Clear();
        _core.Clear();
        _moreSources = _moreDestinations = null;
        _targetModule = null;
        _target = null;
        _jump = default;
        _isGoto = _isInverted = false;
        Counters = null;
    }

    /// <summary>The letter of a long option that is iptables' own; NUL for others.</summary>
    private static char CoreLetter(string name) => name switch
    {
        "source" or "src" => 's',
        "destination" or "dst" => 'd',
        "in-interface" => 'i',
        "out-interface" => 'o',
        "protocol" or "proto" => 'p',
        "fragment" or "fragments" => 'f',
        "match" => 'm',
        "jump" => 'j',
        "goto" => 'g',
        "set-counters" => 'c',
        "numeric" => 'n',
        "verbose" => 'v',
        "wait" => 'w',
        "ipv4" => '4',
        "ipv6" => '6',
        _ => '\0',
    };

    private bool ReadCore(char letter, Word word, Word? attached, ReadOnlySpan<Word> words)
    {
        switch (letter)
        {
            case 'n' or 'v' or '4' or '6' or 'x':
                return true;
            case 'f':
                AddCore(5, word, new FragmentMatch { IsInverted = _isInverted });
                return true;
            case 'w':
                if (attached is null && _at < words.Length && Numbers.TryParse(words[_at].Text, out _))
                {
                    _at++;
                }
                return true;
            case 's' or 'd' or 'i' or 'o' or 'p' or 'm' or 'j' or 'g' or 'c':
                break;
            default:
                return false;
        }
        if (attached is null && IsNext(words, "!"))
        {
            _isInverted = true;
            NoteOldNegation(words[_at++]);
        }
        Word value;
        if (attached is { } joined)
        {
            value = joined;
        }
        else if (_at < words.Length)
        {
            value = words[_at++];
        }
        else
        {
            errors.Add(word.Start, $"{word.Text} needs a value", "the text may be cut off here");
            return true;
        }
        ReadCoreValue(letter, word, value, words);
        return true;
    }

    private void ReadCoreValue(char letter, Word word, Word value, ReadOnlySpan<Word> words)
    {
        switch (letter)
        {
            case 's' or 'd':
                ReadAddresses(letter == 's', value);
                break;
            case 'i' or 'o':
                ReadInterface(letter == 'i', value);
                break;
            case 'p':
                ReadProtocol(value);
                break;
            case 'm':
                ReadModule(value, words);
                break;
            case 'c':
                ReadCounters(value, words);
                break;
            default:
                if (_jump.Text is { Length: > 0 })
                {
                    errors.Add(word.Start, "a rule has one target only", $"remove -j {Short(_jump.Text)} or -j {Short(value.Text)}");
                    break;
                }
                ReadJump(value, letter == 'g');
                break;
        }
    }

    private void AddCore(int order, Word word, Match match)
    {
        foreach (var (other, _) in _core)
        {
            if (other == order)
            {
                errors.Add(word.Start, $"{"-s -d -i -o -p -f".AsSpan(3 * order, 2)} stands twice", "a rule takes each of them once");
                return;
            }
        }
        _core.Add((order, match));
    }

    private void ReadAddresses(bool isSource, Word value)
    {
        var text = value.Text;
        if (!text.Contains(',', StringComparison.Ordinal))
        {
            ReadAddress(isSource, value);
            return;
        }
        var list = new List<MaskedAddress>();
        var at = value.Start;
        foreach (var part in text.Split(','))
        {
            if (!MaskedAddress.TryParse(part.AsSpan().Trim(), out var address) || address.Family != family)
            {
                AddressError(part, at);
            }
            else
            {
                list.Add(address);
            }
            at += part.Length + 1;
        }
        if (list.Count == 0)
        {
            return;
        }
        if (_isInverted)
        {
            errors.Add(value.Start, "! can't stand before several addresses", "write a rule, or a set, for each address");
        }
        AddCore(isSource ? 0 : 1, value, AddressMatchOf(isSource, list[0]));
        if (isSource)
        {
            _moreSources = list;
        }
        else
        {
            _moreDestinations = list;
        }
    }

    private void ReadAddress(bool isSource, Word value)
    {
        if (value.Text == "0/0" && !_isInverted)
        {
            return;   // any address, in both families
        }
        if (!MaskedAddress.TryParse(value.Text, out var address))
        {
            if (!AreNamesKept)
            {
                AddressError(value.Text, value.Start);
            }
            AddCore(isSource ? 0 : 1, value, isSource
                ? new SourceMatch { Name = value.Text, IsInverted = _isInverted }
                : new DestinationMatch { Name = value.Text, IsInverted = _isInverted });
            return;
        }
        if (address.Family != family)
        {
            AddressError(value.Text, value.Start);
        }
        if (address.Mask != 0 || address.Address != 0 || _isInverted)
        {
            AddCore(isSource ? 0 : 1, value, AddressMatchOf(isSource, address));
        }
    }

    private AddressMatch AddressMatchOf(bool isSource, MaskedAddress address) => isSource
        ? new SourceMatch { Address = address, IsInverted = _isInverted }
        : new DestinationMatch { Address = address, IsInverted = _isInverted };

    private void AddressError(string text, int at)
    {
        var isOther = MaskedAddress.TryParse(text, out _);
        errors.Add(
            at,
            isOther ? $"\"{Short(text)}\" is not an {(family == IPFamily.IPv4 ? "IPv4" : "IPv6")} address"
                : $"host/network \"{Short(text)}\" not found: it is no address",
            isOther ? "rules for the other family belong to "
                + (family == IPFamily.IPv4 ? "ip6tables" : "iptables") : "write the address: names are not looked up here");
    }

    private void ReadInterface(bool isIn, Word value)
    {
        if (value.Text.Length is 0 or > 15)
        {
            errors.Add(value.Start, $"device name \"{Short(value.Text)}\" has {value.Text.Length} characters", "the kernel allows 1 to 15");
        }
        var name = InterfaceName.Parse(value.Text);
        if (name.Name.Length == 0 && name.IsPrefix && !_isInverted)
        {
            return;   // "+" is every device
        }
        AddCore(isIn ? 2 : 3, value, isIn
            ? new InInterfaceMatch { Interface = name, IsInverted = _isInverted }
            : new OutInterfaceMatch { Interface = name, IsInverted = _isInverted });
    }

    private void ReadProtocol(Word value)
    {
        if (ProtocolNames.NumberOf(value.Text) is not { } number)
        {
            errors.Add(value.Start, $"unknown protocol \"{Short(value.Text)}\"", "give its number, or a name of /etc/protocols");
            return;
        }
        if (number != 0)
        {
            AddCore(4, value, new ProtocolMatch { Number = number, IsInverted = _isInverted });
        }
        else if (_isInverted)
        {
            errors.Add(value.Start, "! -p all never matches", "remove the rule");
        }
    }

    private void ReadModule(Word value, ReadOnlySpan<Word> words)
    {
        if (value.Text.StartsWith('-') || value.Text.Length == 0)
        {
            errors.Add(value.Start, $"couldn't load match \"{Short(value.Text)}\"", "-m needs a module's name; it is missing here");
            if (words[_at - 1].Start == value.Start)
            {
                _at--;   // an option, not the missing name
            }
            return;
        }
        var name = value.Text is "icmpv6" or "ipv6-icmp" ? "icmp6" : value.Text;
        _modules.Add(new(name, ModuleSpecs.Match(name), value.Start, errors));
    }

    private void ReadCounters(Word packets, ReadOnlySpan<Word> words)
    {
        var text = packets.Text;
        var bytes = "";
        if (text.IndexOf(',', StringComparison.Ordinal) is var comma and > 0)
        {
            (text, bytes) = (text[..comma], text[(comma + 1)..]);
        }
        else if (_at < words.Length)
        {
            bytes = words[_at++].Text;
        }
        if (ulong.TryParse(text, CultureInfo.InvariantCulture, out var p) && ulong.TryParse(bytes, CultureInfo.InvariantCulture, out var b))
        {
            Counters = new(p, b);
        }
        else
        {
            errors.Add(packets.Start, "-c needs two numbers, packets and bytes");
        }
    }

    private void ReadJump(Word value, bool isGoto)
    {
        _jump = value;
        _isGoto = isGoto;
        if (value.Text.Length == 0 || value.Text.StartsWith('-'))
        {
            errors.Add(value.Start, $"invalid target name \"{Short(value.Text)}\"", "a chain or a target must stand here");
        }
        else if (!isGoto && ModuleSpecs.Target(value.Text) is { } spec)
        {
            _targetModule = new(value.Text, spec, value.Start, errors);
        }
    }

    private Match[] Finish()
    {
        if (_targetModule is not null)
        {
            _target = TargetBuilder.Build(_targetModule, family);
        }
        else if (_jump.Text is { Length: > 0 } jump)
        {
            _target = jump switch
            {
                _ when _isGoto => new JumpTarget(jump, true),
                "ACCEPT" => VerdictTarget.Accept,
                "DROP" => VerdictTarget.Drop,
                "RETURN" => VerdictTarget.Return,
                "QUEUE" => VerdictTarget.Queue,
                _ => new JumpTarget(jump, false),
            };
        }
        var matches = new Match[_core.Count + _modules.Count];
        if (_core.Count > 1)
        {
            _core.Sort((a, b) => a.Order.CompareTo(b.Order));
        }
        for (var i = 0; i < _core.Count; i++)
        {
            matches[i] = _core[i].Match;
        }
        for (var i = 0; i < _modules.Count; i++)
        {
            matches[_core.Count + i] = MatchBuilder.Build(_modules[i], family);
        }
        return matches;
    }

    /// <summary>The rules that <c>-s A,B -d C,D</c> stands for, sources first, as iptables makes them.</summary>
    public IEnumerable<Match[]> Alternatives(Match[] matches)
    {
        foreach (var source in (IReadOnlyList<MaskedAddress>?)_moreSources ?? [default])
        {
            foreach (var destination in (IReadOnlyList<MaskedAddress>?)_moreDestinations ?? [default])
            {
                var copy = (Match[])matches.Clone();
                for (var i = 0; i < copy.Length; i++)
                {
                    copy[i] = copy[i] switch
                    {
                        SourceMatch match when _moreSources is not null => match with { Address = source },
                        DestinationMatch match when _moreDestinations is not null => match with { Address = destination },
                        var other => other,
                    };
                }
                yield return copy;
            }
        }
    }
}
