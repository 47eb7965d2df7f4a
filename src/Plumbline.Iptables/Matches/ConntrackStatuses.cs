namespace Plumbline.Iptables;

/// <summary><c>--ctstatus</c>: bits of the connection's entry.</summary>
[Flags]
public enum ConntrackStatuses
{
    /// <summary>NONE: none of the bits below.</summary>
    None = 0,

    /// <summary>EXPECTED: a helper expected the connection.</summary>
    Expected = 1,

    /// <summary>SEEN_REPLY: packets went both ways.</summary>
    SeenReply = 2,

    /// <summary>ASSURED: never expired early.</summary>
    Assured = 4,

    /// <summary>CONFIRMED: the first packet has left the machine.</summary>
    Confirmed = 8,
}
