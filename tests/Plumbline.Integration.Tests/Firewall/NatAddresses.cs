namespace Plumbline.Integration.Tests.Firewall;

/// <summary>Addresses that generated rules rewrite to, as text: one, or a range.</summary>
/// <param name="Destinations">Of DNAT: behind each device, the node itself, nowhere.</param>
/// <param name="Sources">Of SNAT in POSTROUTING.</param>
/// <param name="Unrouted">Of SNAT in INPUT: nothing that the node answers finds a way there.</param>
/// <param name="Networks">Of NETMAP.</param>
internal sealed record NatAddresses(string[] Destinations, string[] Sources, string[] Unrouted, string[] Networks);
