namespace Plumbline.Neutron.SecurityGroups;

/// <summary>What both families have alike, and so is made once and held by both: the way to the ports' chains, and whole tables.</summary>
internal sealed record CommonChains
{
    /// <summary>Filtered ports, in order.</summary>
    public required IReadOnlyList<PortNames> Ports { get; init; }

    /// <summary>Rules of the driver's FORWARD.</summary>
    public required List<string> Forward { get; init; }

    /// <summary>Rules of the driver's INPUT.</summary>
    public required List<string> Input { get; init; }

    /// <summary>Rules of the sg-chain.</summary>
    public required List<string> Dispatch { get; init; }

    /// <summary>Tables that stand behind filter: raw, and PREROUTING of nat, where the release has them.</summary>
    public required IReadOnlyList<ChainTable> Tables { get; init; }
}
