using Plumbline.Primitives;

namespace Plumbline.Packets.Pcapng;

/// <summary>Options of an Interface Description Block (Ethernet).</summary>
public sealed record InterfaceOptions
{
    /// <summary>if_name: the hop as an operator names it, e.g. <c>test-vm tap</c>.</summary>
    public required string Name { get; init; }

    /// <summary>if_description.</summary>
    public string? Description { get; init; }

    /// <summary>if_filter, kind 0 (a capture filter string).</summary>
    public string? Filter { get; init; }

    /// <summary>Bytes kept of each packet; 0 no limit.</summary>
    public int SnapLength { get; init; }

    /// <summary>if_MACaddr.</summary>
    public MacAddress? Address { get; init; }

    /// <summary>opt_comment; a <see cref="HopNote"/> as text, for one.</summary>
    public string? Comment { get; init; }
}
