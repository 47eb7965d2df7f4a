using Plumbline.Iptables.Simulation;
using Plumbline.Primitives;

namespace Plumbline.Iptables.Symbolic;

/// <summary>
/// Packets to try where nothing could be proved: values that the rules name, those just beside them, and a few of no rule's. The same
/// seed gives the same packets.
/// </summary>
internal sealed class PacketSampler
{
    private const int MostValues = 100_000;

    private static readonly byte[] _protocols4 = [6, 6, 6, 17, 17, 1, 132, 47, 50];
    private static readonly byte[] _protocols6 = [6, 6, 6, 17, 17, 58, 132, 47, 50];

    private readonly Random _random;
    private readonly IPFamily _family;
    private readonly List<UInt128> _addresses = [];
    private readonly List<ushort> _ports = [22, 80, 443, 53];
    private readonly List<byte> _protocols = [];
    private readonly List<byte> _types = [8, 0, 128, 129, 135];
    private readonly List<MacAddress> _macs = [new(0xfa163e000001)];
    private readonly List<uint> _marks = [0];
    private readonly List<TcpFlags> _flags = [TcpFlags.Syn, TcpFlags.Syn, TcpFlags.Syn, TcpFlags.Ack, TcpFlags.Syn | TcpFlags.Ack, TcpFlags.Rst];

    public PacketSampler(IReadOnlyList<Ruleset> rulesets, IReadOnlyList<AddressSet> sets, int seed)
    {
        _random = new(seed);
        _family = rulesets[0].Family;
        foreach (var rule in rulesets.SelectMany(r => r.Tables).SelectMany(t => t.Chains).SelectMany(c => c.Rules))
        {
            foreach (var match in rule.Matches)
            {
                Take(match);
            }
        }
        foreach (var member in sets.SelectMany(s => s.Members))
        {
            if (member.Address is { } address && address.Family == _family)
            {
                Take(address);
            }
        }
        var isFour = _family == IPFamily.IPv4;
        _protocols.AddRange(isFour ? _protocols4 : _protocols6);
        _addresses.Add(isFour ? 0xC6336407u : (UInt128)0x20010db8 << 96);
    }

    /// <summary>One packet with the state that goes with it; <paramref name="isFresh"/>: one that begins something.</summary>
    public (PacketHeader Header, ConntrackEntry Connection) Next(bool isFresh)
    {
        var header = new PacketHeader
        {
            Family = _family,
            Source = Pick(_addresses),
            Destination = Pick(_addresses),
            Protocol = Pick(_protocols),
            SourcePort = _random.Next(3) == 0 ? Pick(_ports) : (ushort)_random.Next(32768, 65536),
            DestinationPort = Pick(_ports),
            IcmpType = Pick(_types),
            TcpFlags = Pick(_flags),
            SourceMac = Pick(_macs),
            DestinationMac = new MacAddress(0xfa163e000002),
            Length = 60,
            HopLimit = 64,
            Mark = isFresh ? 0 : Pick(_marks),
        };
        var state = FirstPacket.StateOf(in header);
        return (header, new(isFresh || _random.Next(3) > 0 ? state : ConntrackState.Established));
    }

    private void Take(Match match)
    {
        switch (match)
        {
            case AddressMatch { Address: { } address }:
                Take(address);
                break;
            case ProtocolMatch m:
                Add(_protocols, m.Number);
                break;
            case TransportMatch m:
                Take(m.SourcePorts?.Value);
                Take(m.DestinationPorts?.Value);
                if (m is TcpMatch { Flags: { } flags })
                {
                    Add(_flags, flags.Value.Set);
                }
                break;
            case MultiportMatch m:
                foreach (var range in m.Ports)
                {
                    Take(range);
                }
                break;
            case IcmpTypeMatch { Type: { } type }:
                Add(_types, type);
                break;
            case MacMatch m:
                Add(_macs, m.Source);
                break;
            case MarkMatch m:
                Add(_marks, m.Value);
                break;
            case IprangeMatch m:
                foreach (var range in new[] { m.Source?.Value, m.Destination?.Value })
                {
                    if (range is { } ends)
                    {
                        Add(_addresses, ends.First);
                        Add(_addresses, ends.Last);
                    }
                }
                break;
        }
    }

    private void Take(MaskedAddress address)
    {
        var last = address.Address | ~address.Mask & MaskedAddress.WholeMask(_family);
        Add(_addresses, address.Address);
        Add(_addresses, last);
        if (!address.IsHost)
        {
            Add(_addresses, address.Address + 1);
        }
        if (last < MaskedAddress.WholeMask(_family))
        {
            Add(_addresses, last + 1);
        }
    }

    private void Take(PortRange? range)
    {
        if (range is { } ports)
        {
            Add(_ports, ports.First);
            Add(_ports, ports.Last);
            Add(_ports, (ushort)Math.Max(0, ports.First - 1));
            Add(_ports, (ushort)Math.Min(ushort.MaxValue, ports.Last + 1));
        }
    }

    private static void Add<T>(List<T> values, T value)
    {
        if (values.Count < MostValues)
        {
            values.Add(value);
        }
    }

    private T Pick<T>(List<T> values) => values[_random.Next(values.Count)];
}
