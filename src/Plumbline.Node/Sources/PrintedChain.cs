using System.Globalization;
using System.Text;

namespace Plumbline.Node.Sources;

/// <summary>As <c>iptables -v -S CHAIN</c> printed them.</summary>
/// <param name="printed">The text.</param>
internal sealed class PrintedChain(string printed) : ChainRules
{
    private static readonly HashSet<string> _noDevices = [];

    private IReadOnlySet<string> _devices = _noDevices;

    public override IEnumerable<string> CommonTargets() => CommonTargetsOf(printed);

    public override bool Choose(IReadOnlySet<string> devices)
    {
        _devices = devices;
        return true;
    }

    public override IEnumerable<string> Targets() => TargetsOf(printed, _devices);

    public override string Append(StringBuilder text, string chain)
    {
        var counters = "[0:0]";
        foreach (var line in printed.AsSpan().EnumerateLines())
        {
            if (line.StartsWith("-P "))
            {
                counters = CountersOf(line, out _) ?? counters;
            }
            else if (line.StartsWith("-A ") && IsOfOthers(line, _devices, out _))
            {
                AppendOther(text, chain);
            }
            else if (line.StartsWith("-A "))
            {
                var rule = CountersOf(line, out var without);
                text.Append(rule ?? "[0:0]").Append(' ').Append(without).Append('\n');
            }
        }
        return counters;
    }

    /// <summary>
    /// Where a packet by any device may go, and where a good part of the rules sends those of one device each.
    /// </summary>
    internal static IEnumerable<string> CommonTargetsOf(string text)
    {
        var targets = new HashSet<string>(TargetsOf(text, _noDevices), StringComparer.Ordinal);
        var jumps = new Dictionary<string, int>(StringComparer.Ordinal);
        var byTarget = jumps.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var at = line.LastIndexOf(" -j ", StringComparison.Ordinal);
            if (at >= 0)
            {
                var target = line[(at + 4)..];
                target = target[..(target.IndexOf(' ') is var end and >= 0 ? end : target.Length)];
                byTarget[target] = byTarget.TryGetValue(target, out var count) ? count + 1 : 1;
            }
        }
        AddMany(targets, jumps);
        return targets;
    }

    /// <summary>Where rules jump to that may be about one of the devices.</summary>
    internal static IEnumerable<string> TargetsOf(string text, IReadOnlySet<string> devices)
    {
        var targets = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n'))
        {
            if (TargetOf(line, devices) is { } target)
            {
                targets.Add(target);
            }
        }
        return targets;
    }

    private static string? TargetOf(ReadOnlySpan<char> line, IReadOnlySet<string> devices) =>
        IsOfOthers(line, devices, out var target) ? null : target;

    /// <summary>The rule asks for another device than these.</summary>
    internal static bool IsOfOthers(ReadOnlySpan<char> line, IReadOnlySet<string> devices, out string? target)
    {
        ReadOnlySpan<char> option = default;
        var isInverted = false;
        var isQuoted = false;
        target = null;
        var words = new WordReader(line);
        while (words.Next() is { IsEmpty: false } word)
        {
            // text that somebody wrote is no option, whatever it looks like
            if (isQuoted || word[0] == '"' || option is "--comment" or "--log-prefix" or "--nflog-prefix" or "--string")
            {
                isQuoted = (isQuoted || word[0] == '"')
                    && !(word.EndsWith("\"") && !word.EndsWith("\\\"") && (isQuoted || word.Length > 1));
                option = default;
                continue;
            }
            switch (option)
            {
                // a trailing + stands for any rest of a name
                case "--physdev-in" or "--physdev-out" or "-i" or "-o"
                    when !isInverted && !word.EndsWith("+") && !Contains(devices, word):
                    return true;
                case "-j" or "-g":
                    target = word.ToString();
                    break;
            }
            isInverted = word is "!" || isInverted && word[0] == '-' && option is "!";
            option = word;
        }
        return false;
    }

    private static bool Contains(IReadOnlySet<string> devices, ReadOnlySpan<char> name)
    {
        foreach (var device in devices)
        {
            if (name.SequenceEqual(device))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary><c>-c PACKETS BYTES</c>, the last such outside quotation marks, as <c>[PACKETS:BYTES]</c>.</summary>
    internal static string? CountersOf(ReadOnlySpan<char> line, out string without)
    {
        var end = line.LastIndexOf('"') + 1;
        for (var at = line.LastIndexOf(" -c "); at >= 0; at = line[..at].LastIndexOf(" -c "))
        {
            // comments are quoted where they have blanks, and " -c 1 2" has some
            var isQuoted = at < end && Quotes(line[..at]) % 2 == 1;
            var words = new WordReader(line[(at + 4)..]);
            var packets = words.Next();
            var bytes = words.Next();
            if (!isQuoted && long.TryParse(packets, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
                && long.TryParse(bytes, NumberStyles.None, CultureInfo.InvariantCulture, out var second))
            {
                var length = 4 + packets.Length + 1 + bytes.Length;
                without = string.Concat(line[..at], line[(at + length)..]);
                return string.Create(CultureInfo.InvariantCulture, $"[{first}:{second}]");
            }
        }
        without = line.ToString();
        return null;
    }

    private static int Quotes(ReadOnlySpan<char> text)
    {
        var count = 0;
        for (var i = 0; i < text.Length; i++)
        {
            count += text[i] == '"' && (i == 0 || text[i - 1] != '\\') ? 1 : 0;
        }
        return count;
    }
}
