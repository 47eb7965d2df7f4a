namespace Plumbline.Node.Sources.Texts;

/// <summary>One run of <c>ovs-vsctl show</c> found in a text.</summary>
internal sealed record OvsShowListing
{
    /// <summary>The line it starts at.</summary>
    public required int FirstLine { get; init; }

    /// <summary>The Open_vSwitch row's UUID.</summary>
    public Guid? Uuid { get; init; }

    /// <summary>ovs_version.</summary>
    public string? Version { get; set; }

    /// <summary>Somebody wrote "..." into it.</summary>
    public bool IsCut { get; set; }

    /// <summary>The line that ended it; the number of lines where the text ended first.</summary>
    public int EndLine { get; set; }

    /// <summary>Targets of managers.</summary>
    public List<string> Managers { get; } = [];

    /// <summary>Bridges in the order shown.</summary>
    public List<ShownBridge> Bridges { get; } = [];
}
