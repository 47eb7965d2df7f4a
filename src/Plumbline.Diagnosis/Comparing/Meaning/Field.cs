namespace Plumbline.Diagnosis.Comparing.Meaning;

/// <summary>The fields of a packet that a <see cref="PacketBox"/> spans.</summary>
internal enum Field
{
    /// <summary>0 NEW, 1 ESTABLISHED, 2 RELATED, 3 INVALID, 4 UNTRACKED.</summary>
    State,

    /// <summary>0 to 255.</summary>
    Protocol,

    /// <summary>0 to 65535; of packets without ports any.</summary>
    SourcePort,

    /// <inheritdoc cref="SourcePort"/>
    DestinationPort,

    /// <summary>Type * 256 + code; of other packets any.</summary>
    Icmp,

    /// <summary>Address.</summary>
    Source,

    /// <summary>Address.</summary>
    Destination,

    /// <summary>The frame's source.</summary>
    Mac,

    /// <summary>-i, by <see cref="DeviceNumbers"/>.</summary>
    InDevice,

    /// <summary>-o.</summary>
    OutDevice,

    /// <summary>--physdev-in.</summary>
    BridgeIn,

    /// <summary>--physdev-out.</summary>
    BridgeOut,
}
