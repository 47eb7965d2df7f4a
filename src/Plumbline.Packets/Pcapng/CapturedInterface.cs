namespace Plumbline.Packets.Pcapng;

/// <summary>
/// An interface of a capture file. Its texts are as they came: escape them before a terminal sees them.
/// </summary>
public sealed record CapturedInterface
{
    /// <summary>The section that describes it, from 0; a classic pcap file and most pcapng files have one.</summary>
    public int Section { get; init; }

    /// <summary>Its number in the section, from 0.</summary>
    public required int Number { get; init; }

    /// <summary>LINKTYPE_: 1 Ethernet.</summary>
    public required int LinkType { get; init; }

    /// <summary>if_name.</summary>
    public string? Name { get; init; }

    /// <summary>if_description.</summary>
    public string? Description { get; init; }

    /// <summary>if_filter's text.</summary>
    public string? Filter { get; init; }

    /// <summary>opt_comment.</summary>
    public string? Comment { get; init; }

    /// <summary>The place that it stands for, where plumb wrote the file; else null.</summary>
    public HopNote? Hop => HopNote.TryParse(Comment);

    /// <summary>Snap length, 0 no limit.</summary>
    public int SnapLength { get; init; }

    /// <summary>From an ISB, once read.</summary>
    public InterfaceStatistics? Statistics { get; init; }
}
