namespace Plumbline.Node.Sources;

/// <summary>What tells a port apart.</summary>
/// <param name="Bridge">Its bridge.</param>
/// <param name="Name">name.</param>
/// <param name="Uuid">Its row.</param>
/// <param name="Interfaces">Rows of table Interface.</param>
/// <param name="Tag">tag; null where empty.</param>
internal sealed record OvsOutlinePort(string Bridge, string Name, Guid Uuid, IReadOnlyList<Guid> Interfaces, int? Tag)
{
    /// <summary>An access port of one VLAN with one device of the kernel's, which no mirror names: a VM's, as far as this tells.</summary>
    public bool IsPlain { get; init; }

    /// <summary>The 11 characters of the Neutron port's UUID in the name; null where the name is no VM's.</summary>
    public string? Id { get; } = (Name.StartsWith("qvo", StringComparison.Ordinal) || Name.StartsWith("tap", StringComparison.Ordinal))
        ? Neutron.DeviceNames.PortIdPrefix(Name) : null;
}
