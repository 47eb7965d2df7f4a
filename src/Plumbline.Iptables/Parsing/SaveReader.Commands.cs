using System.Globalization;

namespace Plumbline.Iptables;

internal sealed partial class SaveReader
{
    /// <summary>Any other line: a command as typed (<c>iptables -t nat -A …</c>, <c>-P INPUT DROP</c>), or nothing that belongs here.</summary>
    private void ReadCommand(int start, int end)
    {
        end = Extend(start, end);
        _words.Clear();
        var isShell = _form != RulesetForm.Save;
        if (Words.Cut(_text, start, end, isShell, _words) is var open and >= 0)
        {
            _errors.Add(open, "a quote is opened and not closed", "add the closing quote");
        }
        Counters? counters = null;
        if (_words.Count > 0 && TryCounters(_words[0].Text, out var told, out var length) && length == _words[0].Text.Length)
        {
            counters = told;
            _words.RemoveAt(0);
        }
        DropProgram();
        if (_words.Count == 0)
        {
            return;
        }
        var command = TakeCommand(out var table);
        if (command.Text is null)
        {
            _errors.Add(
                _words.Count > 0 ? _words[0].Start : start,
                _words.Count > 0 ? $"bad argument \"{Short(_words[0].Text)}\"" : "the command is missing",
                "this is neither a rule (-A …), nor *TABLE, :CHAIN or COMMIT");
            return;
        }
        Execute(Table(table, start), command, start, end, counters);
    }

    /// <summary>Leaves out prompts, sudo and the program's name, which also tells the family.</summary>
    private void DropProgram()
    {
        for (var i = 0; i < _words.Count && i < 8; i++)
        {
            var word = _words[i].Text;
            if (word.StartsWith('-') && i == 0)
            {
                return;
            }
            var name = word[(word.LastIndexOf('/') + 1)..];
            if (name is "iptables" or "ip6tables" or "iptables-nft" or "ip6tables-nft" or "iptables-legacy" or "ip6tables-legacy"
                or "$IPTABLES" or "$IPT" or "$ipt" or "$IP6TABLES")
            {
                if (!_isFamilyGiven && _tables.Count == 0)
                {
                    Switch(name.Contains('6', StringComparison.Ordinal) ? IPFamily.IPv6 : IPFamily.IPv4);
                }
                _words.RemoveRange(0, i + 1);
                return;
            }
        }
    }

    /// <summary>Takes the command, its chain and number, and <c>-t TABLE</c> out of the words.</summary>
    private Word TakeCommand(out string? table)
    {
        table = null;
        Word command = default;
        for (var i = 0; i < _words.Count;)
        {
            var word = _words[i];
            if (word.IsQuoted || !word.Text.StartsWith('-'))
            {
                i++;
                continue;
            }
            if (word.Text is "-t" or "--table" && i + 1 < _words.Count)
            {
                table = _words[i + 1].Text;
                _words.RemoveRange(i, 2);
                continue;
            }
            if (command.Text is null && LetterOf(word.Text) is { } letter)
            {
                command = word with { Text = letter };
                _words.RemoveAt(i);
                _commandAt = i;
                continue;
            }
            i++;
        }
        return command;
    }

    private static string? LetterOf(string word) => word switch
    {
        "-A" or "--append" => "A",
        "-I" or "--insert" => "I",
        "-D" or "--delete" => "D",
        "-R" or "--replace" => "R",
        "-N" or "--new-chain" => "N",
        "-P" or "--policy" => "P",
        "-F" or "--flush" => "F",
        "-X" or "--delete-chain" => "X",
        "-E" or "--rename-chain" => "E",
        "-Z" or "--zero" => "Z",
        _ => null,
    };

    private void Execute(TableDraft table, Word command, int start, int end, Counters? counters)
    {
        var name = TakeArgument();
        if (name is null && command.Text is not ("F" or "X" or "Z"))
        {
            _errors.Add(command.Start, $"-{command.Text} needs a chain", "the text may be cut off here");
            return;
        }
        switch (command.Text)
        {
            case "A":
                ReadWords(table.Chain(name), start, end, counters, -1);
                break;
            case "I" or "R":
                var place = TakeNumber() ?? 1;
                var into = table.Chain(name);
                if (command.Text == "R" && place <= into.Rules.Count)
                {
                    into.Rules.RemoveAt(place - 1);
                }
                ReadWords(into, start, end, counters, place - 1);
                break;
            case "D":
                Delete(table.Chain(name), command, start, end);
                break;
            case "N":
                table.Chain(name).Line = _line;
                break;
            case "P":
                SetPolicy(table.Chain(name), command);
                break;
            case "F":
                foreach (var chain in table.Chains)
                {
                    if (name is null || chain.Name == name)
                    {
                        chain.Rules.Clear();
                    }
                }
                break;
            case "X" when name is not null && table.Find(name) is { } gone:
                table.Remove(gone);
                _chain = null;
                break;
            default:
                break;   // -Z and -E change no rule
        }
    }

    private string? TakeArgument()
    {
        if (_commandAt >= _words.Count)
        {
            return null;
        }
        var text = _words[_commandAt].Text;
        _words.RemoveAt(_commandAt);
        return text;
    }

    private int? TakeNumber()
    {
        if (_commandAt < _words.Count && Numbers.TryParse(_words[_commandAt].Text, int.MaxValue, out var number) && number > 0)
        {
            _words.RemoveAt(_commandAt);
            return (int)number;
        }
        return null;
    }

    private void Delete(ChainDraft chain, Word command, int start, int end)
    {
        if (TakeNumber() is { } number)
        {
            if (number <= chain.Rules.Count)
            {
                chain.Rules.RemoveAt(number - 1);
            }
            else
            {
                _errors.Add(command.Start, $"chain \"{chain.Name}\" has no rule {number} to delete", "the text does not show that rule");
            }
            return;
        }
        var before = chain.Rules.Count;
        ReadWords(chain, start, end, null, -1);
        for (var added = chain.Rules.Count - 1; added >= before; added--)
        {
            var rule = chain.Rules[added];
            chain.Rules.RemoveAt(added);
            var found = chain.Rules.IndexOf(rule);
            if (found >= 0)
            {
                chain.Rules.RemoveAt(found);
                before--;
            }
            else
            {
                _errors.Add(command.Start, $"the rule to delete is not in chain \"{chain.Name}\"", "the text does not show that rule");
            }
        }
    }

    private void SetPolicy(ChainDraft chain, Word command)
    {
        chain.Line = _line;
        var policy = TakeArgument();
        chain.Policy = policy switch
        {
            "ACCEPT" => Verdict.Accept,
            "DROP" => Verdict.Drop,
            _ => null,
        };
        if (chain.Policy is null)
        {
            _errors.Add(command.Start, $"bad policy \"{policy}\" of chain \"{chain.Name}\"", "ACCEPT or DROP");
        }
        if (_words.Count > 1 && _words[0].Text == "-c" && _words.Count > 2
            && ulong.TryParse(_words[1].Text, CultureInfo.InvariantCulture, out var packets)
            && ulong.TryParse(_words[2].Text, CultureInfo.InvariantCulture, out var bytes))
        {
            chain.Counters = new(packets, bytes);
        }
    }

    private static string Short(string text) => text.Length <= 60 ? text : text[..57] + "...";
}
