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
    /// <param name="options">The agent's, but for its release; null: as it comes.</param>
    /// <param name="release">The agent's release; null: whose rules the live ones are nearest to.</param>
    public static FirewallComparison AgainstIntent(
        NodeSnapshot snapshot, NodeRules rules, NeutronIntent intent, string? host = null, FirewallOptions? options = null,
        NeutronRelease? release = null)
    {
        options ??= new();
        host ??= snapshot.Host;
        var guessed = release is null ? new ReleaseGuess(snapshot, rules, intent, host, options).Find() : null;
        options = options with { Release = release ?? guessed ?? NeutronRelease.Zed };
        var intended = IntendedFirewall.Of(intent, host, snapshot, WithAddressGroups(options, rules, intent));
        return new IntentComparison(rules, intended).Run() with
        {
            Release = options.Release,
            ReleaseBy = release is not null ? ReleaseOrigin.Given : guessed is not null ? ReleaseOrigin.Rules : ReleaseOrigin.Default,
        };
    }

    /// <summary>Agents of one release know address groups or not, as they were patched: their sets tell.</summary>
    internal static FirewallOptions WithAddressGroups(FirewallOptions options, NodeRules rules, NeutronIntent intent) =>
        intent.Groups.Any(g => rules.Sets.ContainsKey(IPSet.NameOf(g.Group.Id, false, options.Release)) && IsAddressGroup(intent, g.Group.Id))
            ? options with { KnowsAddressGroups = options.KnowsAddressGroups ?? true } : options;

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
