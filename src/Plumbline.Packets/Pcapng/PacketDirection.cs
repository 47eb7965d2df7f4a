namespace Plumbline.Packets.Pcapng;

/// <summary>Direction bits of epb_flags.</summary>
public enum PacketDirection
{
    /// <summary>Not told.</summary>
    Unknown = 0,

    /// <summary>Received by the device.</summary>
    Inbound = 1,

    /// <summary>Sent through the device.</summary>
    Outbound = 2,
}
