using System.Globalization;
using Plumbline.Iptables;
using Plumbline.Node.Facts;
using Plumbline.Node.Firewalls;

namespace Plumbline.Diagnosis.Firewalls;

/// <summary>The rules and sets of a node's own namespace, and whether the kernel asks them at all. Every question in words starts here.</summary>
public sealed record NodeRules
{
    /// <summary>The namespace's rulesets; several of one family where a text shows several moments, or both back ends hold rules.</summary>
    public required IReadOnlyList<FirewallRuleset> Rulesets { get; init; }

    /// <summary>Sets by name.</summary>
    public required IReadOnlyDictionary<string, AddressSet> Sets { get; init; }

    /// <summary>The sets were read; false: what is in a set is not known.</summary>
    public bool AreSetsTold { get; init; }

    /// <summary>What could not be read, with the text it is from.</summary>
    public IReadOnlyList<FirewallError> Errors { get; init; } = [];

    /// <summary>How many lines could not be read, and the first: what is concluded from the rest is not proved. Null where all could.</summary>
    /// <param name="of">Whose lines: <c>of A</c>; or nothing.</param>
    public string? Unread(string of = "") => Errors.Count == 0 ? null : string.Create(
        CultureInfo.InvariantCulture,
        $"{Errors.Count} line{(Errors.Count == 1 ? "" : "s")}{(of.Length > 0 ? " " : "")}{of} could not be read: line {Errors[0].Error.Line}: {Errors[0].Error.What}");

    /// <summary>The node's own addresses, for <c>-m addrtype</c>; null where not told.</summary>
    public Plumbline.Iptables.Simulation.NodeAddresses? Addresses { get; init; }

    /// <summary>The sysctls of the node's own namespace.</summary>
    public IReadOnlyDictionary<string, string> Sysctls { get; init; } = new Dictionary<string, string>();

    /// <summary>A sysctl that is not among them does not exist; false: nobody asked for it.</summary>
    public bool AreSysctlsTold { get; init; }

    /// <summary>Name of the sysctl that decides whether bridged packets meet the rules.</summary>
    public static string BridgeSysctl(IPFamily family) =>
        family == IPFamily.IPv4 ? "net.bridge.bridge-nf-call-iptables" : "net.bridge.bridge-nf-call-ip6tables";

    /// <summary>Reads the firewall texts of <paramref name="snapshot"/>.</summary>
    /// <param name="snapshot">The node.</param>
    /// <param name="withCut">Also those of which lines are left out: to show them, not to judge by them.</param>
    public static NodeRules Read(NodeSnapshot snapshot, bool withCut = false)
    {
        var own = NodeFirewall.Read(withCut ? snapshot with { Firewall = [.. snapshot.Firewall.Select(text => text with { IsCut = false })] } : snapshot).Own;
        var sets = new Dictionary<string, AddressSet>(StringComparer.Ordinal);
        foreach (var set in own.Sets)
        {
            sets.TryAdd(set.Name, set);
        }
        return new()
        {
            Rulesets = own.Rulesets,
            Sets = sets,
            AreSetsTold = own.AreSetsKnown,
            Errors = own.Errors,
            Addresses = Verdicts.VerdictRules.AddressesOf(snapshot),
            Sysctls = own.Sysctls,
            // plumb itself asks for them on a live node: what is not there does not exist
            AreSysctlsTold = snapshot.TakenBy is not null || own.Sysctls.Keys.Any(k => k.StartsWith("net.bridge.", StringComparison.Ordinal)),
        };
    }

    /// <summary>Whether bridged packets of a family meet the rules; null where not told.</summary>
    public bool? AreBridgedPacketsShown(IPFamily family) =>
        Sysctls.TryGetValue(BridgeSysctl(family), out var value) ? value.Trim() != "0" : AreSysctlsTold ? false : null;

    /// <summary>
    /// The rules that <c>iptables</c> (or <c>ip6tables</c>) shows: the complete ones, those of nftables before legacy ones; but where one back end
    /// alone holds the agent's chains (an agent in a container may have another iptables than its host), those.
    /// </summary>
    public Ruleset? Find(IPFamily family) => FindWhole(family)?.Ruleset;

    /// <summary>What the other back end than <see cref="Find"/>'s holds: the kernel asks both.</summary>
    public IEnumerable<Ruleset> Others(IPFamily family) => FindWhole(family) is { } own
        ? Rulesets.Where(r => r.Ruleset.Family == family && r.IsLegacy != own.IsLegacy).Select(r => r.Ruleset) : [];

    private FirewallRuleset? FindWhole(IPFamily family)
    {
        FirewallRuleset? first = null;
        FirewallRuleset? other = null;
        foreach (var ruleset in Rulesets)
        {
            if (ruleset.Ruleset.Family != family)
            {
                continue;
            }
            if (!ruleset.IsLegacy)
            {
                first ??= ruleset;
            }
            else
            {
                other ??= ruleset;
            }
        }
        return first is null || other is not null && !HasAgent(first) && HasAgent(other) ? other : first;
    }

    private static bool HasAgent(FirewallRuleset ruleset) =>
        ruleset.Ruleset.Find("filter")?.Chains.Any(c => c.Name.EndsWith("-sg-chain", StringComparison.Ordinal)) == true;
}
