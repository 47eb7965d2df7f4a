namespace Plumbline.Packets.Flows;

/// <summary>
/// A conversation's identity, the same for both directions: the end with the smaller address (then port) stands first.
/// </summary>
internal readonly struct FlowKey(
    InternetAddress first, InternetAddress second, uint ports, ulong place) : IEquatable<FlowKey>
{
    public readonly ulong FirstHigh = first.High;
    public readonly ulong FirstLow = first.Low;
    public readonly ulong SecondHigh = second.High;
    public readonly ulong SecondLow = second.Low;

    /// <summary>First's port above, second's below.</summary>
    public readonly uint Ports = ports;

    /// <summary>See <see cref="PlaceOf"/>.</summary>
    public readonly ulong Place = place;

    public InternetAddress First => new(FirstHigh, FirstLow, IsV6);

    public InternetAddress Second => new(SecondHigh, SecondLow, IsV6);

    public bool IsV6 => (Place & 1) != 0;

    public int Protocol => (int)(Place >> 1 & 0xFF);

    public int? Vlan => (Place >> 9 & 0x1FFF) is var vlan and > 0 ? (int)vlan - 1 : null;

    public uint? TunnelKey => (Place >> 22 & 1) != 0 ? (uint)(Place >> 23 & 0x1FF_FFFF) : null;

    public int Interface => (int)(Place >> 48);

    /// <summary>1 bit version, 8 protocol, 13 VLAN + 1, 1 in a tunnel, 25 tunnel's key (its lowest bits), 16 interface.</summary>
    public static ulong PlaceOf(in FrameHeaders headers, int @interface) =>
        (headers.IpVersion == 6 ? 1UL : 0) | (ulong)headers.Protocol << 1 | (ulong)(uint)(headers.Vlan + 1) << 9
        | (headers.TunnelDepth > 0 ? 1UL << 22 | (headers.TunnelKey & 0x1FF_FFFFUL) << 23 : 0) | (ulong)(ushort)@interface << 48;

    public bool Equals(FlowKey other) =>
        FirstLow == other.FirstLow && SecondLow == other.SecondLow && Ports == other.Ports && Place == other.Place
        && FirstHigh == other.FirstHigh && SecondHigh == other.SecondHigh;

    public override bool Equals(object? obj) => obj is FlowKey other && Equals(other);

    public override int GetHashCode()
    {
        var hash = (FirstLow ^ SecondHigh) * 0x9E37_79B9_7F4A_7C15UL;
        hash = (hash ^ SecondLow ^ (hash >> 29)) * 0xBF58_476D_1CE4_E5B9UL;
        hash = (hash ^ Place ^ ((ulong)Ports << 17) ^ FirstHigh ^ (hash >> 32)) * 0x94D0_49BB_1331_11EBUL;
        return (int)(hash >> 32);
    }
}
