using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;
using Plumbline.Primitives;

namespace Plumbline.Integration.Tests.Firewall;

/// <summary>
/// Packets that mean to hit: each aims at one rule, meets all or all but one of its matches, and so lands on or just beside the edge.
/// Every packet is a flow of its own.
/// </summary>
internal sealed class PacketGenerator(Random random, IPFamily family, IReadOnlyList<Ruleset> rulesets, IReadOnlyList<AddressSet> sets)
{
    private static readonly byte[] _protocols = [1, 6, 6, 6, 17, 17, 17, 33, 47, 50, 51, 132, 136];
    private static readonly byte[] _protocols6 = [58, 58, 6, 6, 6, 17, 17, 17, 33, 47, 132, 136];
    private static readonly TcpFlags[] _flags =
    [
        TcpFlags.Syn, TcpFlags.Syn, TcpFlags.Syn, TcpFlags.Ack, TcpFlags.Syn | TcpFlags.Ack, TcpFlags.Fin, TcpFlags.Fin | TcpFlags.Ack,
        TcpFlags.Rst, TcpFlags.Rst | TcpFlags.Ack, TcpFlags.None, TcpFlags.All, TcpFlags.Fin | TcpFlags.Psh | TcpFlags.Urg,
        TcpFlags.Psh | TcpFlags.Ack, TcpFlags.Syn | (TcpFlags)0xC0, TcpFlags.Syn | TcpFlags.Urg,
    ];

    private static readonly byte[][] _deliverable = [[0], [60], [0, 60], [43], [60, 43]];
    private static readonly byte[][] _extensions = [.. _deliverable, [51], [0, 51, 60], [43, 51]];

    private readonly Rule[] _rules = [.. rulesets.SelectMany(r => r.Tables).SelectMany(t => t.Chains).SelectMany(c => c.Rules)];
    private readonly HashSet<(byte, UInt128, UInt128, int, int)> _flows = [];
    private ushort _identification;

    /// <summary>Addresses that are worth a visit; the generator adds those of the rules.</summary>
    public required UInt128[] Hosts { get; init; }

    /// <summary>Likewise.</summary>
    public required MacAddress[] Macs { get; init; }

    /// <summary>Whatever its way, the node itself may get it: so no header that it would not take.</summary>
    public bool MayComeToNode { get; init; }

    /// <summary>A new packet for the way; null where no flow is left.</summary>
    public TestPacket? Next(TestWay way, Func<PacketHeader, PacketHeader> bend)
    {
        for (var attempt = 0; attempt < 20; attempt++)
        {
            var packet = Base();
            if (_rules.Length > 0 && random.Next(8) > 0)
            {
                var rule = _rules[random.Next(_rules.Length)];
                var missed = random.Next(2) == 0 ? random.Next(Math.Max(1, rule.Matches.Count)) : -1;
                for (var i = 0; i < rule.Matches.Count; i++)
                {
                    if (i != missed)
                    {
                        packet = Aim(packet, rule.Matches[i]);
                    }
                }
            }
            packet = bend(packet);
            packet = packet with { Length = Math.Max(packet.Length, (ushort)FrameBuilder.LeastLength(in packet)) };
            if (!IsFresh(in packet, out var identifier))
            {
                continue;
            }
            var details = new FrameBuilder.Details(++_identification, identifier, (uint)random.Next(), (uint)random.Next());
            // the first fragment holds every header that a rule may look into
            const int First = 24;
            var payload = packet.Length - (family == IPFamily.IPv4 ? 20 : 40);
            var isFragmented = way.Kind != TestWayKind.FromHost && payload >= 2 * First && random.Next(20) == 0;
            if (!isFragmented && family == IPFamily.IPv6 && way.Kind != TestWayKind.FromHost && random.Next(12) == 0)
            {
                var extensions = Pick(MayComeToNode || way.Kind == TestWayKind.ToHost ? _deliverable : _extensions);
                details = details with { Extensions = extensions };
                packet = packet with
                {
                    Length = (ushort)(packet.Length + FrameBuilder.LengthOf(extensions)),
                    HasAuthentication = extensions.Contains((byte)51),
                };
            }
            return new(way, packet, details) { FirstFragment = isFragmented ? First : null };
        }
        return null;
    }

    /// <summary>Takes the packet's flow for a script; false where it has been used.</summary>
    public bool Claim(PacketHeader packet, ushort identifier)
    {
        var key = KeyOf(in packet, identifier);
        return !_flows.Contains(key) && !_flows.Contains((key.Item1, key.Item3, key.Item2, key.Item5, key.Item4)) && _flows.Add(key);
    }

    /// <summary>The next IP identification.</summary>
    public ushort NextIdentification() => ++_identification;

    private T Pick<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];

    private PacketHeader Base() => new()
    {
        Family = family,
        Source = Host(),
        Destination = Host(),
        Protocol = Pick(family == IPFamily.IPv4 ? _protocols : _protocols6),
        SourcePort = Port(),
        DestinationPort = Port(),
        TcpFlags = random.Next(3) == 0 ? (TcpFlags)random.Next(256) : Pick(_flags),
        IcmpType = family == IPFamily.IPv4 ? Pick<byte>([8, 8, 0, 3, 11, 5, 13, 17, (byte)random.Next(256)])
            : Pick<byte>([128, 128, 129, 1, 3, 130, 131, 133, 134, 135, 136, 143, (byte)random.Next(256)]),
        IcmpCode = Pick<byte>([0, 0, 0, 1, 3, (byte)random.Next(256)]),
        SecurityParameterIndex = (uint)random.Next(1000),
        SourceMac = Pick(Macs),
        DestinationMac = Pick(Macs),
        Length = (ushort)(family == IPFamily.IPv4 ? random.Next(20, 200) : random.Next(40, 220)),
        HopLimit = (byte)Pick<int>([64, 64, 255, 2, 3, random.Next(2, 256)]),
        TypeOfService = (byte)Pick<int>([0, 0, 0x10, 0x28, random.Next(256)]),
    };

    private UInt128 Host()
    {
        var host = Pick(Hosts);
        return random.Next(3) == 0 ? host ^ (uint)random.Next(256) : host;
    }

    private ushort Port() => (ushort)(random.Next(4) == 0 ? Pick<int>([22, 53, 67, 68, 80, 443, 546, 547]) : random.Next(1, 65536));

    /// <summary>Sets the field that <paramref name="match"/> looks at to a value that it wants, or just does not want.</summary>
    private PacketHeader Aim(PacketHeader packet, Match match)
    {
        switch (match)
        {
            case SourceMatch { Address: { } a }:
                return packet with { Source = Within(a) };
            case DestinationMatch { Address: { } a }:
                return packet with { Destination = Within(a) };
            case ProtocolMatch m:
                return m.IsInverted || m.Number is 0 or 43 or 44 or 51 or 59 or 60 or 135 ? packet : packet with { Protocol = m.Number };
            case MacMatch m:
                return packet with { SourceMac = m.Source };
            case TcpMatch m:
                packet = Ports(packet, m);
                return m.Flags is { } f
                    ? packet with { TcpFlags = packet.TcpFlags & ~f.Value.Mask | (f.IsInverted ? packet.TcpFlags & f.Value.Mask : f.Value.Set) }
                    : packet;
            case TransportMatch m:
                return Ports(packet, m);
            case IcmpTypeMatch { Type: { } type } m:
                return packet with { IcmpType = type, IcmpCode = (byte)random.Next(m.FirstCode, m.LastCode + 1) };
            case MultiportMatch m:
                var port = Near(Pick(m.Ports));
                return m.Kind == MultiportKind.Source || m.Kind == MultiportKind.Either && random.Next(2) == 0
                    ? packet with { SourcePort = port }
                    : packet with { DestinationPort = port };
            case IprangeMatch m:
                return packet with
                {
                    Source = m.Source is { } s ? Within(s.Value) : packet.Source,
                    Destination = m.Destination is { } d ? Within(d.Value) : packet.Destination,
                };
            case LengthMatch m:
                return packet with { Length = (ushort)Math.Clamp((int)m.Length.First + random.Next(-1, 2), 40, 1400) };
            case SetMatch m:
                return sets.FirstOrDefault(s => s.Name == m.Name) is { Members.Count: > 0 } set
                    ? Aim(packet, set, Pick(set.Members), m)
                    : packet;
            case PkttypeMatch m:
                return packet with
                {
                    DestinationMac = m.Type switch
                    {
                        PacketType.Broadcast => MacAddress.Broadcast,
                        PacketType.Multicast => new(0x01005E000000UL | (uint)random.Next(256)),
                        _ => packet.DestinationMac,
                    },
                };
            default:
                return packet;
        }
    }

    private PacketHeader Aim(PacketHeader packet, AddressSet set, AddressSetMember member, SetMatch match)
    {
        var words = member.Text.Split(',');
        for (var i = 0; i < words.Length && i < match.Directions.Count; i++)
        {
            var isSource = match.Directions[i] == SetDirection.Source;
            if (MaskedAddress.TryParse(words[i], out var address) && address.Family == family && words[i].AsSpan().ContainsAny('.', ':'))
            {
                packet = isSource ? packet with { Source = Within(address) } : packet with { Destination = Within(address) };
            }
            else if (words[i].Split(':') is [.., var number] && ushort.TryParse(number, out var port) && port > 0)
            {
                packet = isSource ? packet with { SourcePort = port } : packet with { DestinationPort = port };
                packet = packet with { Protocol = words[i].StartsWith("udp", StringComparison.Ordinal) ? (byte)17 : (byte)6 };
            }
            else if (sets.FirstOrDefault(s => s.Name == words[i]) is { Members.Count: > 0 } inner)
            {
                packet = Aim(packet, inner, Pick(inner.Members), match);
            }
        }
        return packet;
    }

    private PacketHeader Ports(PacketHeader packet, TransportMatch match) => packet with
    {
        SourcePort = match.SourcePorts is { } s ? Near(s.Value) : packet.SourcePort,
        DestinationPort = match.DestinationPorts is { } d ? Near(d.Value) : packet.DestinationPort,
    };

    /// <summary>An end of the range, or one beside it, or something inside.</summary>
    private ushort Near(PortRange range) => (ushort)Math.Clamp(
        Pick<int>([range.First, range.Last, range.First, range.First - 1, range.Last + 1, random.Next(range.First, range.Last + 1)]), 1, 65535);

    private UInt128 Within(MaskedAddress address)
    {
        var free = ~address.Mask & MaskedAddress.WholeMask(family);
        return Pick<int>([0, 1, 2, 3]) switch
        {
            0 => address.Address,
            1 => address.Address | free,
            2 => (address.Address | free) + 1 & MaskedAddress.WholeMask(family),
            _ => address.Address | (UInt128)(ulong)random.NextInt64() & free,
        };
    }

    private UInt128 Within(AddressRange range) => Pick<UInt128>([range.First, range.Last, range.First - 1, range.Last + 1])
        & MaskedAddress.WholeMask(family);

    /// <summary>No packet of this flow, either way round, has been made before.</summary>
    private bool IsFresh(in PacketHeader packet, out ushort identifier)
    {
        identifier = (ushort)random.Next(65536);
        return Claim(packet, identifier);
    }

    private static (byte, UInt128, UInt128, int, int) KeyOf(in PacketHeader packet, ushort identifier)
    {
        var (left, right) = packet.Protocol switch
        {
            6 or 17 or 132 or 136 => ((int)packet.SourcePort, (int)packet.DestinationPort),
            1 or 58 => (identifier, identifier),
            _ => (0, 0),
        };
        return (packet.Protocol, packet.Source, packet.Destination, left, right);
    }
}
