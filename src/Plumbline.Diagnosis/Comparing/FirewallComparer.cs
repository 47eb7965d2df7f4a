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
        options ??= new();
        // agents of one release know address groups or not, as they were patched: their sets tell
        if (intent.Groups.Any(g => rules.Sets.ContainsKey(IPSet.NameOf(g.Group.Id, false, options.Release)) && IsAddressGroup(intent, g.Group.Id)))
        {
            options = options with { KnowsAddressGroups = options.KnowsAddressGroups ?? true };
        }
        var intended = IntendedFirewall.Of(intent, host ?? snapshot.Host, snapshot, options);
        return new IntentComparison(rules, intended).Run();
    }

    /// <summary>Some port is for that node, or says not for which.</summary>
    public static bool IsAbout(NeutronIntent intent, string host) =>
        intent.Ports.Count == 0 || intent.Ports.Any(p => p.Host is null || IntendedFirewall.SameHost(p.Host, host));

    private static bool IsAddressGroup(NeutronIntent intent, string id) =>
        intent.Groups.Any(g => g.Group.Rules.Any(r => r.RemoteAddressGroupId == id));

    /// <summary>Compares two nodes, or one at two moments.</summary>
    /// <param name="one">The first: what is only here has gone.</param>
    /// <param name="other">The second: what is only here has come.</param>
    public static FirewallComparison Between(NodeRules one, NodeRules other) => new RulesetComparison(one, other).Run();
}
