namespace Plumbline.Operations.Plugging;

/// <summary>A Port row with its (first) Interface row, as far as plugging needs them.</summary>
internal sealed record PlugPort
{
    public required string Name { get; init; }

    /// <summary>The bridge that refers to it.</summary>
    public required string Bridge { get; init; }

    /// <summary>The Port row.</summary>
    public Guid Uuid { get; init; }

    /// <summary>The Interface row.</summary>
    public Guid InterfaceUuid { get; init; }

    /// <summary>Interface.type; empty for a device of the kernel.</summary>
    public string Type { get; init; } = "";

    public int? Tag { get; init; }

    /// <summary>vlan_mode or trunks are set: the dead VLAN's trunk, or something that is not Neutron's.</summary>
    public bool IsTrunk { get; init; }

    public IReadOnlyDictionary<string, string> OtherConfig { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> ExternalIds { get; init; } = new Dictionary<string, string>();

    public int? OfPort { get; init; }

    public string? Error { get; init; }
}
