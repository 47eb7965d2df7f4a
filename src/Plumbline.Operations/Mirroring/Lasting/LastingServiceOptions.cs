namespace Plumbline.Operations.Mirroring.Lasting;

/// <summary>How lasting mirrors are kept.</summary>
public sealed record LastingServiceOptions
{
    /// <summary>Only the mirror of this name, which has a keeper of its own; null: all that have not.</summary>
    public string? Only { get; init; }

    /// <summary>
    /// How long the rows may stay when their keeper was killed and none came in its place; renewed three times as often.
    /// </summary>
    public TimeSpan LeaseTime { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How often the node is looked at where no change was told: a device that was removed, a lease, an end.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Told once the first round is done.</summary>
    public Action? Ready { get; init; }

    /// <summary>Told what changes, a line each.</summary>
    public Action<string> Note { get; init; } = static _ => { };
}
