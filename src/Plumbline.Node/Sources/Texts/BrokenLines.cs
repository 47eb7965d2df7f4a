using System.Text.RegularExpressions;

namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// Lines that a terminal or a mail program broke at its width. Known by this: no line is longer than the width, those that were broken are just
/// as long (a terminal breaks anywhere), or the next word would not have fitted (a mail breaks between words), and what follows begins like no line
/// of any command. Lines of tables are left: there many are of one length.
/// </summary>
internal static partial class BrokenLines
{
    private const int Narrowest = 60;
    private const int Widest = 300;
    private const int WidestMail = 100;

    /// <summary>The width at which the text's lines were broken; null where they were not.</summary>
    public static int? WidthOf(string[] lines)
    {
        var longest = 0;
        foreach (var line in lines)
        {
            longest = Math.Max(longest, line.Length);
            if (longest > Widest)
            {
                return null;
            }
        }
        if (longest < Narrowest)
        {
            return null;
        }
        var broken = 0;
        for (var i = 0; i + 1 < lines.Length && broken < 2; i++)
        {
            broken += Continues(lines[i], lines[i + 1], longest) && LongPattern().IsMatch(lines[i]) ? 1 : 0;
        }

        // once may be chance: then only at a width that terminals have
        return broken > 1 || (broken == 1 && longest is 79 or 80 or 100 or 120 or 132) ? longest : null;
    }

    /// <summary>The lines as they were before.</summary>
    public static string[] Join(string[] lines, int width)
    {
        var joined = new List<string>(lines.Length);
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            if (!LongPattern().IsMatch(line))
            {
                joined.Add(line);
                continue;
            }
            var part = line;
            var isJson = line[0] == '{' || line.StartsWith("[{", StringComparison.Ordinal) || line.StartsWith("[[", StringComparison.Ordinal);
            while (i + 1 < lines.Length
                && (Continues(part, lines[i + 1], width)
                    || (isJson && part.Length == width && !lines[i + 1].StartsWith("OVSDB ", StringComparison.Ordinal))))
            {
                i++;
                line += part.Length == width ? lines[i] : " " + lines[i];
                part = lines[i];
            }
            joined.Add(line);
        }
        return [.. joined];
    }

    private static bool Continues(string part, string next, int width)
    {
        if (next.Length == 0 || (part.Length != width && !IsFull(part, next, width)))
        {
            return false;
        }
        return !StartPattern().IsMatch(next);
    }

    /// <summary>The next word would not have fitted on the line of a mail.</summary>
    private static bool IsFull(string part, string next, int width)
    {
        var word = next.IndexOf(' ');
        return width <= WidestMail && part.Length > width / 2 && next[0] != ' '
            && part.Length + 1 + (word < 0 ? next.Length : word) > width;
    }

    /// <summary>Lines of commands that are often long: flows, rules, links, connections, columns, JSON.</summary>
    [GeneratedRegex(@"^\s*(?:cookie=|duration=|table(?:_id)?=|priority=|-A |\[\d+:\d+\] -A |\d+: \S+: <|recirc_id\(|(?:ipv[46]\s+\d+ +)?[a-z][a-z0-9-]+\s+\d+ (?:\d+ )?(?:[A-Z_0-9]+ )?src=|options: \{|add \S+ |create \S+ |[a-z_]{4,20} *: [\[{""\w]|\s+\d+[KMG]?\s+\d+[KMG]? |(?:\d+\s+)?\d+[KMG]?\s+\d+[KMG]? [A-Za-z-]|[\[{]+""|\{[a-z]|<\w+>|OVSDB |capabilities: |actions: |ufid:|link/|bridge_slave |bridge |veth |tun |vxlan |inet6? |\S+ +\d+ +\S.*dnsmasq|\d+ \S*dnsmasq|[0-9a-f]{8}-[0-9a-f-]{27},|_uuid,|\S+ +(?:UP|DOWN|UNKNOWN) |(?:RETURN|DROP|ACCEPT|neutron-\S+) +\S+ +-- )")]
    private static partial Regex LongPattern();

    /// <summary>How lines of commands begin, so that what begins so goes on from none.</summary>
    [GeneratedRegex(@"^\s+(?:veth|bridge|tun|vxlan|bridge_slave)\b|^\s*(?:cookie=0x|table(?:_id)?=\d|-[APNI] [A-Za-z]|\[\d+:\d+\] -A |:[A-Za-z][\w-]* |\*[a-z]+\s*$|COMMIT|# |Chain |\d+: \S|link/|inet6? |valid_lft|recirc_id\(|(?:tcp|udp|icmp|icmpv6|sctp|gre)\s+\d+ |ipv[46]\s+\d+ |Bridge |Port |Interface |tag: |type: |options: |ovs_version|add \S+ \S|create \S+ |[a-z_]{4,20} +: |\d+[KMG]?\s+\d+[KMG]? [A-Za-z-]|(?:NXST|OFPST|OFPT)|\[?[\w.-]+@[\w.-]+|[$#] |[|+]|pkts +bytes|num +pkts|target +prot|```|<|alias |RX|TX|OVSDB |actions: |capabilities: |ufid:|[A-Z]\w+ table|[\w.-]+(?:@\S+)? {2,}(?:UP|DOWN|UNKNOWN) |[\w-]+ +\d+ +\d+|duration=\d|[0-9a-f]{8}-[0-9a-f-]{27},|(?:RETURN|DROP|ACCEPT|neutron-\S+) +\S+ +-- )")]
    private static partial Regex StartPattern();
}
