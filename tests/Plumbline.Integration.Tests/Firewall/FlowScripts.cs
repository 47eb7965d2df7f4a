using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;
using Plumbline.Primitives;

namespace Plumbline.Integration.Tests.Firewall;

/// <summary>Packets that belong together: a handshake with data, a question and its answer, an error about a live flow.</summary>
internal static class FlowScripts
{
    /// <summary>One script between the two sides of a way; the first packet goes <paramref name="there"/>.</summary>
    public static IEnumerable<TestPacket> Next(
        Random random, IPFamily family, PacketHeader first, TestWay there, TestWay back, PacketGenerator packets)
    {
        var kind = random.Next(4);
        var isFour = family == IPFamily.IPv4;
        var identifier = (ushort)random.Next(65536);
        first = first with
        {
            Protocol = kind == 0 ? (byte)6 : kind == 1 ? (isFour ? (byte)1 : (byte)58) : (byte)17,
            IcmpType = isFour ? (byte)8 : (byte)128,
            IcmpCode = 0,
            TcpFlags = TcpFlags.Syn,
            FragmentOffset = 0,
            HasAuthentication = false,
            Length = 100,
        };
        if (!packets.Claim(first, identifier))
        {
            yield break;
        }
        switch (kind)
        {
            case 0:
                var segment = (uint)(100 - (isFour ? 40 : 60));
                yield return One(first, there, 1000, 0);
                yield return One(Reverse(first) with { TcpFlags = TcpFlags.Syn | TcpFlags.Ack }, back, 5000, 1001 + segment);
                yield return One(first with { TcpFlags = TcpFlags.Ack }, there, 1001 + segment, 5001 + segment);
                yield return One(Reverse(first) with { TcpFlags = TcpFlags.Ack | TcpFlags.Psh }, back, 5001 + segment, 1001 + 2 * segment);
                break;
            case 1:
                yield return One(first, there, 0, 0);
                yield return One(Reverse(first) with { IcmpType = isFour ? (byte)0 : (byte)129 }, back, 0, 0);
                yield return One(first, there, 0, 0);
                break;
            case 2:
                yield return One(first, there, 0, 0);
                yield return One(Reverse(first), back, 0, 0);
                yield return One(first, there, 0, 0);
                break;
            default:
                yield return One(first, there, 0, 0);
                yield return Error(first, back);
                break;
        }

        TestPacket One(PacketHeader header, TestWay way, uint sequence, uint acknowledgement) =>
            new(way, header, new(packets.NextIdentification(), identifier, sequence, acknowledgement));

        TestPacket Error(PacketHeader about, TestWay way)
        {
            var original = FrameBuilder.Build(in about, new(packets.NextIdentification(), identifier)).AsSpan(FrameBuilder.EthernetLength);
            var inner = original[..(isFour ? 28 : 48)].ToArray();
            var error = Reverse(about) with
            {
                Protocol = isFour ? (byte)1 : (byte)58,
                IcmpType = isFour ? (byte)3 : (byte)1,
                IcmpCode = isFour ? (byte)3 : (byte)4,
                Length = (ushort)((isFour ? 28 : 48) + inner.Length),
            };
            return new(way, error, new(packets.NextIdentification(), 0, Inner: inner)) { Inner = about };
        }
    }

    private static PacketHeader Reverse(PacketHeader packet) => packet with
    {
        Source = packet.Destination,
        Destination = packet.Source,
        SourcePort = packet.DestinationPort,
        DestinationPort = packet.SourcePort,
        SourceMac = new MacAddress(0x020000000042),
        DestinationMac = packet.SourceMac,
    };
}
