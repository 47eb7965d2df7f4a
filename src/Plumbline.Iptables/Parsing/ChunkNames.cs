namespace Plumbline.Iptables;

/// <summary>SCTP's chunk types (IANA) by iptables' names.</summary>
internal static class ChunkNames
{
    /// <summary>Null for a type that has no name there.</summary>
    public static string? NameOf(int type) => type switch
    {
        0 => "DATA",
        1 => "INIT",
        2 => "INIT_ACK",
        3 => "SACK",
        4 => "HEARTBEAT",
        5 => "HEARTBEAT_ACK",
        6 => "ABORT",
        7 => "SHUTDOWN",
        8 => "SHUTDOWN_ACK",
        9 => "ERROR",
        10 => "COOKIE_ECHO",
        11 => "COOKIE_ACK",
        12 => "ECN_ECNE",
        13 => "ECN_CWR",
        14 => "SHUTDOWN_COMPLETE",
        64 => "I_DATA",
        128 => "ASCONF_ACK",
        130 => "RE_CONFIG",
        132 => "PAD",
        192 => "FORWARD_TSN",
        193 => "ASCONF",
        194 => "I_FORWARD_TSN",
        _ => null,
    };
}
