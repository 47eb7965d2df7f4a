using System.Text.RegularExpressions;

namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// Finds the commands that were typed: behind a shell's prompt, on a line of their own that is nothing else, or, of a loop, as the name of a
/// namespace above what was printed in it.
/// </summary>
internal static partial class PastedPrompts
{
    private const int LongestBare = 200;

    /// <summary>Words of prose, which no command line has.</summary>
    private static readonly string[] _proseWords =
    [
        "the", "is", "of", "and", "shows", "show:", "will", "that", "with", "for", "you", "we", "this", "not", "can", "output", "command", "like", "in",
        "are", "has", "have", "prints", "says", "see", "it", "as", "on", "or",
    ];

    /// <summary>Every command with its line, from the top.</summary>
    public static IReadOnlyList<Prompt> Find(string[] lines)
    {
        var prompts = new List<Prompt>();
        var everywhere = "";
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            var first = line.AsSpan().IndexOfAnyExcept(' ', '\t');
            if (first < 0)
            {
                continue;
            }
            if (line.Contains('@') && NamedPattern().Match(line) is { Success: true } named)
            {
                var (command, host) = Plain(named.Groups["command"].Value);
                prompts.Add(new(i, host ?? named.Groups["host"].Value, command, host is not null));
            }
            else if (line.EndsWith(">>", StringComparison.Ordinal) && AnsiblePattern().Match(line) is { Success: true } play)
            {
                prompts.Add(new(i, play.Groups["host"].Value, ""));
            }
            else if (line[first] is '#' or '$' or '%' or '+' or 's' or 'b' or 'z' or 'k' or 'd' && ShortPattern().Match(line) is { Success: true } match)
            {
                var (command, host) = Plain(match.Groups["command"].Value);
                prompts.Add(new(i, host, command, host is not null));
            }
            else if (line[first] is '#' or '$' && line.Length < LongestBare && first + 1 < line.Length && char.IsAsciiLetter(line[first + 1])
                && BarePattern().Match(line[(first + 1)..]) is { Success: true } close && IsCommandLine(line))
            {
                var (command, host) = Plain(close.Groups["command"].Value);     // "#ovs-vsctl show", as many write it
                prompts.Add(new(i, host, command, host is not null));
            }
            else if (line.Length < LongestBare && BarePattern().Match(line) is { Success: true } bare && IsCommandLine(line))
            {
                var (command, host) = Plain(bare.Groups["command"].Value);
                prompts.Add(new(i, host, command, host is not null));
            }
            else if (line[first] is 'n' or '=' or '-' or '#' or '*' or 'q' or 's' or 'f' or 'o' && HeadingPattern().Match(line) is { Success: true } heading)
            {
                prompts.Add(new(i, null, $"ip netns exec {heading.Groups["name"].Value} {everywhere}".TrimEnd()));
                continue;
            }
            else
            {
                continue;
            }
            everywhere = EverywherePattern().Match(prompts[^1].Command) is { Success: true } all ? all.Groups["inner"].Value : "";
        }
        return prompts;
    }

    /// <summary>The namespace that a command runs in; null where it does not say.</summary>
    public static string? NamespaceOf(string command)
    {
        var match = NamespacePattern().Match(command);
        return match.Success ? match.Groups["name"].Value : null;
    }

    /// <summary>Without what only says who runs it and where: <c>sudo</c>, <c>docker exec NAME</c>, <c>ssh HOST</c>, <c>/sbin/</c>.</summary>
    internal static (string Command, string? Host) Plain(string command)
    {
        string? host = null;
        command = command.Trim().Trim('`', '"', '\'').Trim();
        for (var i = 0; i < 4 && WrapperPattern().Match(command) is { Success: true, Length: > 0 } match; i++)
        {
            host = match.Groups["host"] is { Success: true } other ? other.Value : host;
            command = command[match.Length..].TrimStart('"', '\'');
        }
        return (command, host);
    }

    /// <summary>A line that only a shell would take: no word of prose, no full stop.</summary>
    private static bool IsCommandLine(string line)
    {
        if (line[^1] is '.' or ',' or ':' or ';' or '!' or '?' or ')')
        {
            return false;
        }
        foreach (var word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (word[0] > '~' || Array.IndexOf(_proseWords, word) >= 0)
            {
                return false;
            }
        }
        return true;
    }

    // [root@host ~]#, (overcloud) [stack@host ~]$, ()[root@host /]#, root@host:~#, user@host:/tmp$: whatever was typed there
    [GeneratedRegex(@"^\s*(?:\[\d[\d:. T/+-]*\]\s*)?(?:\([\w.+-]*\)\s*)*\[?[A-Za-z_][\w.-]*@(?<host>[A-Za-z0-9][\w.-]*)(?:[\s:][^#$%\n]{0,120})?[#$%](?:\s*(?<command>\S.*)|\s*)$")]
    private static partial Regex NamedPattern();

    // of "ansible all -a COMMAND": compute01 | CHANGED | rc=0 >>
    [GeneratedRegex(@"^(?<host>[A-Za-z0-9][\w.-]*) \| [A-Z]+!? \| rc=\d+ >>$")]
    private static partial Regex AnsiblePattern();

    // # ip a, $ ip a, sh-4.4# ip a, host # ip a
    [GeneratedRegex(@"^\s*(?:(?:ba|z|k|da)?sh-[\d.]+[#$]\s*|[#$%]\s+|\+ )(?<command>(?:(?:sudo|time|ssh|docker|podman|kubectl|crictl|nsenter|env)\s+.*)?(?:/(?:[\w.-]+/)+)?(?:ip|ovs-\w+|ovsdb-\w+|brctl|virsh|iptables|ip6tables|ebtables|arptables|nft|ipset|sysctl|hostname|cat|head|grep|bridge|conntrack|ps|pgrep|ss|netstat|uname|openstack|neutron|nova|curl|arp|route|ifconfig|ethtool|tcpdump|ls)[\w/-]*\b.*)$")]
    private static partial Regex ShortPattern();

    // the same without a prompt, where two words at least say what it is
    [GeneratedRegex(@"^\s*(?:`|\*\*)?(?<command>(?:sudo\s+(?:-\w+\s+)*)?(?:/(?:[\w.-]+/)+)?(?:(?:docker|podman)\s+exec\s+\S.*|ssh\s+\S+\s+\S.*|ip\s+(?:-[\w-]+\s+|netns\s+exec\s+)\S.*|ip\s+(?:a|addr|address|l|link|r|route|ru|rule|n|neigh|neighbour|netns)(?:\s+(?:show|list|ls|dev|table)\b.*)?|bridge\s+(?:-[\w-]+\s+)*(?:link|fdb|vlan)\b.*|ovs-vsctl\s+\S.*|ovs-ofctl\s+\S.*|ovs-appctl\s+\S.*|ovs-dpctl\s+\S.*|ovsdb-client\s+\S.*|brctl\s+show\S*.*|ip6?tables(?:-legacy|-nft)?\s+-\S.*|ip6?tables(?:-legacy|-nft)?-save\b.*|ipset\s+(?:save|list|-\w).*|conntrack\s+-L.*|virsh\s+(?:dumpxml|list|domiflist)\b.*|ethtool\s+-?\S+.*|ifconfig\s+-a|route\s+-n.*|arp\s+-\w+|sysctl\s+(?:-\w|net\.)\S*.*|pgrep\s+-\w*a\w*\s\S.*|ps\s+-?(?:aux|ef|ax)\w*|cat\s+/proc/sys/\S+|ss\s+-\S+|netstat\s+-\S+|nft\s+(?:-\w+\s+)*list\s+\S.*|(?:openstack|neutron|nova|ovn-\w+)\s+(?:-\S+\s+)*[a-z]\S*.*))(?:`|\*\*)?\s*$")]
    private static partial Regex BarePattern();

    // of "ip -all netns exec", or of a loop that prints the name with something around it; a bare name stands in a list of namespaces
    [GeneratedRegex(@"^\s*(?:netns: (?<name>\S+)|(?:=+|-+|#+|\*+)\s*(?<name>(?:qdhcp|qrouter|snat|fip|ovnmeta)-[0-9a-f]{8}-[0-9a-f-]{27})\s*(?:=+|-+|#+|\*+)?:?|(?<name>(?:qdhcp|qrouter|snat|fip|ovnmeta)-[0-9a-f]{8}-[0-9a-f-]{27}):)\s*$")]
    private static partial Regex HeadingPattern();

    [GeneratedRegex(@"^ip\s+-all\s+netns\s+exec\s+(?<inner>.*)$")]
    private static partial Regex EverywherePattern();

    [GeneratedRegex(@"^(?:sudo\s+(?:-\w\s+)*|time\s+|env\s+(?:\w+=\S*\s+)*|(?:docker|podman|crictl)\s+exec\s+(?:(?:-u|--user|-e|-w)[\s=]\S+\s+|-\S+\s+)*\S+\s+|kubectl\s+(?:-n\s+\S+\s+)?exec\s+.*?\s--\s+|ssh\s+(?:(?:-i|-l|-p|-o|-F)\s+\S+\s+|-\S+\s+)*(?:\w[\w.-]*@)?(?<host>\w[\w.-]*)\s+|/(?:[\w.-]+/)+)")]
    private static partial Regex WrapperPattern();

    [GeneratedRegex(@"^(?:ip\s+(?:netns\s+exec\s+|(?:-\w+\s+)*-n(?:etns)?\s+)(?<name>\S+)|nsenter\s+(?:\S+\s+)*?(?:--net=|-n=?)(?:/var)?/run/netns/(?<name>\S+))")]
    private static partial Regex NamespacePattern();
}
