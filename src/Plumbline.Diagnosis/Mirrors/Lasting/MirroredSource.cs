namespace Plumbline.Diagnosis.Mirrors.Lasting;

/// <summary>A port that a lasting mirror copies, so named that it is found again when it was made anew.</summary>
/// <param name="Name">The port's name when it was chosen; it is looked for by this where there is no <paramref name="IfaceId"/>.</param>
/// <param name="IfaceId">
/// external_ids:iface-id of its interface, Neutron's port: the same when the VM was restarted, or came back. Null where it has none.
/// </param>
public sealed record MirroredSource(string Name, string? IfaceId)
{
    /// <summary>In words.</summary>
    public override string ToString() => IfaceId is null ? Name : $"{Name} (iface-id {IfaceId})";
}
