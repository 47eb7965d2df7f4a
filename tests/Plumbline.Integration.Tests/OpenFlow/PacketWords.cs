using System.Globalization;
using Plumbline.OpenFlow.Fields;
using Plumbline.OpenFlow.Flows;
using Plumbline.OpenFlow.Simulation;

namespace Plumbline.Integration.Tests.OpenFlow;

/// <summary>Packets by chance whose addresses are those that flows name, mostly the sender's own, so that they get far.</summary>
internal sealed class PacketWords
{
    private readonly Random _random;
    private readonly int[] _ports;
    private readonly string[] _macs;
    private readonly string[] _ipv4;
    private readonly string[] _ipv6;
    private readonly string[] _keys;
    private readonly string[] _vlans;
    private readonly Dictionary<int, List<(string Mac, string? IPv4, string? IPv6)>> _own = [];

    public PacketWords(List<Flow> flows, Random random, int[] ports)
    {
        (_random, _ports) = (random, ports);
        _macs = [.. Terms("dl_src").Concat(Terms("dl_dst")).Where(m => !m.Contains('/')).Distinct(), "ff:ff:ff:ff:ff:ff", "33:33:00:00:00:01"];
        _ipv4 = [.. Terms("nw_src").Concat(Terms("arp_spa")).Concat(Terms("arp_tpa")).Distinct(), "10.1.0.99", "198.51.100.1"];
        _ipv6 = [.. Terms("ipv6_src").Distinct(), "fe80::99", "fd01:b1e::99"];
        _keys = [.. Terms("tun_id").Distinct(), "0x77"];
        _vlans = [.. Terms("dl_vlan").Where(v => v != "4095").Distinct()];
        foreach (var flow in flows.Where(f => f.Table.Number == 71 && f.MatchText.Contains("dl_src", StringComparison.Ordinal)))
        {
            if (Term(flow, "in_port") is { } port && int.TryParse(port, CultureInfo.InvariantCulture, out var number))
            {
                _own.TryAdd(number, []);
                _own[number].Add((Term(flow, "dl_src")!, Term(flow, "nw_src"), Term(flow, "ipv6_src")));    // dl_src is there, see above
            }
        }

        IEnumerable<string> Terms(string field) => flows.Select(f => Term(f, field)).OfType<string>();
    }

    public string Packet(PortFacts port, BridgeFacts bridge)
    {
        var own = _own.GetValueOrDefault(port.Number) is { } list && bridge.Name == "br-int" && _random.Next(6) > 0
            ? list[_random.Next(list.Count)] : (Pick(_macs[..^2]), null, null);
        var text = $"in_port={OfPort.Write(port.Number)},dl_src={own.Mac},dl_dst={Pick(_macs)}";
        if (port.IsPatch || _random.Next(25) == 0)
        {
            text += $",dl_vlan={Pick(_vlans)}";
        }
        if (port.Tunnel is { Remote: { } remote, Local: { } local })
        {
            text += $",tun_id={Pick(_keys)},tun_src={remote},tun_dst={local}";
        }
        var (source, target) = (own.IPv4 ?? Pick(_ipv4), Pick(_ipv4));
        var (source6, target6) = (own.IPv6 ?? Pick(_ipv6), Pick(_ipv6));
        var isV6 = own.IPv6 is not null && own.IPv4 is null && _random.Next(8) > 0;
        var (low, high) = (_ports[_random.Next(_ports.Length)], _ports[_random.Next(_ports.Length)]);
        return text + (_random.Next(10), isV6) switch
        {
            (0, _) => $",arp,arp_op={1 + _random.Next(2)},arp_spa={source},arp_tpa={target},arp_sha={own.Mac}",
            (1, _) => $",icmp6,ipv6_src={source6},ipv6_dst={target6},{NeighbourDiscovery()},icmpv6_code=0,nw_ttl=255",
            (2, _) => $",udp,nw_src={(_random.Next(2) == 0 ? "0.0.0.0" : source)},nw_dst=255.255.255.255,nw_ttl=64,udp_src=68,udp_dst=67",
            (3, false) => $",icmp,nw_src={source},nw_dst={target},icmp_type={(_random.Next(2) == 0 ? 8 : 3)},icmp_code={_random.Next(2) * 4},nw_ttl=64",
            (4, false) => $",ip,nw_src={source},nw_dst={target},nw_proto=112,nw_ttl=64",
            (5, false) => $",udp,nw_src={source},nw_dst={target},nw_ttl=64,udp_src={low},udp_dst={high}",
            (3, true) => $",icmp6,ipv6_src={source6},ipv6_dst={target6},icmpv6_type={128 + _random.Next(2)},icmpv6_code=0,nw_ttl=64",
            (4 or 5, true) => $",udp6,ipv6_src={source6},ipv6_dst={target6},nw_ttl=64,udp_src={low},udp_dst={high}",
            (_, true) => $",tcp6,ipv6_src={source6},ipv6_dst={target6},nw_ttl=64,tp_src={low},tp_dst={high}",
            (_, false) => $",tcp,nw_src={source},nw_dst={target},nw_ttl=64,tp_src={low},tp_dst={high}",
        };
    }

    private string NeighbourDiscovery()
    {
        var type = 130 + _random.Next(7);
        return $"icmpv6_type={type}" + (type >= 135 ? $",nd_target={Pick(_ipv6)}" : "");
    }

    private static string? Term(Flow flow, string field)
    {
        foreach (var part in flow.MatchText.Split(','))
        {
            if (part.StartsWith(field, StringComparison.Ordinal) && part.Length > field.Length && part[field.Length] == '=')
            {
                return part[(field.Length + 1)..].Split('/')[0];
            }
        }
        return null;
    }

    private string Pick(string[] from) => from[_random.Next(from.Length)];
}
