using System.Globalization;

namespace Plumbline.Neutron.SecurityGroups;

/// <summary>A group rule as iptables matches, in Neutron's order: prefix, protocol, ports or type, set.</summary>
internal static class GroupRuleMatch
{
    // names that Debian's /etc/protocols gives to the numbers that the API takes; what is absent stays a number
    private static readonly Dictionary<int, string> _names = new()
    {
        [1] = "icmp",
        [2] = "igmp",
        [6] = "tcp",
        [8] = "egp",
        [17] = "udp",
        [33] = "dccp",
        [41] = "ipv6",
        [43] = "ipv6-route",
        [44] = "ipv6-frag",
        [46] = "rsvp",
        [47] = "gre",
        [50] = "esp",
        [51] = "ah",
        [58] = "ipv6-icmp",
        [59] = "ipv6-nonxt",
        [60] = "ipv6-opts",
        [89] = "ospf",
        [94] = "ipip",
        [112] = "vrrp",
        [132] = "sctp",
        [136] = "udplite",
    };

    private static readonly Dictionary<string, string> _renamed = new(StringComparer.Ordinal)
    {
        ["icmpv6"] = "ipv6-icmp",
        ["ipv6-encap"] = "ipv6",
        ["pgm"] = "113",
    };

    /// <summary>The match with a blank behind it; empty where the rule admits everything.</summary>
    public static string Of(SecurityGroupRule rule)
    {
        var parts = new List<string>();
        if (rule.RemoteIPPrefix is { } prefix && !prefix.EndsWith("/0", StringComparison.Ordinal))
        {
            var full = prefix.Contains('/') ? prefix : prefix + (rule.IsIPv6 ? "/128" : "/32");
            parts.Add($"{(rule.IsIngress ? "-s" : "-d")} {full}");
        }
        if (ProtocolOf(rule) is { } protocol)
        {
            parts.Add($"-p {protocol}");
            AddPorts(parts, protocol, rule);
        }
        if (rule.RemoteGroupId is { } group)
        {
            parts.Add($"-m set --match-set {IPSet.NameOf(group, rule.IsIPv6)} {(rule.IsIngress ? "src" : "dst")}");
        }
        return parts.Count == 0 ? "" : string.Join(' ', parts) + " ";
    }

    private static string? ProtocolOf(SecurityGroupRule rule)
    {
        if (rule.Protocol is null or "0")
        {
            return null;
        }
        var text = rule.Protocol.ToLowerInvariant();
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            // the API makes ICMP of an IPv6 rule the ICMP of IPv6
            return rule.IsIPv6 && number == 1 ? "ipv6-icmp" : _names.GetValueOrDefault(number, text);
        }
        return rule.IsIPv6 && text == "icmp" ? "ipv6-icmp" : _renamed.GetValueOrDefault(text, text);
    }

    private static void AddPorts(List<string> parts, string protocol, SecurityGroupRule rule)
    {
        var (first, last) = (rule.PortRangeMin, rule.PortRangeMax);
        switch (protocol)
        {
            case "icmp" or "ipv6-icmp" when first is not null:
                var code = last is null ? "" : $"/{last}";
                parts.Add(protocol == "icmp" ? $"-m icmp --icmp-type {first}{code}" : $"-m icmp6 --icmpv6-type {first}{code}");
                break;
            case "icmp" or "ipv6-icmp":
                break;
            case "udplite" when first is not null:
                parts.Add(first == last ? $"-m multiport --dports {first}" : $"-m multiport --dports {first}:{last}");
                break;
            // the API takes 1-65535 as no range at all
            case "tcp" or "udp" or "sctp" or "dccp" when first is not null && (first, last) != (1, 65535):
                parts.Add($"-m {protocol}");
                parts.Add(first == last ? $"--dport {first}" : $"-m multiport --dports {first}:{last}");
                break;
            default:
                break;
        }
    }
}
