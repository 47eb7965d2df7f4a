using Plumbline.Iptables.Simulation;

namespace Plumbline.Integration.Tests.Firewall;

/// <summary>A packet to send: where, which, and what conntrack needs to know of it.</summary>
/// <param name="Way">Where it goes.</param>
/// <param name="Header">It.</param>
/// <param name="Details">What rules do not see.</param>
internal sealed record TestPacket(TestWay Way, PacketHeader Header, FrameBuilder.Details Details)
{
    /// <summary>What an ICMP error is about.</summary>
    public PacketHeader? Inner { get; init; }

    /// <summary>Bytes of payload in the first of two fragments; null: one piece.</summary>
    public int? FirstFragment { get; init; }
}
