namespace Plumbline.Operations.Plugging;

/// <summary>What to write into an existing Port row and its Interface row: only the keys named here; null removes a key.</summary>
internal sealed record PortRowChange
{
    /// <summary>The tag is to be written; <see cref="Tag"/> null then means none.</summary>
    public bool WritesTag { get; init; }

    public int? Tag { get; init; }

    /// <summary>vlan_mode and trunks are to be emptied: the port leaves the dead VLAN.</summary>
    public bool ClearsTrunk { get; init; }

    public IReadOnlyDictionary<string, string?> OtherConfig { get; init; } = new Dictionary<string, string?>();

    public IReadOnlyDictionary<string, string?> ExternalIds { get; init; } = new Dictionary<string, string?>();

    public bool IsEmpty => !WritesTag && !ClearsTrunk && OtherConfig.Count == 0 && ExternalIds.Count == 0;

    /// <summary>The change that takes <paramref name="port"/> back. (Emptied trunks stay empty: a dead port's are the agent's to set.)</summary>
    public PortRowChange Inverse(PlugPort port) => new()
    {
        WritesTag = WritesTag,
        Tag = port.Tag,
        OtherConfig = OtherConfig.Keys.ToDictionary(k => k, k => (string?)port.OtherConfig.GetValueOrDefault(k)),
        ExternalIds = ExternalIds.Keys.ToDictionary(k => k, k => (string?)port.ExternalIds.GetValueOrDefault(k)),
    };
}
