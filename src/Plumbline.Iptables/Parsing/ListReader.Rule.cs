using System.Runtime.InteropServices;

namespace Plumbline.Iptables;

internal sealed partial class ListReader
{
    /// <summary>The columns and the words behind them as matches and target.</summary>
    private (Match[] Matches, Target? Target) ReadRule(Fields fields, int start, int end)
    {
        var words = new List<Word>();
        AddColumn(words, "-s", fields.Source);
        AddColumn(words, "-d", fields.Destination);
        // with -n every device is "*", so that "any" is one's name
        var isNumeric = IsAnyNumber(fields.Source.Text) || IsAnyNumber(fields.Destination.Text) || fields.In.Text is "*" || fields.Out.Text is "*";
        AddColumn(words, "-i", fields.In, isNumeric);
        AddColumn(words, "-o", fields.Out, isNumeric);
        var protocol = fields.Protocol;
        var name = protocol.Text.TrimStart('!');
        var number = ProtocolNames.NumberOf(name) ?? 0;
        if (number != 0 || protocol.Text.StartsWith('!'))
        {
            AddColumn(words, "-p", protocol);
        }
        if (fields.Fragment is ['-', 'f'] or ['!', 'f'])
        {
            if (fields.Fragment[0] == '!')
            {
                words.Add(new("!", protocol.End, protocol.End));
            }
            words.Add(new("-f", protocol.End, protocol.End));
        }
        var target = fields.Target.Text ?? "";
        var scanner = new ListScanner(_text, protocol.Text.StartsWith('!') ? (byte)0 : number, target);
        scanner.Read(start, end);
        words.AddRange(scanner.Matches);
        if (target.Length > 0)
        {
            words.Add(new(scanner.IsGoto ? "-g" : "-j", fields.Target.Start, fields.Target.End));
            words.Add(fields.Target with { Text = scanner.Target ?? target });
            words.AddRange(scanner.TargetOptions);
        }
        var matches = _rules.Read(CollectionsMarshal.AsSpan(words));
        RuleCheck.Check(matches, _rules.Target, _family, fields.Protocol.Start, _errors);
        if (scanner.Unknown.Length == 0)
        {
            return (matches, _rules.Target);
        }
        _warnings.Add(
            scanner.UnknownAt,
            $"\"{(scanner.Unknown.Length > 60 ? scanner.Unknown[..57] + "..." : scanner.Unknown)}\" is not understood",
            "the rule may match less than shown; iptables-save tells it exactly");
        return ([.. matches, new UnknownMatch { Module = "", Text = scanner.Unknown }], _rules.Target);
    }

    private static bool IsAnyNumber(string text) => text is "0.0.0.0/0" or "::/0";

    private static void AddColumn(List<Word> words, string option, Word column, bool isNumeric = false)
    {
        if ((column.Text is "any" && !isNumeric) || column.Text is null or "" or "anywhere" or "*" or "0.0.0.0/0" or "::/0" or "all" or "0")
        {
            return;
        }
        var isInverted = column.Text.StartsWith('!');
        if (isInverted)
        {
            words.Add(new("!", column.Start, column.Start));
        }
        words.Add(new(option, column.Start, column.Start));
        var text = isInverted ? column.Text[1..].TrimStart() : column.Text;
        words.Add(column with { Text = option is "-s" or "-d" ? AddressOf(text) : text, IsQuoted = true });
    }

    /// <summary>Names that Debian's /etc/networks and /etc/hosts give to addresses.</summary>
    private static string AddressOf(string name) => name switch
    {
        "default" => "0.0.0.0",
        "localhost" => "127.0.0.1",
        "link-local/16" => "169.254.0.0/16",
        "ip6-localhost" or "ip6-loopback" => "::1",
        "ip6-allnodes" => "ff02::1",
        "ip6-allrouters" => "ff02::2",
        _ when name.StartsWith("default/", StringComparison.Ordinal) => "0.0.0.0" + name["default".Length..],
        _ when name.StartsWith("loopback/", StringComparison.Ordinal) => "127.0.0.0" + name["loopback".Length..],
        _ when name.StartsWith("localhost/", StringComparison.Ordinal) => "127.0.0.1" + name["localhost".Length..],
        _ => name,
    };
}
