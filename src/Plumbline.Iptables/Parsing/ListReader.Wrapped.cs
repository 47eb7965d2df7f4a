using System.Text;

namespace Plumbline.Iptables;

/// <summary>Lines that a mail or a page broke in two.</summary>
internal sealed partial class ListReader
{
    // words after which a phrase of iptables -L is not at its end
    private static readonly string[] _beginnings =
    [
        "PHYSDEV", "match", "match-set", "--physdev-in", "--physdev-out", "state", "ctstate", "multiport", "dports", "sports", "ports", "MAC",
        "icmp", "icmptype", "ipv6-icmp", "ipv6-icmptype", "code", "CT", "zone", "limit:", "avg", "burst", "reject-with", "tcp", "udp", "sctp",
        "mark", "ADDRTYPE", "dst-type", "src-type", "!", "source", "destination", "IP", "range",
    ];

    /// <summary>A line that might be the first half of one.</summary>
    private (int Start, int End)? _cut;

    /// <summary>Whether a line is more of what a rule says.</summary>
    private bool GoesOn(int start, int end, ReadOnlySpan<char> line)
    {
        if (!Ascii.IsValid(line))
        {
            return false;
        }
        var rule = _text.AsSpan(start, end - start).TrimEnd();
        if (rule.LastIndexOf("/*") is var open and >= 0 && rule[open..].IndexOf("*/") < 0)
        {
            return true; // inside its comment
        }
        var word = rule[(rule.LastIndexOfAny(" \t\n") + 1)..];
        return ListPhrases.StartsOne(line) || line.StartsWith("match ") || line.StartsWith("--physdev-") || line.StartsWith("code ") || line.StartsWith("sctp ") || line.StartsWith("MAC")
            || IsBeginning(word);
    }

    private static bool IsBeginning(ReadOnlySpan<char> word)
    {
        foreach (var beginning in _beginnings)
        {
            if (word.SequenceEqual(beginning))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The beginning of a heading of columns, or of a rule, with too few of them.</summary>
    private bool IsPerhapsCut(ReadOnlySpan<char> line) =>
        _chain is not null && Ascii.IsValid(line)
        && (_layout is null
            ? line.StartsWith("pkts") || line.StartsWith("num") || line.StartsWith("target")
            : char.IsAsciiDigit(line[0]) && _layout is { HasCounters: true });

    /// <summary>The next line did not go on with it: it stands for itself.</summary>
    private void EndCutLine()
    {
        if (_cut is { } cut)
        {
            _cut = null;
            ReadOther(_text.AsSpan(cut.Start, cut.End - cut.Start), cut.Start);
        }
    }
}
