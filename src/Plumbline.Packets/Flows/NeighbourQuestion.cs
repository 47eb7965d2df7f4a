namespace Plumbline.Packets.Flows;

/// <summary>An ARP or neighbour-discovery question that nobody answered at this place of capture.</summary>
public sealed record NeighbourQuestion
{
    /// <summary>Index into the file's interfaces.</summary>
    public required int Interface { get; init; }

    /// <summary>VLAN tag; null where there was none.</summary>
    public int? Vlan { get; init; }

    /// <summary>Who asks.</summary>
    public required InternetAddress Asker { get; init; }

    /// <summary>Who is looked for.</summary>
    public required InternetAddress Wanted { get; init; }

    /// <summary>How often it was asked.</summary>
    public required long Times { get; init; }

    /// <summary>From the first question to the last packet of the file.</summary>
    public required TimeSpan Waited { get; init; }
}
