namespace Plumbline.Iptables.Simulation;

/// <summary>One test of a rule on the packet, ready to run: 20 bytes. Tests of devices are none, see <see cref="ResolvedPath"/>.</summary>
internal struct Check
{
    /// <summary>What is tested.</summary>
    public CheckKind Kind;

    /// <summary>The test is negated. A packet without the tested field fails it all the same.</summary>
    public bool IsInverted;

    /// <summary>
    /// nftables' own expression in the place of xt_tcp or xt_udp: on Linux 6.18 it looks also into later fragments. Of IPv4 it takes the
    /// first bytes of the payload for the transport's header, of IPv6 the first bytes of the IPv6 header (measured). For a protocol: see
    /// <see cref="PacketHeader.HasAuthentication"/>.
    /// </summary>
    public bool IsNative;

    /// <summary>Which of the rule's matches it stems from.</summary>
    public ushort Match;

    /// <summary>See <see cref="Kind"/>.</summary>
    public uint A;

    /// <inheritdoc cref="A"/>
    public uint B;

    /// <inheritdoc cref="A"/>
    public int Index;
}
