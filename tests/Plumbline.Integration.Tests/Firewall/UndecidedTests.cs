using System.Globalization;
using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;
using Plumbline.Primitives;

namespace Plumbline.Integration.Tests.Firewall;

/// <summary>Limits, dice, memories: of the courses that the simulator calls possible the kernel takes one, rule by rule.</summary>
[Collection("kernel firewall")]
public sealed class UndecidedTests
{
    private static readonly TestWay[] _ways =
    [
        new(TestWayKind.Bridged, "tapone", "qvbone", PacketPath.Bridged("qbrone", "tapone", "qvbone")),
        new(TestWayKind.Bridged, "qvbone", "tapone", PacketPath.Bridged("qbrone", "qvbone", "tapone")),
    ];

    [SkippableTheory]
    [InlineData("nft", IPFamily.IPv4)]
    [InlineData("nft", IPFamily.IPv6)]
    [InlineData("legacy", IPFamily.IPv4)]
    [InlineData("legacy", IPFamily.IPv6)]
    public async Task What_rules_do_not_decide_alone_goes_one_of_the_courses_that_the_simulator_names(string variant, IPFamily family)
    {
        var undecided = 0;
        await KernelRun.RepeatAsync(async seed =>
        {
            var random = new Random(seed);
            using var node = KernelNode.Create(variant, [("qbrone", ["tapone", "qvbone"])]);
            var sets = await GeneratedSets.ForAsync(node, family == IPFamily.IPv6);
            var modules = await UndecidedModules.ForAsync(node, family == IPFamily.IPv6);
            Skip.If(modules.Length == 0, "this kernel has none of the modules");
            var generator = RulesetGenerator.Usual(random, family, ["tapone", "qvbone"], ["qbrone"], sets.Names, true, false, modules);
            await node.LoadAsync(sets.Text, generator.Generate(6), family);
            var judge = await KernelJudge.OpenAsync(node, family, mostUndecided: 40);
            var packets = KernelDifferenceTests.PacketsFor(random, family, judge);
            for (var i = 0; i < 400; i++)
            {
                if (packets.Next(_ways[random.Next(2)], Unicast) is { } packet)
                {
                    await judge.SendAsync(packet);
                }
            }
            undecided += judge.Undecided;
            await judge.FinishAsync(string.Create(CultureInfo.InvariantCulture, $"{variant} {family} undecided, seed {seed}"));
            return judge.Sent;
        });
        Assert.True(undecided > 15, $"{undecided} packets depended on something");

        // what is for everybody takes two ways at once
        static PacketHeader Unicast(PacketHeader packet) =>
            packet.DestinationMac is { IsMulticast: true } ? packet with { DestinationMac = MacAddress.Parse("fa:16:3e:00:00:02") } : packet;
    }
}
