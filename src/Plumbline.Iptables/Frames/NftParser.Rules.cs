using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Plumbline.Primitives;

namespace Plumbline.Iptables.Frames;

public static partial class NftParser
{
    private const ushort IPv4Type = 0x0800;
    private const ushort IPv6Type = 0x86dd;
    private const ushort ArpType = 0x0806;

    private static FrameRule ReadRule(string chain, string line, string family, Dictionary<string, string> sets)
    {
        var words = Words(line);
        var matches = new List<FrameMatch>();
        var target = "CONTINUE";
        Target? translation = null;
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            switch (word)
            {
                case "accept" or "drop" or "return" or "continue":
                    target = word.ToUpperInvariant();
                    continue;
                case "reject":
                    target = "DROP";
                    i = words.Count;
                    continue;
                case "jump" or "goto" when i + 1 < words.Count:
                    target = words[++i];
                    continue;
                case "counter":
                    i += i + 4 < words.Count && words[i + 1] == "packets" ? 4 : 0;
                    continue;
                case "comment":
                    i++;
                    continue;
                case "log":
                    while (i + 2 < words.Count && words[i + 1] is "prefix" or "level" or "group" or "snaplen" or "queue-threshold" or "flags")
                    {
                        i += 2;
                    }
                    continue;
                case "meta":
                    continue;
                case "notrack":
                    target = "NOTRACK";
                    continue;
                case "masquerade" or "redirect" or "snat" or "dnat" when ReadTranslation(words, i) is { } read:
                    (target, translation) = ("NAT", read);
                    i = words.Count;
                    continue;
                case "limit":
                    matches.Add(Unknown("limit"));
                    while (i + 1 < words.Count && words[i + 1] is "rate" or "over" or "burst" or "packets" || i + 1 < words.Count && char.IsAsciiDigit(words[i + 1][0]))
                    {
                        i++;
                    }
                    continue;
            }
            i = ReadMatch(words, i, family, sets, matches);
        }
        return new($"{chain}: {line}", matches, target, null) { Translation = translation };
    }

    /// <summary>One condition from a word on; answers its last word.</summary>
    private static int ReadMatch(List<string> words, int at, string family, Dictionary<string, string> sets, List<FrameMatch> matches)
    {
        var (word, next) = (words[at], at + 1 < words.Count ? words[at + 1] : "");
        var last = at;
        var field = FieldOf(word, next, at + 2 < words.Count ? words[at + 2] : "", ref last);
        if (field is null || last + 1 >= words.Count)
        {
            matches.Add(Unknown(string.Join(' ', words.Skip(at))));
            // what it asks for is not known; its verdict stands at its end
            return Math.Max(at, words.Count - 1 - (words[^1] is "accept" or "drop" or "return" or "notrack" or "masquerade" ? 1 : words.Count > 1 && words[^2] is "jump" or "goto" ? 2 : 0));
        }
        var isInverted = words[last + 1] == "!=";
        last += words[last + 1] is "!=" or "==" ? 1 : 0;
        var value = last + 1 < words.Count ? words[++last] : "";
        foreach (var implied in Implied(word, next, family))
        {
            matches.Add(implied);
        }
        var text = string.Join(' ', words.Skip(at).Take(last - at + 1));
        matches.Add(ValueOf(field.Value, word, value, text, sets) with { IsInverted = isInverted });
        return last;
    }

    private static FrameField? FieldOf(string word, string next, string third, ref int last)
    {
        last += word is "ether" or "ip" or "ip6" or "tcp" or "udp" or "sctp" or "udplite" or "th" or "icmp" or "icmpv6" or "arp" or "vlan" or "ct" ? 1 : 0;
        last += word == "arp" && next is "saddr" or "daddr" ? 1 : 0;
        return (word, next) switch
        {
            ("iifname" or "iif", _) => FrameField.In,
            ("oifname" or "oif", _) => FrameField.Out,
            ("ibrname" or "ibriport", _) => FrameField.LogicalIn,
            ("obrname" or "obriport", _) => FrameField.LogicalOut,
            ("protocol", _) or ("ether", "type") or ("nfproto", _) => FrameField.EtherType,
            ("l4proto", _) or ("ip", "protocol") or ("ip6", "nexthdr") => FrameField.Protocol,
            ("mark", _) => FrameField.Mark,
            ("ether", "saddr") => FrameField.SourceMac,
            ("ether", "daddr") => FrameField.DestinationMac,
            ("ip", "saddr") => FrameField.IPv4Source,
            ("ip", "daddr") => FrameField.IPv4Destination,
            ("ip6", "saddr") => FrameField.IPv6Source,
            ("ip6", "daddr") => FrameField.IPv6Destination,
            ("tcp" or "udp" or "sctp" or "udplite" or "th", "sport") => FrameField.SourcePort,
            ("tcp" or "udp" or "sctp" or "udplite" or "th", "dport") => FrameField.DestinationPort,
            ("icmp" or "icmpv6", "type") => FrameField.IcmpType,
            ("icmp" or "icmpv6", "code") => FrameField.IcmpCode,
            ("arp", "operation") => FrameField.ArpOperation,
            ("arp", "saddr") => third == "ip" ? FrameField.ArpSourceIP : FrameField.ArpSourceMac,
            ("arp", "daddr") => third == "ip" ? FrameField.ArpTargetIP : FrameField.ArpTargetMac,
            ("vlan", "id") => FrameField.Vlan,
            ("ct", "state") => FrameField.ConnectionState,
            _ => null,
        };
    }

    /// <summary>What nft asks for by itself: the protocol whose field is named.</summary>
    private static IEnumerable<FrameMatch> Implied(string word, string next, string family)
    {
        switch (word)
        {
            case "ip" when next == "protocol":
                yield return Is(FrameField.EtherType, IPv4Type, "ip");
                break;
            case "ip6" when next == "nexthdr":
                yield return Is(FrameField.EtherType, IPv6Type, "ip6");
                break;
            case "tcp":
                yield return Is(FrameField.Protocol, 6, word);
                break;
            case "udp":
                yield return Is(FrameField.Protocol, 17, word);
                break;
            case "sctp":
                yield return Is(FrameField.Protocol, 132, word);
                break;
            case "udplite":
                yield return Is(FrameField.Protocol, 136, word);
                break;
            case "icmp":
                yield return Is(FrameField.EtherType, IPv4Type, "ip");
                yield return Is(FrameField.Protocol, 1, word);
                break;
            case "icmpv6":
                yield return Is(FrameField.EtherType, IPv6Type, "ip6");
                yield return Is(FrameField.Protocol, 58, word);
                break;
            case "arp" when family != "arp":
                yield return Is(FrameField.EtherType, ArpType, word);
                break;
        }
    }

    private static FrameMatch ValueOf(FrameField field, string word, string value, string text, Dictionary<string, string> sets)
    {
        var list = value.StartsWith('{') ? value.Trim('{', '}') : value.StartsWith('@') ? sets.GetValueOrDefault(value[1..])
            : field == FrameField.ConnectionState ? value : null;
        if (list is null)
        {
            return value.StartsWith('@') ? Unknown(text) : One(field, word, value, text);
        }
        return new()
        {
            Field = field,
            Text = text,
            Any = [.. list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(v => One(field, word, v.Split(' ')[0].Trim('"'), v))],
        };
    }

    private static FrameMatch One(FrameField field, string word, string value, string text)
    {
        switch (field)
        {
            case FrameField.In or FrameField.Out or FrameField.LogicalIn or FrameField.LogicalOut:
                return new() { Field = field, Text = text, Name = value.EndsWith('*') ? value[..^1] + "+" : value };
            case FrameField.SourceMac or FrameField.DestinationMac or FrameField.ArpSourceMac or FrameField.ArpTargetMac:
                return MacAddress.TryParse(value, out var mac) ? Is(field, mac.Value, text) : Unknown(text);
            case FrameField.IPv4Source or FrameField.IPv4Destination or FrameField.IPv6Source or FrameField.IPv6Destination
                or FrameField.ArpSourceIP or FrameField.ArpTargetIP:
                return Addresses(field, value, text);
        }
        var dash = value.IndexOf('-', StringComparison.Ordinal);
        if (dash > 0 && NumberOf(field, word, value[..dash]) is { } low && NumberOf(field, word, value[(dash + 1)..]) is { } high)
        {
            return new() { Field = field, Text = text, Low = low, High = high };
        }
        return NumberOf(field, word, value) is { } number ? Is(field, number, text) : Unknown(text);
    }

    private static FrameMatch Addresses(FrameField field, string value, string text)
    {
        var dash = value.IndexOf('-', StringComparison.Ordinal);
        var slash = value.IndexOf('/', StringComparison.Ordinal);
        if (!IPAddress.TryParse(dash > 0 ? value[..dash] : slash > 0 ? value[..slash] : value, out var first))
        {
            return Unknown(text);
        }
        var low = NumberOf(first);
        if (dash > 0)
        {
            return IPAddress.TryParse(value[(dash + 1)..], out var final) ? new() { Field = field, Text = text, Low = low, High = NumberOf(final) } : Unknown(text);
        }
        var width = first.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        var length = slash > 0 && int.TryParse(value[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var told) && told <= width ? told : width;
        var free = width == length ? Number128.Zero : (Number128.One << (width - length)) - Number128.One;
        return new() { Field = field, Text = text, Low = low & ~free, High = low | free };
    }

    private static Number128 NumberOf(IPAddress address)
    {
        Number128 number = 0;
        foreach (var one in address.GetAddressBytes())
        {
            number = (number << 8) | one;
        }
        return number;
    }

    private static uint? NumberOf(FrameField field, string word, string value) => (field, value) switch
    {
        (FrameField.EtherType, "ip" or "ipv4") => IPv4Type,
        (FrameField.EtherType, "ip6" or "ipv6") => IPv6Type,
        (FrameField.EtherType, "arp") => ArpType,
        (FrameField.EtherType, "8021q" or "vlan") => 0x8100,
        (FrameField.Protocol, "tcp") => 6,
        (FrameField.Protocol, "udp") => 17,
        (FrameField.Protocol, "icmp") => 1,
        (FrameField.Protocol, "icmpv6" or "ipv6-icmp") => 58,
        (FrameField.Protocol, "sctp") => 132,
        (FrameField.Protocol, "gre") => 47,
        (FrameField.ArpOperation, "request") => 1,
        (FrameField.ArpOperation, "reply") => 2,
        (FrameField.ConnectionState, "invalid") => 1,
        (FrameField.ConnectionState, "established") => 2,
        (FrameField.ConnectionState, "related") => 4,
        (FrameField.ConnectionState, "new") => 8,
        (FrameField.ConnectionState, "untracked") => 64,
        (FrameField.IcmpType, "echo-request") => word == "icmp" ? 8u : 128,
        (FrameField.IcmpType, "echo-reply") => word == "icmp" ? 0u : 129,
        (FrameField.IcmpType, "destination-unreachable") => word == "icmp" ? 3u : 1,
        (FrameField.IcmpType, "time-exceeded") => word == "icmp" ? 11u : 3,
        (FrameField.IcmpType, "parameter-problem") => word == "icmp" ? 12u : 4,
        (FrameField.IcmpType, "redirect") => 5,
        (FrameField.IcmpType, "packet-too-big") => 2,
        (FrameField.IcmpType, "nd-router-solicit") => 133,
        (FrameField.IcmpType, "nd-router-advert") => 134,
        (FrameField.IcmpType, "nd-neighbor-solicit") => 135,
        (FrameField.IcmpType, "nd-neighbor-advert") => 136,
        _ => value.StartsWith("0x", StringComparison.Ordinal)
            ? uint.TryParse(value.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) ? hex : null
            : uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null,
    };

    private static FrameMatch Is(FrameField field, Number128 number, string text) => new() { Field = field, Text = text, Low = number, High = number };

    private static FrameMatch Unknown(string text) => new() { Field = FrameField.Unknown, Text = text };

    /// <summary>A quoted word is one word, and so is what stands in braces.</summary>
    private static List<string> Words(string line)
    {
        var words = new List<string>();
        for (var i = 0; i < line.Length;)
        {
            if (line[i] == ' ')
            {
                i++;
                continue;
            }
            var end = line[i] switch { '"' => line.IndexOf('"', i + 1), '{' => line.IndexOf('}', i + 1), _ => line.IndexOf(' ', i) };
            end = end < 0 ? line.Length : line[i] is '"' or '{' ? end + 1 : end;
            words.Add(line[i..end].Trim('"'));
            i = end;
        }
        return words;
    }
}
