using System.Globalization;

namespace Plumbline.Iptables.Simulation;

/// <summary>Where a rule stands.</summary>
/// <param name="Ruleset">Which of the rulesets that were compiled together, from 0.</param>
/// <param name="Table">The table.</param>
/// <param name="Chain">The chain.</param>
/// <param name="Number">From 1, as <c>iptables -L --line-numbers</c> counts.</param>
/// <param name="Rule">The rule.</param>
public sealed record RulePlace(int Ruleset, Table Table, Chain Chain, int Number, Rule Rule)
{
    /// <summary><c>filter neutron-openvswi-sg-chain 3</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Table.Name} {Chain.Name} {Number}");
}
