namespace Plumbline.Neutron.SecurityGroups;

/// <summary>Rules of groups as text, made once for all ports that are in the same groups, where the port does not matter.</summary>
internal sealed class GroupLines(FirewallFacts facts, FirewallOptions options, bool ipv6)
{
    private readonly Dictionary<string, Lines> _lines = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Lines> _joined = new(StringComparer.Ordinal);

    /// <summary>Adds the rules of a port's groups to its chain, each text once.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="first">Where the port's own rules begin in it, which count as said.</param>
    /// <param name="port">The port.</param>
    /// <param name="ingress">Direction.</param>
    /// <returns>True where one may stand in the chain already, as a built-in rule.</returns>
    public bool Add(List<string> chain, int first, FirewallPort port, bool ingress)
    {
        var lines = options.EnableIPSet ? Of(port.SecurityGroups) : null;
        if (lines is { MayRepeat: false })
        {
            chain.AddRange(ingress ? lines.Ingress : lines.Egress);
            return false;
        }
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = first; i < chain.Count; i++)
        {
            seen.Add(chain[i]);
        }
        if (lines is not null)
        {
            AddUnseen(chain, seen, ingress ? lines.Ingress : lines.Egress);
            return true;
        }
        foreach (var group in port.SecurityGroups)
        {
            foreach (var rule in facts.Groups.GetValueOrDefault(group, GroupRules.None).Rules)
            {
                if (rule.IsIPv6 == ipv6 && rule.IsIngress == ingress)
                {
                    AddUnseen(chain, seen, Expand(rule, port));
                }
            }
        }
        return true;
    }

    /// <summary>The rule, or one for each member of its remote group that is not the port's own address.</summary>
    public IEnumerable<string> Expand(SecurityGroupRule rule, FirewallPort port)
    {
        if (RemoteOf(rule, options) is not { } group)
        {
            yield return $"{GroupRuleMatch.Of(rule, null, rule.RemoteIPPrefix, options)}-j RETURN";
            yield break;
        }
        foreach (var member in facts.Members(group, rule.IsIPv6))
        {
            if (!port.HasFixedText(member))
            {
                yield return $"{GroupRuleMatch.Of(rule, null, IPSet.Masked(member), options)}-j RETURN";
            }
        }
    }

    /// <summary>The group whose members a rule admits: Zed and before do not know address groups.</summary>
    public static string? RemoteOf(SecurityGroupRule rule, FirewallOptions options) =>
        rule.RemoteGroupId ?? ((options.KnowsAddressGroups ?? options.Release >= NeutronRelease.Release2024_1) ? rule.RemoteAddressGroupId : null);

    private static void AddUnseen(List<string> chain, HashSet<string> seen, IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            if (seen.Add(line))
            {
                chain.Add(line);
            }
        }
    }

    /// <summary>The rules of some groups one after the other, each text once.</summary>
    private Lines Of(IReadOnlyList<string> groups)
    {
        if (groups.Count == 1)
        {
            return Get(groups[0]);
        }
        var key = string.Join('\n', groups);
        if (!_joined.TryGetValue(key, out var lines))
        {
            Lines[] parts = [.. groups.Select(Get)];
            _joined[key] = lines = new(
                [.. parts.SelectMany(p => p.Ingress).Distinct(StringComparer.Ordinal)],
                [.. parts.SelectMany(p => p.Egress).Distinct(StringComparer.Ordinal)],
                parts.Any(p => p.MayRepeat));
        }
        return lines;
    }

    private Lines Get(string group)
    {
        if (!_lines.TryGetValue(group, out var lines))
        {
            _lines[group] = lines = Make(facts.Groups.GetValueOrDefault(group, GroupRules.None));
        }
        return lines;
    }

    private Lines Make(GroupRules group)
    {
        var (ingress, egress) = (new List<string>(), new List<string>());
        var mayRepeat = !options.Comments;
        foreach (var rule in group.Rules)
        {
            if (rule.IsIPv6 != ipv6)
            {
                continue;
            }
            string? set = null;
            if (RemoteOf(rule, options) is { } remote)
            {
                set = IPSet.NameOf(remote, ipv6, options.Release);
                if (!facts.Sets.Contains(set))
                {
                    continue;
                }
            }
            var line = $"{GroupRuleMatch.Of(rule, set, rule.RemoteIPPrefix, options)}-j RETURN";
            var lines = rule.IsIngress ? ingress : egress;
            if (!lines.Contains(line))
            {
                lines.Add(line);
                // what a port's chain says by itself: comments tell all other built-in rules from a group's
                mayRepeat |= rule.IsIngress && line.StartsWith("-p ipv6-icmp -m icmp6 --icmpv6-type 13", StringComparison.Ordinal);
            }
        }
        return new(ingress, egress, mayRepeat);
    }

    private sealed record Lines(List<string> Ingress, List<string> Egress, bool MayRepeat);
}
