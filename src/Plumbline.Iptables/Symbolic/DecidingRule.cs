namespace Plumbline.Iptables.Symbolic;

/// <summary>The rule or policy that decides packets.</summary>
/// <param name="Table">Its table.</param>
/// <param name="Chain">Its chain.</param>
/// <param name="Number">From 1; 0: the chain's policy.</param>
/// <param name="Rule">Null: the policy.</param>
public sealed record DecidingRule(string Table, string Chain, int Number, Rule? Rule);
