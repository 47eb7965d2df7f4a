using Plumbline.Diagnosis.Firewalls;
using Plumbline.Neutron.Intent;
using Plumbline.Neutron.SecurityGroups;
using Plumbline.Node.Facts;

namespace Plumbline.Diagnosis.Comparing;

/// <summary><c>plumb diff</c>: live rules against intended ones, or two rulesets. By meaning, not by text. Pure.</summary>
public static class FirewallComparer
{
    /// <summary>Compares a node with what Neutron wants of it.</summary>
    /// <param name="snapshot">The node, with firewall texts.</param>
    /// <param name="rules">The same texts, read.</param>
    /// <param name="intent">Ports and groups.</param>
    /// <param name="host">The node's name as Neutron knows it; null: as the snapshot tells it.</param>
    /// <param name="options">The agent's; null: as it comes.</param>
    public static FirewallComparison AgainstIntent(
        NodeSnapshot snapshot, NodeRules rules, NeutronIntent intent, string? host = null, FirewallOptions? options = null)
    {
        var intended = IntendedFirewall.Of(intent, host ?? snapshot.Host, snapshot, options ?? new());
        return new IntentComparison(rules, intended).Run();
    }

    /// <summary>Compares two nodes, or one at two moments.</summary>
    /// <param name="one">The first: what is only here has gone.</param>
    /// <param name="other">The second: what is only here has come.</param>
    public static FirewallComparison Between(NodeRules one, NodeRules other) => new RulesetComparison(one, other).Run();
}
