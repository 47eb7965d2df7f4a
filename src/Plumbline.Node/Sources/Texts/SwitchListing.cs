namespace Plumbline.Node.Sources.Texts;

/// <summary>What ovs-ofctl or fdb/show printed about one bridge, which the output itself does not name.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The lines, without a header.</param>
/// <param name="Command">The command as the prompt or the list beside the file says; null where not told.</param>
/// <param name="Where">The file.</param>
/// <param name="Bridge">The bridge, where the output names it after all.</param>
internal sealed record SwitchListing(SwitchListingKind Kind, string Text, string? Command, string Where, string? Bridge = null)
{
    /// <summary>Lines are left out of it.</summary>
    public bool IsPart { get; init; }
}
