namespace Plumbline.Node.Sources;

/// <summary>Rules that a question lacks.</summary>
/// <param name="Namespace">The namespace's name; empty for the node's own.</param>
/// <param name="IsIPv6">ip6tables' rules, not iptables'.</param>
/// <param name="Devices">Devices that packets come and go by; null: all rules.</param>
public sealed record RulesWish(string Namespace, bool IsIPv6, IReadOnlySet<string>? Devices);
