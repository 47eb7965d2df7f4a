namespace Plumbline.Operations.Plugging;

/// <summary>Which port to unplug.</summary>
public sealed record UnplugOptions
{
    /// <summary>The Neutron port's UUID, whole.</summary>
    public required string PortId { get; init; }

    /// <summary>The OVS bridge it is plugged into.</summary>
    public string Bridge { get; init; } = "br-int";
}
