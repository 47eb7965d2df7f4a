using System.Globalization;
using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;

namespace Plumbline.Integration.Tests.Firewall;

/// <summary>
/// nat against the kernel: what the rules rewrite to, by which device the packet leaves then, and that replies and errors are turned back.
/// As in <see cref="KernelDifferenceTests"/> arrival and all counters must be equal; addresses and ports of what comes out, too.
/// </summary>
[Collection("kernel firewall")]
public sealed class NatDifferenceTests
{
    private static readonly NatAddresses _four = new(
        ["10.7.0.9", "10.8.0.20", "10.8.1.1-10.8.1.7", "10.9.0.3", "10.7.3.1-10.7.9.200", "10.1.0.1", "10.66.0.1"],
        ["10.8.0.77", "10.1.0.1", "192.0.2.1", "192.0.2.10-192.0.2.30", "10.9.4.1-10.9.6.255"],
        ["192.0.2.1", "192.0.2.10-192.0.2.30"],
        ["10.8.0.0/24", "10.7.128.0/17", "10.9.0.0/16"]);

    private static readonly NatAddresses _six = new(
        ["fd07::9", "fd08::20", "fd08::1:1-fd08::1:7", "fd09::3", "fd07:0:3::1-fd07:0:9::1", "fd01::1", "fd66::1"],
        ["fd08::77", "fd01::1", "2001:db8:9::1", "2001:db8:9::10-2001:db8:9::30", "fd09:0:4::1-fd09:0:6::ffff"],
        ["2001:db8:9::1", "2001:db8:9::10-2001:db8:9::30"],
        ["fd08::/112", "fd07::8000:0/97", "fd09::/32"]);

    [SkippableTheory]
    [InlineData("nft", IPFamily.IPv4)]
    [InlineData("nft", IPFamily.IPv6)]
    [InlineData("legacy", IPFamily.IPv4)]
    [InlineData("legacy", IPFamily.IPv6)]
    public async Task Packets_are_rewritten_as_the_simulator_says_and_their_replies_turned_back(string variant, IPFamily family) =>
        await KernelRun.RepeatAsync(async seed =>
        {
            var random = new Random(seed);
            using var node = KernelNode.Create(
                variant, [("qbrone", ["tapone", "qvbone"])], RoutingScript.WithAddresses(family), "eth1", "eth2");
            node.WatchHost(family == IPFamily.IPv6);
            var routing = new KernelRouting(node.Addresses);
            var sets = await GeneratedSets.ForAsync(node, family == IPFamily.IPv6);
            var generator = RulesetGenerator.Usual(
                random, family, ["tapone", "qvbone"], ["qbrone", "eth1", "eth2"], sets.Names, true, nat: family == IPFamily.IPv4 ? _four : _six);
            await node.LoadAsync(sets.Text, generator.Generate(9), family);
            var judge = await KernelJudge.OpenAsync(node, family, isTranslating: true);
            var packets = KernelDifferenceTests.PacketsFor(random, family, judge);
            var ways = Ways(routing);
            for (var i = 0; i < KernelRun.PacketsPerRuleset; i++)
            {
                var way = ways[random.Next(ways.Count)];
                if (packets.Next(way, p => Fit(p, way, node)) is not { } packet)
                {
                    continue;
                }
                if (random.Next(3) > 0)
                {
                    await judge.SendAsync(packet);
                }
                else
                {
                    await new NatScript(random, family, judge, routing, node, packets).RunAsync(packet.Header, way);
                }
            }
            await judge.FinishAsync(string.Create(CultureInfo.InvariantCulture, $"{variant} {family} nat, seed {seed}"));
            return judge.Sent;
        });

    private static List<TestWay> Ways(KernelRouting routing) =>
    [
        .. RoutingScript.Ways.Select(w => w with { Path = w.Path with { Routing = routing } }),
        new(TestWayKind.Bridged, "tapone", "qvbone", PacketPath.Bridged("qbrone", "tapone", "qvbone") with { Routing = routing }),
        new(TestWayKind.Bridged, "qvbone", "tapone", PacketPath.Bridged("qbrone", "qvbone", "tapone") with { Routing = routing }),
    ];

    /// <summary>On the bridge a frame for everybody would be routed as such; one for another than the node stays there.</summary>
    private static PacketHeader Fit(PacketHeader packet, TestWay way, KernelNode node) =>
        way.Kind == TestWayKind.ToHost ? RoutingScript.Bend(packet, way, node)
        : way.Kind != TestWayKind.Bridged ? Elsewhere(RoutingScript.Bend(packet, way, node), node)
        : packet with
        {
            Source = RoutingScript.FitSource(packet),
            DestinationMac = packet.DestinationMac is not { IsMulticast: false } mac || mac == node.Macs["qbrone"]
                ? packet.SourceMac : packet.DestinationMac,
        };

    /// <summary>Who is routed through the node is not for it.</summary>
    private static PacketHeader Elsewhere(PacketHeader packet, KernelNode node) =>
        node.Addresses.Local.Contains(packet.Destination) ? packet with { Destination = packet.Destination ^ 2 } : packet;
}
