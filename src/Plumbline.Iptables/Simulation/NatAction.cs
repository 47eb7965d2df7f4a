using Plumbline.Primitives;

namespace Plumbline.Iptables.Simulation;

/// <summary>What a nat target writes into the first packet of a connection.</summary>
/// <param name="Kind">Where the address comes from.</param>
/// <param name="Text">For people.</param>
internal sealed record NatAction(NatKind Kind, string Text)
{
    /// <summary>One of these; of NETMAP the whole network; null: the address stays, or is the device's own.</summary>
    public AddressRange? Addresses { get; init; }

    /// <summary>One of these; null: it stays where it can.</summary>
    public PortRange? Ports { get; init; }

    /// <summary>Where a shifted range counts from; null: no shift.</summary>
    public ushort? PortBase { get; init; }

    /// <summary>--random, --random-fully: any port of the range, whatever the packet has.</summary>
    public bool IsRandom { get; init; }

    /// <summary>--persistent: the destination does not tell which address of a range is taken.</summary>
    public bool IsPersistent { get; init; }
}
