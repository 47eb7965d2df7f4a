using System.Globalization;

namespace Plumbline.Neutron.SecurityGroups;

/// <summary>
/// Which conntrack entries go with rules that are withdrawn: what the rule let in or out, in the port's zone. Entries of what another
/// rule still allows come back with their next packet.
/// </summary>
public static class ConntrackPlan
{
    /// <summary>Commands, the program first.</summary>
    /// <param name="live">The family's tables before.</param>
    /// <param name="changes">What changes in them.</param>
    /// <param name="withdrawnMembers">Members that leave sets.</param>
    public static IReadOnlyList<IReadOnlyList<string>> Make(
        FirewallSnapshot live, IReadOnlyList<RuleChange> changes, IReadOnlyList<(string Set, string Member)> withdrawnMembers)
    {
        if (withdrawnMembers.Count == 0 && changes.All(c => c.IsAdded))
        {
            return [];
        }
        var family = live.IsIPv6 ? "ipv6" : "ipv4";
        var ports = ZonesByChainId(live);
        var commands = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var whole = new HashSet<int>();
        void Add(IReadOnlyList<string> command) => commands.TryAdd(string.Join(' ', command), command);
        IEnumerable<int> ZonesOf(string chain) =>
            chain.Length > live.Wrap.Length + 2 && ports.TryGetValue(chain[(live.Wrap.Length + 2)..], out var zones) ? zones : [];
        bool IsPort(string chain) => chain.Length > live.Wrap.Length + 1 && live.IsOurs(chain)
            && chain[live.Wrap.Length + 1] is 'i' or 'o' or 's' && chain != $"{live.Wrap}-sg-chain" && chain != $"{live.Wrap}-sg-fallback";

        var added = changes.Where(c => c is { IsAdded: true, Table: "filter", Rule: not null })
            .Select(c => (c.Chain, Rule: c.Rule!)).ToHashSet();
        foreach (var change in changes)
        {
            if (change.IsAdded || change.Table != "filter" || !IsPort(change.Chain) || (change.Rule is not null && added.Contains((change.Chain, change.Rule))))
            {
                continue; // a rule that only moves takes nothing away
            }
            foreach (var zone in ZonesOf(change.Chain))
            {
                if (change.Rule is null || change.Chain[live.Wrap.Length + 1] == 's')
                {
                    whole.Add(zone);
                }
                else if (change.Rule.EndsWith("-j RETURN", StringComparison.Ordinal) && !change.Rule.Contains("-m comment ", StringComparison.Ordinal))
                {
                    foreach (var command in OfRule(change.Rule, family, zone, change.Chain[live.Wrap.Length + 1] == 'i', OwnAddresses(live, change.Chain)))
                    {
                        Add(command);
                    }
                }
            }
        }
        foreach (var (set, member) in withdrawnMembers.Where(w => w.Member.Contains(':') == live.IsIPv6))
        {
            foreach (var (chain, rules) in live.Chains("filter"))
            {
                if (IsPort(chain) && rules.Mentions($"--match-set {set} "))
                {
                    foreach (var zone in ZonesOf(chain))
                    {
                        Add(["conntrack", "-D", "-f", family, "-w", Text(zone), "-s", member]);
                        Add(["conntrack", "-D", "-f", family, "-w", Text(zone), "-d", member]);
                    }
                }
            }
        }
        return
        [
            .. whole.Order().Select(z => (IReadOnlyList<string>)["conntrack", "-D", "-f", family, "-w", Text(z)]),
            .. commands.Values.Where(c => !whole.Contains(int.Parse(c[5], CultureInfo.InvariantCulture))),
        ];
    }

    /// <summary>Zones of ports by what their chains are named by.</summary>
    private static Dictionary<string, List<int>> ZonesByChainId(FirewallSnapshot live)
    {
        var zones = new Dictionary<string, List<int>>(live.Zones.Count, StringComparer.Ordinal);
        foreach (var (port, zone) in live.Zones)
        {
            var id = port[..Math.Min(port.Length, DeviceNames.ChainIdLength)];
            if (!zones.TryGetValue(id, out var same))
            {
                zones.Add(id, same = []);
            }
            same.Add(zone);
        }
        return zones;
    }

    /// <summary>What the port's spoof filter lets out; empty where it has none.</summary>
    private static List<string> OwnAddresses(FirewallSnapshot live, string chain)
    {
        var spoof = $"{live.Wrap}-s{chain[(live.Wrap.Length + 2)..]}";
        return live.Chains("filter").TryGetValue(spoof, out var rules)
            ? [.. rules.Rules.Select(r => Word(r, "-s ")).OfType<string>()]
            : [];
    }

    private static IEnumerable<IReadOnlyList<string>> OfRule(string rule, string family, int zone, bool ingress, List<string> own)
    {
        List<string> command = ["conntrack", "-D", "-f", family, "-w", Text(zone)];
        if (Word(rule, "-p ") is { } protocol)
        {
            command.AddRange(["-p", protocol == "ipv6-icmp" ? "icmpv6" : protocol]);
            if (Word(rule, "--dport ") is { } port && protocol is not "udplite")
            {
                command.AddRange(["--orig-port-dst", port]);
            }
        }
        if (Word(rule, ingress ? "-s " : "-d ") is { } remote)
        {
            command.AddRange([ingress ? "-s" : "-d", remote]);
        }
        return own.Count == 0 ? [command] : own.Select(a => (IReadOnlyList<string>)[.. command, ingress ? "-d" : "-s", a]);
    }

    private static string Text(int zone) => zone.ToString(CultureInfo.InvariantCulture);

    private static string? Word(string rule, string key)
    {
        var at = rule.IndexOf(key, StringComparison.Ordinal);
        if (at < 0 || (at > 0 && rule[at - 1] != ' '))
        {
            return null;
        }
        var end = rule.IndexOf(' ', at + key.Length);
        return end < 0 ? rule[(at + key.Length)..] : rule[(at + key.Length)..end];
    }
}
