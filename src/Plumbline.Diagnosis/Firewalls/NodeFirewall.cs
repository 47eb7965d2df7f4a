using Plumbline.Iptables;
using Plumbline.Node.Facts;

namespace Plumbline.Diagnosis.Firewalls;

/// <summary>
/// The rules and sets of a node's own namespace, parsed. Made once from a snapshot's texts; every question about the firewall starts here.
/// </summary>
public sealed record NodeFirewall
{
    /// <summary>In the order of the texts; several of one family where a text shows several moments, or both back ends hold rules.</summary>
    public required IReadOnlyList<FirewallPart> Parts { get; init; }

    /// <summary>Sets by name.</summary>
    public required IReadOnlyDictionary<string, AddressSet> Sets { get; init; }

    /// <summary>The sets were read; false: what is in a set is not known.</summary>
    public bool AreSetsTold { get; init; }

    /// <summary>What could not be read, with the text it is from.</summary>
    public IReadOnlyList<ParseError> Errors { get; init; } = [];

    /// <summary>The sysctls of the node's own namespace.</summary>
    public required IReadOnlyDictionary<string, string> Sysctls { get; init; }

    /// <summary>Whether the kernel shows bridged packets to a family's chains.</summary>
    public required bool AreSysctlsTold { get; init; }

    /// <summary>Name of the sysctl that decides whether bridged packets meet the rules.</summary>
    public static string BridgeSysctl(IPFamily family) =>
        family == IPFamily.IPv4 ? "net.bridge.bridge-nf-call-iptables" : "net.bridge.bridge-nf-call-ip6tables";

    /// <summary>Reads the firewall texts of <paramref name="snapshot"/>.</summary>
    public static NodeFirewall Read(NodeSnapshot snapshot)
    {
        var parts = new List<FirewallPart>();
        var sets = new Dictionary<string, AddressSet>(StringComparer.Ordinal);
        var errors = new List<ParseError>();
        var areSetsTold = false;
        foreach (var text in snapshot.Firewall)
        {
            if (text.Namespace.Length != 0)
            {
                continue;
            }
            var isSets = text.Tool.StartsWith("ipset", StringComparison.Ordinal);
            areSetsTold |= isSets;
            if (isSets)
            {
                continue;
            }
            var reading = RulesetParser.ParseSave(text.Text);
            errors.AddRange(reading.Errors);
            foreach (var set in reading.Sets)
            {
                sets.TryAdd(set.Name, set);
                areSetsTold = true;
            }
            foreach (var ruleset in reading.Rulesets)
            {
                parts.Add(new(text.Tool, FamilyOf(text.Tool) is { } family ? ruleset with { Family = family } : ruleset));
            }
        }
        var own = snapshot.Namespaces.FirstOrDefault(n => n.Name.Length == 0);
        var sysctls = own?.Sysctls ?? new Dictionary<string, string>();
        return new()
        {
            Parts = parts,
            Sets = sets,
            AreSetsTold = areSetsTold,
            Errors = errors,
            Sysctls = sysctls,
            // plumb itself asks for them on a live node: what is not there does not exist
            AreSysctlsTold = snapshot.TakenBy is not null || sysctls.Keys.Any(k => k.StartsWith("net.bridge.", StringComparison.Ordinal)),
        };
    }

    /// <summary>Whether bridged packets of a family meet the rules; null where not told.</summary>
    public bool? AreBridgedPacketsShown(IPFamily family) =>
        Sysctls.TryGetValue(BridgeSysctl(family), out var value) ? value.Trim() != "0" : AreSysctlsTold ? false : null;

    private static IPFamily? FamilyOf(string tool) => tool.StartsWith("ip6tables", StringComparison.Ordinal) ? IPFamily.IPv6
        : tool.StartsWith("iptables", StringComparison.Ordinal) && tool.Contains("save", StringComparison.Ordinal) ? IPFamily.IPv4
        : null;
}
