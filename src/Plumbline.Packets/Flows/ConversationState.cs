namespace Plumbline.Packets.Flows;

/// <summary>What the packets of a conversation tell about how it went.</summary>
public enum ConversationState
{
    /// <summary>Packets of both sides.</summary>
    Answered,

    /// <summary>Packets of one side only; nobody need answer UDP or a group.</summary>
    OneWay,

    /// <summary>TCP: SYNs, and nothing came back.</summary>
    SynUnanswered,

    /// <summary>TCP: a RST answered the SYN.</summary>
    Refused,

    /// <summary>TCP: the SYN was answered, the handshake's last packet is missing.</summary>
    HalfOpen,

    /// <summary>TCP: the handshake or data of both sides were seen, and no end.</summary>
    Open,

    /// <summary>TCP: both sides said FIN.</summary>
    Closed,

    /// <summary>TCP: ended by a RST.</summary>
    Reset,

    /// <summary>ICMP: echo requests, and no reply.</summary>
    EchoUnanswered,
}
