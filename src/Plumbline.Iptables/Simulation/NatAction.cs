using Plumbline.Primitives;

namespace Plumbline.Iptables.Simulation;

/// <summary>What a nat target writes into the first packet of a connection.</summary>
/// <param name="Addresses">One of these; null: the address stays, or the device's own (MASQUERADE, REDIRECT).</param>
/// <param name="Ports">One of these; null: it stays.</param>
/// <param name="Text">For people.</param>
/// <param name="IsUncertain">Which address or port it will be, the ruleset does not tell.</param>
internal sealed record NatAction(AddressRange? Addresses, PortRange? Ports, string Text, bool IsUncertain)
{
    /// <summary>It writes an address, but which?</summary>
    public bool IsAddressOpen { get; init; }

    /// <summary>It writes a port, but which?</summary>
    public bool IsPortOpen => Ports is { } p && p.First != p.Last;
}
