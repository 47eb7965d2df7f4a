using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;
using Plumbline.Primitives;

namespace Plumbline.Integration.Tests.Firewall;

/// <summary>A connection through nat: its first packet, answers to what came out, and the next packets; or an error about it.</summary>
internal sealed class NatScript(
    Random random, IPFamily family, KernelJudge judge, KernelRouting routing, KernelNode node, PacketGenerator packets)
{
    private static readonly MacAddress _someone = new(0x020000000042);

    private readonly bool _isFour = family == IPFamily.IPv4;

    /// <summary>Sends it, where what the node itself would say to the sender is nothing.</summary>
    public async Task RunAsync(PacketHeader like, TestWay way)
    {
        var kind = random.Next(4);
        var identifier = (ushort)random.Next(65536);
        var first = like with
        {
            Source = NetworkOf(way.From) | like.Source & 0xFFFF,
            Protocol = kind == 0 ? (byte)6 : kind == 1 ? (_isFour ? (byte)1 : (byte)58) : (byte)17,
            IcmpType = _isFour ? (byte)8 : (byte)128,
            IcmpCode = 0,
            TcpFlags = TcpFlags.Syn,
            FragmentOffset = 0,
            HasAuthentication = false,
            Length = 100,
        };
        if (way.Kind is TestWayKind.FromHost or TestWayKind.ToHost || !packets.Claim(first, identifier)
            || judge.ForeseeAll(way, first) is not { Outcome: Outcome.Passed, Last.Hook: Hook.Postrouting })
        {
            return;
        }
        await judge.SendAsync(One(first, way, identifier, 1000, 0));
        if (judge.Out is not { } there || !IsHost(there.Header.Destination)
            || node.Addresses.Local.Contains(there.Header.Destination))
        {
            return;
        }
        var segment = (uint)(100 - (_isFour ? 40 : 60));
        var answer = first with
        {
            Source = there.Header.Destination,
            Destination = there.Header.Source,
            SourcePort = there.Header.DestinationPort,
            DestinationPort = there.Header.SourcePort,
            TcpFlags = TcpFlags.Syn | TcpFlags.Ack,
            IcmpType = _isFour ? (byte)0 : (byte)129,
            SourceMac = _someone,
        };
        // who answers across the bridge addresses the node's MAC where it takes the sender for the node, or a gateway
        var isBridged = there.Device is "tapone" or "qvbone" && way.From is "tapone" or "qvbone" && random.Next(2) == 0;
        var back = routing.WayOf(there.Device, in answer, isBridged);
        answer = answer with { DestinationMac = isBridged ? first.SourceMac : node.Macs[back.AddressedTo!] };
        if (kind == 3)
        {
            var error = Error(answer, there, back);
            if (!IsForNode(error))
            {
                await judge.SendAsync(error);
            }
            return;
        }
        if (!await IsQuietAsync(answer, back, there.Identifier, 5000, 1001 + segment))
        {
            return;
        }
        await IsQuietAsync(first with { TcpFlags = TcpFlags.Ack }, way, identifier, 1001 + segment, 5001 + segment);
        await IsQuietAsync(answer with { TcpFlags = TcpFlags.Ack | TcpFlags.Psh }, back, there.Identifier, 5001 + segment, 1001 + 2 * segment);
    }

    private async Task<bool> IsQuietAsync(PacketHeader header, TestWay way, ushort identifier, uint sequence, uint acknowledgement)
    {
        var packet = One(header, way, identifier, sequence, acknowledgement);
        if (IsForNode(packet))
        {
            return false;
        }
        await judge.SendAsync(packet);
        return judge.Out is not null;
    }

    /// <summary>The node would take it, and answer to one whom it can reach: a packet more.</summary>
    private bool IsForNode(TestPacket packet) => judge.ForeseeNext(packet) is { Outcome: Outcome.Passed, Last.Hook: Hook.Input };

    private TestPacket One(PacketHeader header, TestWay way, ushort identifier, uint sequence, uint acknowledgement) =>
        new(way, header, new(packets.NextIdentification(), identifier, sequence, acknowledgement));

    /// <summary>From the server: what came out did not please it.</summary>
    private TestPacket Error(PacketHeader answer, (PacketHeader Header, ushort Identifier, string Device) about, TestWay way)
    {
        var original = answer with
        {
            Source = about.Header.Source,
            Destination = about.Header.Destination,
            SourcePort = about.Header.SourcePort,
            DestinationPort = about.Header.DestinationPort,
        };
        var inner = FrameBuilder.Build(in original, new(packets.NextIdentification(), 0)).AsSpan(FrameBuilder.EthernetLength)[..(_isFour ? 28 : 48)].ToArray();
        var error = answer with
        {
            Protocol = _isFour ? (byte)1 : (byte)58,
            IcmpType = _isFour ? (byte)3 : (byte)1,
            IcmpCode = _isFour ? (byte)3 : (byte)4,
            Length = (ushort)((_isFour ? 28 : 48) + inner.Length),
        };
        return new(way, error, new(packets.NextIdentification(), 0, Inner: inner)) { Inner = original };
    }

    /// <summary>Somebody can answer from there: no group, not everybody, no address of a link or of nobody.</summary>
    private bool IsHost(UInt128 address) => _isFour
        ? (int)(address >> 24) is not (0 or 127 or >= 224)
        : address >> 64 != 0 && address >> 120 != 0xFF && address >> 118 != (UInt128)(0xFE80 >> 6);

    private UInt128 NetworkOf(string tap)
    {
        var net = tap switch { "eth1" => 8, "eth2" => 9, _ => 7 };
        return _isFour ? 0x0A000000 | (UInt128)net << 16 : (UInt128)(0xFD00 + net) << 112;
    }
}
