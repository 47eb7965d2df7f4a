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
                var way = random.Next(ways.Length);
                if (packets.Next(ways[way], p => p) is not { } packet)
                {
                    continue;
                }
                if (way == 2 || random.Next(8) > 0)
                {
                    await judge.SendAsync(packet);
                    continue;
                }
                foreach (var part in FlowScripts.Next(random, family, packet.Header, ways[way], ways[way ^ 1], packets))
                {
                    await judge.SendAsync(part);
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
            await neutron.LoadAsync(node);
            var judge = await KernelJudge.OpenAsync(node, family, mostSymbolic: 300);
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
                    random, family, packet.Header, neutron.Ways[way], neutron.Ways[way ^ 1], packets))
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
        var sets = await GeneratedSets.ForAsync(node, !isFour);
        var generator = RulesetGenerator.Usual(random, family, ports, devices, sets.Names, isTracked);
        var text = generator.Generate(14);
        await node.LoadAsync(sets.Text, text, family);
        return await KernelJudge.OpenAsync(node, family, mostSymbolic: 300);
    }

    internal static PacketGenerator PacketsFor(Random random, IPFamily family, KernelJudge judge) =>
        new(random, family, [judge.Rules], judge.Sets)
        {
            MayComeToNode = judge.IsTranslating,
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
