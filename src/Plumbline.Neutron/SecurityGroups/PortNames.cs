namespace Plumbline.Neutron.SecurityGroups;

/// <summary>What a filtered port's rules call it, alike in both families.</summary>
/// <param name="Port">The port.</param>
/// <param name="Tap">The device that its instance is behind.</param>
/// <param name="Ingress">The chain of what goes to the instance.</param>
/// <param name="Egress">The chain of what comes from it.</param>
/// <param name="Spoof">The chain that lets only its own addresses out.</param>
/// <param name="ToSpoof">The rule that jumps there.</param>
/// <param name="Mac">Its own MAC as iptables prints it.</param>
internal sealed record PortNames(FirewallPort Port, string Tap, string Ingress, string Egress, string Spoof, string ToSpoof, string Mac);
