namespace Plumbline.Neutron.SecurityGroups;

/// <summary>
/// Port numbers by <c>-m multiport</c>, which means the same to the kernel. For <c>-m udp --dport 68</c> iptables 1.8.9 resolves the number
/// with getaddrinfo(3), which lists all addresses of the node, once for every number: seconds where there are thousands of links.
/// </summary>
internal static class BulkForm
{
    private static readonly string[] _modules = ["-m udp ", "-m tcp ", "-m sctp ", "-m dccp "];

    public static bool HasPortNumber(string rule) => rule.Contains(" --dport ", StringComparison.Ordinal);

    /// <summary>The rule with its single ports by multiport.</summary>
    public static string Of(string rule)
    {
        if (!HasPortNumber(rule))
        {
            return rule;
        }
        foreach (var module in _modules)
        {
            var at = rule.IndexOf(module, StringComparison.Ordinal);
            if (at >= 0)
            {
                return rule.Remove(at, module.Length)
                    .Replace("--sport ", "-m multiport --sports ", StringComparison.Ordinal)
                    .Replace("--dport ", "-m multiport --dports ", StringComparison.Ordinal);
            }
        }
        return rule;
    }

    /// <summary>Neutron's form of a rule that may be in ours: single ports by multiport right behind the protocol.</summary>
    public static string Back(string rule)
    {
        var at = rule.IndexOf("-m multiport --", StringComparison.Ordinal);
        var protocol = rule.IndexOf("-p ", StringComparison.Ordinal);
        if (at < 0 || protocol < 0)
        {
            return rule;
        }
        var name = rule.AsSpan(protocol + 3);
        var end = name.IndexOf(' ');
        if (end < 0 || protocol + 3 + end + 1 != at || name[..end] is not ("udp" or "tcp" or "sctp" or "dccp"))
        {
            return rule; // another module stands between: a range, as Neutron writes it; or a protocol without a module
        }
        var back = rule.Replace("-m multiport --sports ", "--sport ", StringComparison.Ordinal)
            .Replace("-m multiport --dports ", "--dport ", StringComparison.Ordinal)
            .Insert(at, $"-m {name[..end]} ");
        return Of(back) == rule ? back : rule;
    }
}
