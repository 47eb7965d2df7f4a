using System.Text;

namespace Plumbline.Neutron.SecurityGroups;

/// <summary>A group rule as iptables matches, in Neutron's order: prefix, protocol, ports or type, set.</summary>
internal static class GroupRuleMatch
{
    /// <summary>The match with a blank behind it; empty where the rule admits everything.</summary>
    /// <param name="rule">As the API keeps it.</param>
    /// <param name="set">The set of its remote group; null where it has none, or where <paramref name="prefix"/> stands for a member.</param>
    /// <param name="prefix">The far side; null: any.</param>
    /// <param name="options">The driver's.</param>
    public static string Of(SecurityGroupRule rule, string? set, string? prefix, FirewallOptions options)
    {
        var text = new StringBuilder(64);
        if (set is null && prefix is not null && !prefix.EndsWith("/0", StringComparison.Ordinal))
        {
            text.Append(rule.IsIngress ? "-s " : "-d ").Append(prefix);
            if (!prefix.Contains('/'))
            {
                text.Append(rule.IsIPv6 ? "/128" : "/32");
            }
            text.Append(' ');
        }
        if (ProtocolNames.Written(rule.Protocol, options.Release) is { } protocol)
        {
            text.Append("-p ").Append(protocol).Append(' ');
            AddPorts(text, protocol, rule);
        }
        if (set is not null)
        {
            text.Append("-m set --match-set ").Append(set).Append(rule.IsIngress ? " src " : " dst ");
        }
        return text.ToString();
    }

    private static void AddPorts(StringBuilder text, string protocol, SecurityGroupRule rule)
    {
        var (first, last) = (rule.PortRangeMin, rule.PortRangeMax);
        // the API takes 1-65535 as no range at all
        if (first is null || (first, last) == (1, 65535))
        {
            return;
        }
        switch (protocol)
        {
            case "icmp" or "ipv6-icmp":
                text.Append(protocol == "icmp" ? "-m icmp --icmp-type " : "-m icmp6 --icmpv6-type ").Append(first);
                if (last is not null)
                {
                    text.Append('/').Append(last);
                }
                text.Append(' ');
                break;
            case "udplite":
                text.Append("-m multiport --dports ").Append(first);
                AddLast(text, first, last);
                break;
            case "tcp" or "udp" or "sctp" or "dccp":
                text.Append("-m ").Append(protocol).Append(first == last ? " --dport " : " -m multiport --dports ").Append(first);
                AddLast(text, first, last);
                break;
            default:
                break;
        }
    }

    private static void AddLast(StringBuilder text, int? first, int? last)
    {
        if (first != last)
        {
            text.Append(':').Append(last);
        }
        text.Append(' ');
    }
}
