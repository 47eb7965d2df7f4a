namespace Plumbline.Packets.Timing;

/// <summary>A packet as one hop saw it: what is kept of it to find it at the others. 48 bytes, no objects.</summary>
internal struct HopPacket
{
    /// <summary>Nanoseconds since 1970 UTC.</summary>
    public long Time;

    /// <summary>See <see cref="PacketIdentity"/>: with the first bytes of the payload.</summary>
    public ulong Identity;

    /// <summary>The same without payload, for captures that cut it off.</summary>
    public ulong Brief;

    /// <summary>Index of its <see cref="FlowTuple"/>.</summary>
    public int Flow;

    /// <summary>TCP's sequence number.</summary>
    public uint Sequence;

    /// <summary>TCP's payload in bytes; 0 for other protocols.</summary>
    public int DataLength;

    /// <summary>IPv4's identification; 0 tells nothing.</summary>
    public ushort IpId;

    /// <summary>Index of the capture's interface.</summary>
    public byte Hop;

    /// <summary>The end of the range.</summary>
    public readonly uint SequenceEnd => Sequence + (uint)DataLength;
}
