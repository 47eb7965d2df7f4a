namespace Plumbline.Packets.Filtering;

/// <summary>Which end of a packet a condition is about.</summary>
public enum PacketEnd
{
    /// <summary>One of them.</summary>
    Either,

    /// <summary>The sender.</summary>
    Source,

    /// <summary>The receiver.</summary>
    Destination,
}
