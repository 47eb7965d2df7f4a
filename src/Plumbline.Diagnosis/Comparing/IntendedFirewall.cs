using System.Text;
using Plumbline.Iptables;
using Plumbline.Neutron;
using Plumbline.Neutron.Intent;
using Plumbline.Neutron.SecurityGroups;
using Plumbline.Node.Facts;

namespace Plumbline.Diagnosis.Comparing;

/// <summary>What Neutron's agent would have programmed on a node by now, as rules of the same kind as the live ones.</summary>
internal sealed class IntendedFirewall
{
    private readonly HybridFirewall _compiled;
    private readonly Dictionary<IPFamily, Ruleset> _rulesets = [];

    private IntendedFirewall(IReadOnlyList<IntendedPort> ports, NeutronIntent intent, FirewallOptions options)
    {
        (Ports, Intent, Options) = (ports, intent, options);
        _compiled = HybridFirewall.Compile([.. ports.Select(p => p.Port)], [.. intent.Groups.Select(g => g.Group)], options);
    }

    /// <summary>The node's ports.</summary>
    public IReadOnlyList<IntendedPort> Ports { get; }

    public NeutronIntent Intent { get; }

    public FirewallOptions Options { get; }

    /// <summary>Sets that the rules name.</summary>
    public IReadOnlyList<IPSet> Sets => _compiled.Sets;

    /// <summary>Ports that are filtered.</summary>
    public IEnumerable<IntendedPort> Filtered => Ports.Where(p => !p.Port.IsTrusted && p.Port.PortSecurityEnabled);

    /// <summary>Compiles the ports of <paramref name="intent"/> that are bound to the node and are on it.</summary>
    /// <param name="intent">All ports and groups.</param>
    /// <param name="host">The node's name as Neutron knows it; null: every port that is on the node.</param>
    /// <param name="snapshot">What is on the node.</param>
    /// <param name="options">The agent's.</param>
    public static IntendedFirewall Of(NeutronIntent intent, string? host, NodeSnapshot snapshot, FirewallOptions options)
    {
        var present = PresentPorts(snapshot);
        var ports = intent.Ports.Where(p =>
            (p.Host is null || host is null ? p.Host != "" : SameHost(p.Host, host))
            && p.VifType is null or "ovs" or "bridge" or "tap"
            && (present is null || present.Contains(p.Port.Id) || present.Contains(Start(p.Port.Id)))).ToList();
        return new(ports, intent, options);
    }

    /// <summary>The rules of a family.</summary>
    public Ruleset Of(IPFamily family)
    {
        if (!_rulesets.TryGetValue(family, out var ruleset))
        {
            ruleset = Parse(family == IPFamily.IPv4 ? _compiled.IPv4 : _compiled.IPv6, family);
            _rulesets[family] = ruleset;
        }
        return ruleset;
    }

    /// <summary>The group and rule that a rule of a port's chain stands for; null where it is the driver's own.</summary>
    public (IntendedGroup Group, string? RuleId)? Origin(IntendedPort port, Rule rule, IPFamily family, string chain)
    {
        foreach (var id in port.Port.SecurityGroups)
        {
            if (Intent.Groups.FirstOrDefault(g => g.Group.Id == id) is not { } group)
            {
                continue;
            }
            for (var i = 0; i < group.Group.Rules.Count; i++)
            {
                // the compiler itself is asked which rule the API rule becomes
                var single = group.Group with { Rules = [group.Group.Rules[i]] };
                var others = Intent.Groups.Select(g => g.Group.Id == id ? single : g.Group with { Rules = [] });
                var compiled = HybridFirewall.Compile([port.Port with { SecurityGroups = [id] }], [.. others], Options);
                var tables = Parse(family == IPFamily.IPv4 ? compiled.IPv4 : compiled.IPv6, family);
                var without = HybridFirewall.Compile([port.Port with { SecurityGroups = [] }], [], Options);
                var bare = Parse(family == IPFamily.IPv4 ? without.IPv4 : without.IPv6, family);
                if (Has(tables, chain, rule) && !Has(bare, chain, rule))
                {
                    return (group, i < group.RuleIds.Count ? group.RuleIds[i] : null);
                }
            }
        }
        return null;
    }

    private static bool Has(Ruleset ruleset, string chain, Rule rule) =>
        ruleset.Find("filter")?.Find(chain)?.Rules.Any(r => r.Equals(rule)) == true;

    private static Ruleset Parse(IReadOnlyList<IptablesTable> tables, IPFamily family)
    {
        var text = new StringBuilder();
        foreach (var table in tables)
        {
            text.Append('*').Append(table.Name).Append('\n');
            foreach (var chain in table.Chains.Keys)
            {
                text.Append(':').Append(chain).Append(IsBuiltIn(chain) ? " ACCEPT [0:0]\n" : " - [0:0]\n");
            }
            foreach (var (chain, rules) in table.Chains)
            {
                foreach (var rule in rules)
                {
                    text.Append("-A ").Append(chain).Append(' ').Append(rule).Append('\n');
                }
            }
            text.Append("COMMIT\n");
        }
        var reading = RulesetParser.ParseSave(text.ToString(), family);
        return reading.Rulesets.Count > 0 ? reading.Rulesets[0] : new() { Family = family, Tables = [] };
    }

    private static bool IsBuiltIn(string chain) => chain is "INPUT" or "FORWARD" or "OUTPUT" or "PREROUTING" or "POSTROUTING";

    public static bool SameHost(string one, string other) =>
        one.Equals(other, StringComparison.OrdinalIgnoreCase)
        || one.Split('.')[0].Equals(other.Split('.')[0], StringComparison.OrdinalIgnoreCase);

    private static string Start(string id) => id.Length <= DeviceNames.IdLength ? id : id[..DeviceNames.IdLength];

    /// <summary>UUIDs, or what device names tell of them, of the ports that are plugged here; null where the snapshot cannot tell.</summary>
    private static HashSet<string>? PresentPorts(NodeSnapshot snapshot)
    {
        var present = new HashSet<string>(StringComparer.Ordinal);
        foreach (var port in snapshot.Ovs?.Bridges.SelectMany(b => b.Ports) ?? [])
        {
            foreach (var part in port.Interfaces)
            {
                if (part.ExternalIds.TryGetValue("iface-id", out var id))
                {
                    present.Add(id);
                }
                if (DeviceNames.PortIdPrefix(part.Name) is { } start)
                {
                    present.Add(start);
                }
            }
        }
        foreach (var link in snapshot.Namespaces.Where(n => n.Name.Length == 0).SelectMany(n => n.Links))
        {
            if (DeviceNames.PortIdPrefix(link.Name) is { } start)
            {
                present.Add(start);
            }
        }
        var isTold = snapshot.Ovs is not null || snapshot.Namespaces.Any(n => n.Name.Length == 0 && n.Links.Count > 0);
        return isTold ? present : null;
    }
}
