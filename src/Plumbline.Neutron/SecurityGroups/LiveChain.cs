namespace Plumbline.Neutron.SecurityGroups;

/// <summary>A chain as <c>iptables-save</c> shows it.</summary>
/// <param name="Policy">A built-in chain's; <c>-</c> for the others.</param>
/// <param name="Rules">The text behind <c>-A CHAIN </c>; empty for a rule without match and target.</param>
internal sealed record LiveChain(string Policy, List<string> Rules);
