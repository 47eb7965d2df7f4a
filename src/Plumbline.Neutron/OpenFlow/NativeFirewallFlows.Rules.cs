using System.Numerics;
using Plumbline.Neutron.SecurityGroups;

namespace Plumbline.Neutron.OpenFlow;

public static partial class NativeFirewallFlows
{
    private const int Tcp = 6;
    private const int Udp = 17;
    private const int Sctp = 132;
    private const int Icmp = 1;
    private const int IcmpV6 = 58;

    /// <summary>
    /// What a rule without a remote group asks of a packet to or from a port, one match for each block of ports: in words of
    /// <c>dump-flows</c>, without ct_state. Null where the agent makes nothing of the rule that we know.
    /// </summary>
    public static IReadOnlyList<string>? MatchesOf(SecurityGroupRule rule, int ofPort) =>
        ProtocolOf(rule) is { } protocol && PrefixOf(rule) is { } prefix
            ? [.. PortsOf(rule).Select(p => $"{protocol.Word},reg5=0x{ofPort:x}{prefix}{protocol.Further}{p}")] : null;

    /// <summary>Flows of one match in table 72 or 82: connections that run, and new ones; of priority 74 to 77 by what the rule asks.</summary>
    public static IReadOnlyList<string> Accepting(string match, bool isIngress, int ofPort, int priority = 77)
    {
        var (running, opening) = AcceptingActions(isIngress, ofPort);
        var table = isIngress ? 82 : 72;
        return [Line(table, priority, $"ct_state=+est-rel-rpl,{match}", running), Line(table, priority, $"ct_state=+new-est,{match}", opening)];
    }

    /// <summary>The protocol's part of a rule with a remote group as <c>dump-flows</c> words it, without port; null where not known.</summary>
    public static (string Word, string Further)? ProtocolOf(SecurityGroupRule rule)
    {
        var word = rule.IsIPv6 ? "ipv6" : "ip";
        if (rule.Protocol is not { Length: > 0 } name)
        {
            return (word, "");
        }
        var number = name == "icmp" && rule.IsIPv6 ? IcmpV6 : ProtocolNames.NumberOf(name);
        return number switch
        {
            null or 0 => null,
            Tcp => (rule.IsIPv6 ? "tcp6" : "tcp", ""),
            Udp => (rule.IsIPv6 ? "udp6" : "udp", ""),
            Sctp => (rule.IsIPv6 ? "sctp6" : "sctp", ""),
            Icmp when !rule.IsIPv6 => ("icmp", ""),
            IcmpV6 when rule.IsIPv6 => ("icmp6", ""),
            { } other => (word, $",nw_proto={other}"),
        };
    }

    /// <summary>First and last port that a rule asks for; null where it asks for none.</summary>
    public static (int First, int Last)? PortRange(SecurityGroupRule rule) =>
        ProtocolOf(rule) is { Word: "tcp" or "tcp6" or "udp" or "udp6" or "sctp" or "sctp6" } && rule is { PortRangeMin: { } first, PortRangeMax: { } last }
            ? (first, last) : null;

    /// <summary>ICMP type and code, or blocks of ports: the fewest that are together the range (neutron.common.utils.port_rule_masking).</summary>
    public static IEnumerable<string> PortsOf(SecurityGroupRule rule)
    {
        if (ProtocolOf(rule) is { Word: "icmp" or "icmp6" })
        {
            yield return (rule.PortRangeMin is { } type ? $",icmp_type={type}" : "") + (rule is { PortRangeMin: not null, PortRangeMax: { } code } ? $",icmp_code={code}" : "");
            yield break;
        }
        if (PortRange(rule) is not { First: > 0 } range)
        {
            yield return "";
            yield break;
        }
        for (var at = range.First; at <= range.Last;)
        {
            var bits = Math.Min(BitOperations.TrailingZeroCount(at), BitOperations.Log2((uint)(range.Last - at + 1)));
            yield return bits == 0 ? $",tp_dst={at}" : $",tp_dst=0x{at:x}/0x{0xffff & ~((1 << bits) - 1):x}";
            at += 1 << bits;
        }
    }

    /// <summary>The far side's prefix; empty for any; null where it is none.</summary>
    private static string? PrefixOf(SecurityGroupRule rule)
    {
        if (rule.RemoteIPPrefix is not { Length: > 0 } text)
        {
            return "";
        }
        if (!AddressPrefix.TryParse(text, out var prefix))
        {
            return null;
        }
        return prefix.Length == 0 ? "" : $",{FarField(rule.IsIngress, prefix.IsIPv6)}={Address(prefix)}";
    }

    /// <summary>The field with the far side's address: nw_src of what comes to a port, nw_dst of what it sends.</summary>
    public static string FarField(bool isIngress, bool isIPv6) =>
        (isIngress, isIPv6) switch { (true, false) => "nw_src", (true, true) => "ipv6_src", (false, false) => "nw_dst", _ => "ipv6_dst" };

    /// <summary>An address or prefix as <c>dump-flows</c> prints it; null where the text is neither.</summary>
    public static string? Address(string text) => AddressPrefix.TryParse(text, out var prefix) ? Address(prefix) : null;

    private static string Address(AddressPrefix prefix) => prefix.Length == prefix.Width
        ? prefix.ToAddress().ToString() : prefix.Network.ToString();
}
