using Plumbline.Iptables;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Checking;

/// <summary>
/// Sets of remote groups without Neutron's word: every node that uses a group has all of its members, so two nodes must agree. Only what cannot be
/// a matter of two moments is told: the node's own facts have to show that the port belongs there.
/// </summary>
internal static class SetChecks
{
    private const string IPv4Start = "NIPv4";
    private const string IPv6Start = "NIPv6";

    public static void Run(CheckContext context)
    {
        if (context.Cloud?.Firewall is not null || context.Nodes.Count < 2)
        {
            return;
        }
        foreach (var node in context.Nodes)
        {
            foreach (var set in node.Rules.Sets.Values)
            {
                if (set.Name.StartsWith(IPv4Start, StringComparison.Ordinal) || set.Name.StartsWith(IPv6Start, StringComparison.Ordinal))
                {
                    Compare(context, node, set);
                }
            }
        }
    }

    private static void Compare(CheckContext context, CheckNode node, AddressSet set)
    {
        var own = set.Members.Select(m => m.Text).ToHashSet(StringComparer.Ordinal);
        var missing = new List<string>();
        var evidence = new List<string>();
        foreach (var other in context.Nodes)
        {
            if (other == node || !other.Rules.Sets.TryGetValue(set.Name, out var theirs) || theirs.Members.All(m => own.Contains(m.Text))
                || !IsUsed(node, set.Name) || !IsUsed(other, set.Name))
            {
                continue;
            }
            foreach (var member in theirs.Members)
            {
                if (!own.Contains(member.Text) && !missing.Contains(member.Text) && BelongsHere(context, node, set.Name, member.Text) is { } why)
                {
                    missing.Add(member.Text);
                    evidence.Add($"{member.Text} is in the set on {other.Name}, and {why}");
                }
            }
        }
        if (missing.Count == 0)
        {
            return;
        }
        var words = string.Join(", ", missing);
        context.Found.Add(RouterChecks.Fault(node, "set-drift", set.Name, $"set {set.Name} lacks {words}, which other nodes have in it",
            evidence, $"{words} {(missing.Count == 1 ? "is" : "are")} not let through where the group's members shall be",
            string.Join("; ", missing.Select(m => $"ipset add -exist {set.Name} {m}"))));
    }

    private static bool IsUsed(CheckNode node, string set) =>
        node.Snapshot.Firewall.Any(f => f.Namespace.Length == 0 && f.Text.Contains($"--match-set {set} ", StringComparison.Ordinal));

    /// <summary>Why this node must have the member: it is a port of its own, or its set of the other family has that port.</summary>
    private static string? BelongsHere(CheckContext context, CheckNode node, string set, string member)
    {
        var owners = new List<(CheckNode Node, Vif Vif)>();
        foreach (var at in context.Nodes)
        {
            foreach (var vif in at.Topology.Vifs)
            {
                if (vif.Owner == VifOwner.Instance && vif.IPAddresses.Contains(member))
                {
                    owners.Add((at, vif));
                }
            }
        }
        // of two networks' equal addresses it cannot be said whose is meant
        if (owners is [var only] && only.Node == node)
        {
            return $"{CheckNode.NameOf(only.Vif)}, whose it is, is on this node";
        }
        var sibling = (set.StartsWith(IPv4Start, StringComparison.Ordinal) ? IPv6Start : IPv4Start) + set[IPv4Start.Length..];
        return node.Rules.Sets.TryGetValue(sibling, out var family) && IsUsed(node, sibling)
            && family.Members.FirstOrDefault(m => owners.Exists(o => o.Vif.IPAddresses.Contains(m.Text))) is { } there
            ? $"{sibling} has {there.Text} of the same port" : null;
    }
}
