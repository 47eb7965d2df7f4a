namespace Plumbline.Packets.Flows;

/// <summary>How far a TCP handshake came.</summary>
internal enum HandshakeStep : byte
{
    NotSeen,
    Syn,
    SynAck,
    Done,
}
