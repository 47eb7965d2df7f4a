using System.Globalization;
using System.Net;
using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;
using Plumbline.Primitives;

namespace Plumbline.Integration.Tests.Firewall;

/// <summary>
/// The simulator against the kernel: random rulesets, thousands of packets each, arrival of every packet and counters of every rule and
/// policy. There is no list of exceptions. <c>PLUMB_FIREWALL_SECONDS</c> makes the tests run longer, <c>PLUMB_FIREWALL_SEED</c> begins
/// elsewhere, <c>PLUMB_FIREWALL_TRACE</c> adds packets and rules to a failure.
/// </summary>
[Collection("kernel firewall")]
public sealed class KernelDifferenceTests
{
    private const string Sets4 = """
        create nets hash:net family inet
        add nets 10.1.0.0/24
        add nets 10.1.0.128/25 nomatch
        add nets 10.1.0.200/32
        add nets 10.2.0.0/16
        create hosts hash:ip family inet
        add hosts 10.1.0.5
        add hosts 10.2.3.4
        create services hash:ip,port family inet
        add services 10.1.0.5,tcp:22
        add services 10.1.0.6,udp:53
        add services 10.1.0.6,icmp:echo-request
        create netservices hash:net,port family inet
        add netservices 10.1.0.0/24,tcp:80
        add netservices 10.2.0.0/16,udp:67
        add netservices 10.2.3.0/24,udp:67 nomatch
        create triples hash:ip,port,ip family inet
        add triples 10.1.0.5,tcp:80,10.2.3.4
        create trinets hash:ip,port,net family inet
        add trinets 10.1.0.6,udp:53,10.1.0.0/24
        create ports bitmap:port range 0-65535
        add ports 22
        add ports 68
        create range bitmap:ip range 10.1.0.0/24
        add range 10.1.0.5
        add range 10.1.0.77
        create masked hash:ip family inet netmask 24
        add masked 10.1.0.0
        create lists list:set size 8
        add lists hosts
        add lists nets

        """;

    private const string Sets6 = """
        create nets hash:net family inet6
        add nets fd00:1::/64
        add nets fd00:1::80/121 nomatch
        add nets fd00:2::/48
        create hosts hash:ip family inet6
        add hosts fd00:1::5
        create services hash:ip,port family inet6
        add services fd00:1::5,tcp:22
        add services fd00:1::6,udp:53
        add services fd00:1::6,icmpv6:echo-request
        create netservices hash:net,port family inet6
        add netservices fd00:1::/64,tcp:80
        create ports bitmap:port range 0-65535
        add ports 22
        add ports 546
        create lists list:set size 8
        add lists hosts
        add lists ports

        """;

    private static readonly (string, int)[] _setNames4 =
    [
        ("nets", 1), ("hosts", 1), ("services", 2), ("netservices", 2), ("triples", 3), ("trinets", 3), ("ports", 1),
        ("range", 1), ("masked", 1), ("lists", 1),
    ];

    private static readonly (string, int)[] _setNames6 =
        [("nets", 1), ("hosts", 1), ("services", 2), ("netservices", 2), ("ports", 1), ("lists", 1)];

    [SkippableTheory]
    [InlineData("nft", IPFamily.IPv4)]
    [InlineData("nft", IPFamily.IPv6)]
    [InlineData("legacy", IPFamily.IPv4)]
    [InlineData("legacy", IPFamily.IPv6)]
    public async Task Bridged_packets_fare_as_the_simulator_says(string variant, IPFamily family) =>
        await KernelRun.RepeatAsync(async seed =>
        {
            var random = new Random(seed);
            using var node = KernelNode.Create(variant, [("qbrone", ["tapone", "qvbone"]), ("qbrtwo", ["taptwo", "qvbtwo"])]);
            TestWay[] ways = [Bridged("one", true), Bridged("one", false), Bridged("two", true)];
            var judge = await LoadAsync(node, random, family, ["tapone", "qvbone", "taptwo"], ["qbrone", "qbrtwo"], isTracked: random.Next(5) > 0);
            var packets = PacketsFor(random, family, judge);
            for (var i = 0; i < KernelRun.PacketsPerRuleset; i++)
            {
                if (packets.Next(ways[random.Next(ways.Length)], p => p) is { } packet)
                {
                    await judge.SendAsync(packet);
                }
            }
            await judge.FinishAsync(string.Create(CultureInfo.InvariantCulture, $"{variant} {family} bridged, seed {seed}"));
            return judge.Sent;
        });

    [SkippableTheory]
    [InlineData("nft", IPFamily.IPv4)]
    [InlineData("nft", IPFamily.IPv6)]
    [InlineData("legacy", IPFamily.IPv4)]
    [InlineData("legacy", IPFamily.IPv6)]
    public async Task Packets_to_from_and_through_the_node_fare_as_the_simulator_says(string variant, IPFamily family) =>
        await KernelRun.RepeatAsync(async seed =>
        {
            var random = new Random(seed);
            using var node = KernelNode.Create(variant, [("qbrone", ["tapone", "qvbone"])], RoutingScript.Of(family), "eth1", "eth2");
            node.WatchHost(family == IPFamily.IPv6);
            var ways = RoutingScript.Ways;
            var judge = await LoadAsync(node, random, family, ["tapone", "qvbone"], ["qbrone", "eth1", "eth2"], isTracked: random.Next(5) > 0);
            var packets = PacketsFor(random, family, judge);
            for (var i = 0; i < KernelRun.PacketsPerRuleset; i++)
            {
                var way = ways[random.Next(ways.Count)];
                if (packets.Next(way, p => RoutingScript.Bend(p, way, node)) is { } packet)
                {
                    await judge.SendAsync(packet);
                }
            }
            await judge.FinishAsync(string.Create(CultureInfo.InvariantCulture, $"{variant} {family} routed, seed {seed}"));
            return judge.Sent;
        });

    [SkippableTheory]
    [InlineData("nft", IPFamily.IPv4)]
    [InlineData("nft", IPFamily.IPv6)]
    [InlineData("legacy", IPFamily.IPv4)]
    [InlineData("legacy", IPFamily.IPv6)]
    public async Task Security_groups_let_in_and_out_what_the_simulator_says_and_replies_find_their_zone(string variant, IPFamily family) =>
        await KernelRun.RepeatAsync(async seed =>
        {
            var random = new Random(seed);
            var neutron = NeutronNode.Make(random);
            using var node = KernelNode.Create(variant, neutron.Bridges);
            await node.LoadAsync(
                neutron.Firewall.ToIPSetText(), neutron.Firewall.ToRestoreText(ipv6: false), neutron.Firewall.ToRestoreText(ipv6: true));
            var judge = await KernelJudge.OpenAsync(node, family);
            var packets = PacketsFor(random, family, judge);
            for (var i = 0; i < KernelRun.PacketsPerRuleset; i++)
            {
                var way = random.Next(neutron.Ways.Count);
                if (packets.Next(neutron.Ways[way], p => Dhcp(random, p)) is not { } packet)
                {
                    continue;
                }
                if (random.Next(4) > 0)
                {
                    await judge.SendAsync(packet);
                    continue;
                }
                foreach (var part in FlowScripts.Next(
                    random, family, packet.Header, neutron.Ways[way], neutron.Ways[way ^ 1], packets.NextIdentification))
                {
                    await judge.SendAsync(part);
                }
            }
            await judge.FinishAsync(string.Create(CultureInfo.InvariantCulture, $"{variant} {family} Neutron, seed {seed}"));
            return judge.Sent;
        });

    /// <summary>Some packets are DHCP's, as a client or a server would send them.</summary>
    private static PacketHeader Dhcp(Random random, PacketHeader packet)
    {
        if (random.Next(12) > 0)
        {
            return packet;
        }
        var isFour = packet.Family == IPFamily.IPv4;
        var isClient = random.Next(2) == 0;
        var (low, high) = isFour ? ((ushort)67, (ushort)68) : ((ushort)547, (ushort)546);
        return packet with
        {
            Protocol = 17,
            SourcePort = isClient ? high : low,
            DestinationPort = isClient ? low : high,
            Destination = isFour && random.Next(2) == 0 ? uint.MaxValue : packet.Destination,
            Source = isFour && isClient && random.Next(2) == 0 ? 0 : packet.Source,
            DestinationMac = isFour && random.Next(2) == 0 ? MacAddress.Broadcast : packet.DestinationMac,
        };
    }

    private static TestWay Bridged(string name, bool outwards)
    {
        var (from, to) = outwards ? ($"tap{name}", $"qvb{name}") : ($"qvb{name}", $"tap{name}");
        return new(TestWayKind.Bridged, from, to, PacketPath.Bridged($"qbr{name}", from, to));
    }

    private static async Task<KernelJudge> LoadAsync(
        KernelNode node, Random random, IPFamily family, string[] ports, string[] devices, bool isTracked)
    {
        var isFour = family == IPFamily.IPv4;
        var generator = new RulesetGenerator(random, family, ports, devices)
        {
            Prefixes = isFour
                ? ["10.1.0.0/24", "10.1.0.5/32", "10.1.0.6", "10.2.0.0/16", "10.0.0.0/8", "192.168.1.12", "0.0.0.0/32", "255.255.255.255", "10.0.0.5/255.0.0.255"]
                : ["fd00:1::/64", "fd00:1::5", "fd00:1::6/128", "fd00:2::/48", "fd00::/16", "fe80::/10", "::/128", "ff02::/16"],
            Macs = ["fa:16:3e:c3:ea:d5", "fa:16:3e:00:00:01"],
            Sets = isFour ? _setNames4 : _setNames6,
            Conntrack = isTracked,
        };
        var text = generator.Generate(14);
        await node.LoadAsync(isFour ? Sets4 : Sets6, isFour ? text : "", isFour ? "" : text);
        return await KernelJudge.OpenAsync(node, family);
    }

    private static PacketGenerator PacketsFor(Random random, IPFamily family, KernelJudge judge) =>
        new(random, family, [judge.Rules], judge.Sets)
        {
            Hosts = [.. (family == IPFamily.IPv4
                ? (string[])["10.1.0.5", "10.1.0.6", "10.2.3.4", "192.168.1.12", "10.1.0.77", "255.255.255.255", "0.0.0.0", "8.8.8.8"]
                : ["fd00:1::5", "fd00:1::6", "fd00:2::1", "fe80::1", "ff02::1", "::", "2001:db8::1"]).Select(NumberOf)],
            Macs =
            [
                MacAddress.Parse("fa:16:3e:c3:ea:d5"), MacAddress.Parse("fa:16:3e:00:00:01"), MacAddress.Parse("fa:16:3e:00:00:02"),
                MacAddress.Parse("fa:16:3e:00:00:00"),
            ],
        };

    private static UInt128 NumberOf(string address)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        var own = IPAddress.Parse(address).GetAddressBytes();
        own.CopyTo(bytes[(16 - own.Length)..]);
        return UInt128.Read(bytes);
    }
}
