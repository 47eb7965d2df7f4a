using System.Text;

namespace Plumbline.Iptables;

/// <summary>
/// Reads the words of one rule, as iptables(8) takes them: an option belongs to the module loaded last that knows it, a protocol's
/// module loads by itself, names may be abbreviated, negation stands before the option or (before 1.4.3) behind it.
/// </summary>
internal sealed partial class RuleReader(IPFamily family, ErrorList errors)
{
    private readonly List<ModuleDraft> _modules = [];
    private readonly List<(int Order, Match Match)> _core = [];
    private List<MaskedAddress>? _moreSources;
    private List<MaskedAddress>? _moreDestinations;
    private ModuleDraft? _targetModule;
    private Target? _target;
    private Word _jump;
    private bool _isGoto;
    private int _at;
    private bool _isInverted;

    /// <summary><c>-s ! A</c> is no error: commands of long ago.</summary>
    public bool AreOldNegationsTaken { get; init; }

    /// <summary>A listing's names of hosts are no errors.</summary>
    public bool AreNamesKept { get; init; }

    /// <summary>What was given with <c>-c</c>; null for nothing.</summary>
    public Counters? Counters { get; private set; }

    /// <summary>The target; null for none.</summary>
    public Target? Target => _target;

    /// <summary>True where one rule's text stands for several (<c>-s A,B</c>).</summary>
    public bool HasAlternatives => _moreSources is not null || _moreDestinations is not null;

    /// <summary>Reads all words; the answer is the matches, in the order in which iptables prints them.</summary>
    public Match[] Read(ReadOnlySpan<Word> words)
    {
        Reset();
        for (_at = 0; _at < words.Length;)
        {
            var word = words[_at];
            if (!word.IsQuoted && word.Text == "!")
            {
                if (_isInverted)
                {
                    errors.Add(word.Start, "\"!\" stands twice", "write it once, before the option");
                }
                _isInverted = true;
                _at++;
                continue;
            }
            _at++;
            if (!word.IsQuoted && word.Text.Length > 1 && IsDash(word.Text[0]))
            {
                ReadOption(word, words);
            }
            else if (LastRaw() is { } raw)
            {
                raw.Raw.Add(word);
            }
            else
            {
                errors.Add(word.Start, $"bad argument \"{Short(word.Text)}\"", "an option (-s, -p, -m, --dport …) was expected here");
            }
            _isInverted = false;
        }
        if (_isInverted)
        {
            errors.Add(words[^1].Start, "\"!\" stands at the end of the rule", "the text may be cut off here");
        }
        return Finish();
    }

    private static bool IsDash(char c) => c is '-' or '\u2013' or '\u2014' or '\u2212';

    private void ReadOption(Word word, ReadOnlySpan<Word> words)
    {
        var text = word.Text;
        if (text[0] != '-')
        {
            // a dash of typography stands for the two of a long option, or for the one of a short one
            var rest = text.TrimStart('\u2013', '\u2014', '\u2212', '-');
            text = (rest.Length == 1 ? "-" : "--") + rest;
        }
        if (text[1] == '-' || IsDash(text[1]))
        {
            ReadLong(word, text[2..], words);
            return;
        }
        var letter = text[1];
        Word? attached = text.Length > 2 ? word with { Text = text[2..], Start = word.Start + 2 } : null;
        if (!ReadCore(letter, word, attached, words))
        {
            if (LastRaw() is { } raw)
            {
                AddRaw(raw, word);
                return;
            }
            errors.Add(word.Start, $"unknown option \"{Short(text)}\"", "see iptables(8); a module's options start with two dashes");
            SkipValues(words);
        }
    }

    private void ReadLong(Word word, string name, ReadOnlySpan<Word> words)
    {
        Word? attached = null;
        if (name.IndexOf('=', StringComparison.Ordinal) is var equals and > 0)
        {
            attached = word with { Text = name[(equals + 1)..], Start = word.Start + 3 + equals };
            name = name[..equals];
        }
        if (CoreLetter(name) is var letter and not '\0' && Loaded(name, false) is null
            && !(name is "proto" or "src" or "dst" && LastRaw() is not null))
        {
            ReadCore(letter, word, attached, words);
            return;
        }
        if (FindOption(name) is not var (module, option))
        {
            if (LastRaw() is { } raw)
            {
                AddRaw(raw, word);
                return;
            }
            Unknown(word, words);
            return;
        }
        ReadValues(word, module, option, attached, words);
    }

    private void ReadValues(Word word, ModuleDraft module, OptionSpec option, Word? attached, ReadOnlySpan<Word> words)
    {
        var isInverted = _isInverted;
        if (option.Values > 0 && attached is null && IsNext(words, "!"))
        {
            isInverted = true;
            NoteOldNegation(words[_at++]);
        }
        if (isInverted && !option.CanInvert)
        {
            module.Fail(word.Start, $"--{option.Name} can't be negated", "remove the \"!\"");
        }
        var value = attached;
        if (option.Values > 0 && value is null)
        {
            if (option.Kind == 'o' && (_at == words.Length || words[_at].Text.StartsWith('-')))
            {
                value = word with { Text = "" };
            }
            else if (_at == words.Length)
            {
                module.Fail(word.Start, $"--{option.Name} needs a value", "the text may be cut off here");
                return;
            }
            else
            {
                value = words[_at++];
            }
        }
        var second = "";
        if (option.Values == 2)
        {
            if (_at == words.Length)
            {
                module.Fail(word.Start, $"--{option.Name} needs two values", "the text may be cut off here");
                return;
            }
            second = words[_at++].Text;
        }
        module.Options.Add(new(option, isInverted, value?.Text ?? "", second, value?.Start ?? word.Start));
    }

    /// <summary>As it was written before 1.4.3, and is refused today: understood, and told.</summary>
    private void NoteOldNegation(Word mark)
    {
        if (!AreOldNegationsTaken)
        {
            errors.Add(mark.Start, "bad argument: \"!\" stands behind the option", "write it before the option: iptables since 1.4.3 wants it so");
        }
    }

    private bool IsNext(ReadOnlySpan<Word> words, string text) =>
        _at < words.Length && !words[_at].IsQuoted && words[_at].Text == text;

    /// <summary>The module that an option belongs to: the newest that knows it, else the protocol's, which then loads.</summary>
    private (ModuleDraft Module, OptionSpec Option)? FindOption(string name)
    {
        for (var isAbbreviated = false; ; isAbbreviated = true)
        {
            if (Loaded(name, isAbbreviated) is { } loaded)
            {
                return loaded;
            }
            if (ProtocolModule() is { } implied && implied.Find(name, isAbbreviated) is { } impliedOption)
            {
                var module = new ModuleDraft(implied.Name, implied, _modules.Count, errors);
                _modules.Add(module);
                return (module, impliedOption);
            }
            if (isAbbreviated)
            {
                return null;
            }
        }
    }

    private (ModuleDraft Module, OptionSpec Option)? Loaded(string name, bool isAbbreviated)
    {
        if (_targetModule is { Spec: { } targetSpec } && targetSpec.Find(name, isAbbreviated) is { } targetOption)
        {
            return (_targetModule, targetOption);
        }
        for (var i = _modules.Count - 1; i >= 0; i--)
        {
            if (_modules[i].Spec?.Find(name, isAbbreviated) is { } option)
            {
                return (_modules[i], option);
            }
        }
        return null;
    }

    private ModuleSpec? ProtocolModule()
    {
        foreach (var (_, match) in _core)
        {
            if (match is ProtocolMatch protocol && ModuleOf(protocol.Number) is { } name
                && !_modules.Exists(m => m.Name == name))
            {
                return ModuleSpecs.Match(name);
            }
        }
        return null;
    }

    private static string? ModuleOf(byte protocol) => protocol switch
    {
        1 => "icmp",
        6 => "tcp",
        17 => "udp",
        33 => "dccp",
        50 => "esp",
        51 => "ah",
        58 => "icmp6",
        108 => "ipcomp",
        132 => "sctp",
        135 => "mh",
        _ => null,
    };

    private ModuleDraft? LastRaw() =>
        _targetModule is { Spec: null } ? _targetModule
        : _targetModule is null && _modules.Count > 0 && _modules[^1] is { Spec: null, Name.Length: > 0 } ? _modules[^1]
        : null;

    private void AddRaw(ModuleDraft raw, Word word)
    {
        if (_isInverted)
        {
            raw.Raw.Add(new("!", word.Start, word.Start));
        }
        raw.Raw.Add(word);
    }

    private void Unknown(Word word, ReadOnlySpan<Word> words)
    {
        if (_jump.Text is { Length: > 0 } jump && _targetModule is null && IsModuleLike(jump))
        {
            // a target of some other maker: its options are kept as they are
            _targetModule = new(jump, null, _jump.Start, errors);
            AddRaw(_targetModule, word);
            return;
        }
        var start = word.Start;
        var first = _at;
        SkipValues(words);
        var text = Joined(_isInverted, word, words[first.._at]);
        _modules.Add(new("", null, start, errors) { Raw = { new(text, start, start, true) } });
        errors.Add(start, $"unknown option \"{Short(word.Text)}\"", Hint(word.Text));
    }

    private static string Hint(string option) => option switch
    {
        "--dport" or "--sport" or "--destination-port" or "--source-port" => "name the protocol first: -p tcp, -p udp",
        "--dports" or "--sports" or "--ports" => "write -m multiport before it",
        "--state" => "write -m state before it",
        "--ctstate" => "write -m conntrack before it",
        "--icmp-type" => "write -p icmp before it",
        "--reject-with" => "it belongs to -j REJECT",
        "--limit" or "--limit-burst" => "write -m limit before it",
        "--comment" => "write -m comment before it",
        "--log-prefix" or "--log-level" => "it belongs to -j LOG",
        "--to-destination" => "it belongs to -j DNAT",
        "--to-source" => "it belongs to -j SNAT",
        _ => "no module named with -m or -j in this rule has it; perhaps -m MODULE is missing",
    };

    private void SkipValues(ReadOnlySpan<Word> words)
    {
        while (_at < words.Length && (words[_at].IsQuoted || words[_at].Text is not "!")
            && (words[_at].IsQuoted || words[_at].Text.Length < 2 || !IsDash(words[_at].Text[0])))
        {
            _at++;
        }
    }

    private static string Joined(bool isInverted, Word first, ReadOnlySpan<Word> rest)
    {
        var text = new StringBuilder(isInverted ? "! " : "").Append(first.Text);
        foreach (var word in rest)
        {
            text.Append(' ');
            Quoting.AppendWord(text, word.Text);
        }
        return text.ToString();
    }

    private static bool IsModuleLike(string name)
    {
        if (name is "ACCEPT" or "DROP" or "RETURN" or "QUEUE")
        {
            return false;
        }
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterUpper(c) && !char.IsAsciiDigit(c))
            {
                return false;
            }
        }
        return true;
    }

    private static string Short(string text) => text.Length <= 60 ? text : text[..57] + "...";
}
