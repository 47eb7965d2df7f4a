namespace Plumbline.Iptables;

/// <summary>How the frame was addressed (linux/if_packet.h).</summary>
public enum PacketType
{
    /// <summary>unicast: to us.</summary>
    Unicast = 0,

    /// <summary>broadcast.</summary>
    Broadcast = 1,

    /// <summary>multicast.</summary>
    Multicast = 2,
}
