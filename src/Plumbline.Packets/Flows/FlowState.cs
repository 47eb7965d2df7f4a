namespace Plumbline.Packets.Flows;

/// <summary>A conversation while packets come. Side 0 is the key's first end, side 1 the second.</summary>
internal struct FlowState
{
    public FlowKey Key;
    public long Start;
    public long End;
    public long Packets0;
    public long Packets1;
    public long Bytes0;
    public long Bytes1;

    /// <summary>The side that began; settled by a SYN or an echo request.</summary>
    public byte Initiator;
    public bool IsInitiatorKnown;

    /// <summary>TCP: the first SYN's time, the handshake's whole time (−1: not seen), and what it waits for.</summary>
    public long SynAt;
    public long HandshakeTime;
    public HandshakeStep Handshake;
    public bool IsRefused;
    public bool IsReset;

    /// <summary>Echo: sequence number and time of the last request, and those without reply.</summary>
    public ushort EchoSequence;
    public bool IsEchoOpen;
    public uint EchoesUnanswered;

    /// <summary>Echo or TCP: the two directions.</summary>
    public TcpSide Side0;
    public TcpSide Side1;
}
