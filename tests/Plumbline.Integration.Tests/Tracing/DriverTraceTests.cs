using System.Globalization;
using System.Net;
using Plumbline.Diagnosis;
using Plumbline.Diagnosis.Timings;
using Plumbline.Diagnosis.Tracing;
using Plumbline.Integration.Tests.Labs;
using Plumbline.Integration.Tests.Tracing.Packets;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;
using Plumbline.Operations.Labs;
using Xunit.Abstractions;

namespace Plumbline.Integration.Tests.Tracing;

/// <summary>
/// Trace against real packets: the native firewall and its connection tracker, noop, L2 population, hybrid with iptables of both families; with random
/// security groups, remote groups, allowed pairs, spoofed senders, both families, healthy and with faults in flows, ports and tunnels. The
/// verdict, the part of the exchange that ends, and the counters on the way must be what the packets do.
/// <c>PLUMB_TRACE_ROUNDS</c> asks for more than the few that every run does, <c>PLUMB_TRACE_SEED</c> for others,
/// <c>PLUMB_TRACE_FAULTS</c> for more faults at a time than one, <c>PLUMB_TRACE_FAULT</c> for those with that in their name.
/// </summary>
public sealed class DriverTraceTests(ITestOutputHelper output)
{
    private const int CasesOfRound = 24;
    private const SnapshotScope Scope = SnapshotScope.Topology | SnapshotScope.Firewall | SnapshotScope.GuestAddresses | SnapshotScope.Switching
        | SnapshotScope.Services;

    [SkippableTheory]
    [InlineData("native", false, 1)]
    [InlineData("native", true, 2)]
    [InlineData("noop", true, 3)]
    [InlineData("hybrid", false, 4)]
    public async Task What_is_predicted_is_what_real_packets_do(string firewall, bool population, int seed)
    {
        LabFixture.SkipUnlessPossible();
        var own = new OwnLab(new() { Nodes = 2, Instances = 4, Tunnel = "vxlan", Firewall = firewall, L2Population = population, IPv6 = true });
        await own.InitializeAsync();
        try
        {
            await RunAsync(own.Lab, new(Asked("PLUMB_TRACE_SEED", seed)), $"{firewall}{(population ? "+l2pop" : "")}");
        }
        finally
        {
            await own.DisposeAsync();
        }
    }

    private async Task RunAsync(LabDescription lab, Random random, string name)
    {
        var faults = DriverFaults.Of(lab);
        var rounds = Asked("PLUMB_TRACE_ROUNDS", 4);
        var most = Asked("PLUMB_TRACE_FAULTS", 1);
        if (Environment.GetEnvironmentVariable("PLUMB_TRACE_FAULT") is { Length: > 0 } only)
        {
            faults = [.. faults.Where(f => f.Name.Contains(only, StringComparison.Ordinal))];
        }
        using var exchange = new PacketExchange(lab);
        var wrong = new List<string>();
        var (tried, delivered, counted) = (0, 0, 0);
        for (var round = 0; round < rounds; round++)
        {
            var flows = DriverFlows.Random(lab, random);
            await flows.LoadAsync();
            var fault = round % 3 == 0 ? LabFaults.None : faults[random.Next(faults.Count)];
            for (var more = 1; more < most && round % 3 > 0; more++)
            {
                fault = Both(fault, faults[random.Next(faults.Count)]);
            }
            await CommandAsync(lab, fault.Plant);
            await ForgetAsync(lab);
            var before = await ReadAsync(lab);
            var tracer = new Tracer([.. before.Select(Topology.Build)], null);
            var (cases, answers) = Ask(tracer, Cases(lab, flows, random, round, fault.Name.Contains(DriverFaults.Pieces, StringComparison.Ordinal)).FindAll(c => IsKnown(lab, fault, c)));
            await exchange.RunAsync(cases);
            await ForgetAsync(lab);
            var after = await ReadAsync(lab);
            for (var i = 0; i < cases.Count; i++)
            {
                tried++;
                delivered += cases[i].Ended is null ? 1 : 0;
                var (said, real) = (answers[i], cases[i].Ended);
                // another case's broadcast told the receiver whom it asked for in vain
                var isOverheard = real is null && said.Drop?.Phase is TracePhase.Resolution or TracePhase.Return && exchange.ArpAbout(cases[i]).Length > 0;
                isOverheard |= real is null && IsTaughtAnew(fault.Name);
                var isRight = real is null ? said.Verdict == TraceVerdict.Delivered || isOverheard
                    : said.Verdict == TraceVerdict.Dropped && PhaseOf(said) == real;
                if (!isRight)
                {
                    wrong.Add($"round {round}, {fault.Name}: {cases[i]}: {said.Verdict} {said.Drop?.Phase} {said.Drop?.Node} {said.Drop?.Place}: {said.Drop?.What} "
                        + $"{string.Join("; ", said.Unknowns)}, really {(real is null ? "delivered" : "lost: " + real)}; ARP seen: {exchange.ArpAbout(cases[i])}");
                }
            }
            counted += Compare(tracer, answers, before, after, wrong, $"round {round}, {fault.Name}");
            output.WriteLine($"round {round}, {fault.Name}: {cases.Count} cases, {wrong.Count} wrong so far");
            await CommandAsync(lab, fault.Mend);
        }
        output.WriteLine($"{name}: {tried} exchanges, {delivered} delivered, {counted} counters compared");
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {tried} are wrong:\n{string.Join('\n', wrong)}");
        Assert.True(delivered > tried / 8 && delivered < tried, $"{delivered} of {tried} were delivered");
    }

    private static int Asked(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var asked) ? asked : otherwise;

    /// <summary>
    /// One after the other. Not STP with flags of ports: Open vSwitch 3.1 judges a port that is set to flood while it listens once, and forgets to judge
    /// it again when STP is switched off; nothing tells of that but ofproto/trace.
    /// </summary>
    private static LabFault Both(LabFault one, LabFault other) => one.Name.Contains(other.Name, StringComparison.Ordinal)
        || one.Name.Contains("stp-", StringComparison.Ordinal) && other.Name.Contains("flood", StringComparison.Ordinal)
        || other.Name.Contains("stp-", StringComparison.Ordinal) && one.Name.Contains("flood", StringComparison.Ordinal) ? one
        : one with { Name = $"{one.Name} and {other.Name}", Plant = [.. one.Plant, .. other.Plant], Mend = [.. other.Mend, .. one.Mend] };

    /// <summary>Its IPv6 address stands in those flows alone (DHCP tells of IPv4): without them no node knows whose it is, and trace says so.</summary>
    private static bool IsKnown(LabDescription lab, LabFault fault, PacketCase asked) => !fault.Name.Contains(DriverFaults.NoEgressBase, StringComparison.Ordinal)
        || asked.To.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6
        || asked.Source != lab.Instances[0] && asked.Target != lab.Instances[0];

    /// <summary>The part that ended; where the receiver asks in vain for the sender's MAC, it is the answer that is lost.</summary>
    private static TracePhase PhaseOf(TraceResult said) => said.Drop!.Phase == TracePhase.Resolution
        && said.Legs.Any(l => l is { Phase: TracePhase.Forward, Drop: null }) ? TracePhase.Return : said.Drop.Phase;

    private static (List<PacketCase> Cases, List<TraceResult> Answers) Ask(Tracer tracer, List<PacketCase> wanted)
    {
        var cases = new List<PacketCase>();
        var answers = new List<TraceResult>();
        foreach (var one in wanted)
        {
            try
            {
                answers.Add(tracer.Ask(one.Question));
                cases.Add(one);
            }
            catch (DiagnosisException e) when (e.Problem.What.StartsWith("no address of", StringComparison.Ordinal))
            {
                // a fault took the flows away that alone tell of an IPv6 address: the question cannot be put
            }
        }
        return (cases, answers);
    }

    /// <summary>Every rule and flow that was named rose by at least as many packets as were predicted to meet it.</summary>
    private static int Compare(
        Tracer tracer, List<TraceResult> answers, IReadOnlyList<NodeSnapshot> before, IReadOnlyList<NodeSnapshot> after, List<string> wrong, string where)
    {
        var wanted = new Dictionary<(string Node, string Place, string What), int>();
        foreach (var answer in answers.Where(a => a.Verdict != TraceVerdict.Unknown))
        {
            // the target asks for each asker once, however many packets of it come
            var isOwn = true;
            foreach (var leg in answer.Legs)
            {
                isOwn &= leg.Phase != TracePhase.Forward;
                if (leg.Phase == TracePhase.Resolution && !isOwn)
                {
                    continue;
                }
                foreach (var hop in leg.Hops)
                {
                    foreach (var counter in hop.Counters)
                    {
                        var key = (hop.Node ?? "", counter.Place, counter.What);
                        wanted[key] = wanted.GetValueOrDefault(key) + 1;
                    }
                }
            }
        }
        for (var i = 0; i < before.Count; i++)
        {
            var rises = CounterRises.Between(before[i], after[i]).ToDictionary(r => (r.Place, r.What), r => r.Packets);
            foreach (var ((node, place, what), count) in wanted)
            {
                var isTaught = IsTaughtAnew(where) && $"{place} {what}".Contains("table 20 priority=0", StringComparison.Ordinal);
                if (node == tracer.Nodes[i] && !isTaught && rises.GetValueOrDefault((place, what)) is var rose && rose < count)
                {
                    wrong.Add($"{where}: {node} {place} {what}: rose by {rose}, {count} were predicted");
                }
            }
        }
        return wanted.Count;
    }

    private static List<PacketCase> Cases(LabDescription lab, DriverFlows flows, Random random, int round, bool ofPieces)
    {
        var cases = new List<PacketCase>();
        for (var i = 0; i < CasesOfRound; i++)
        {
            // the first VM, which faults are about, is one end of most
            var source = random.Next(lab.Instances.Count);
            var target = (source + 1 + random.Next(lab.Instances.Count - 1)) % lab.Instances.Count;
            if (source != 0 && target != 0 && random.Next(3) > 0)
            {
                (source, target) = random.Next(2) == 0 ? (0, source) : (source, 0);
            }
            var (vm, other) = (lab.Instances[source], lab.Instances[target]);
            var isIPv6 = random.Next(3) == 0;
            var protocol = (byte)(random.Next(3) switch { 0 => 1, 1 => 6, _ => 17 });
            var question = new TraceQuestion
            {
                IsCold = true,
                From = vm.Name,
                To = (isIPv6 ? other.IPv6Address! : other.Address).ToString(),
                Protocol = protocol,
                SourcePort = (ushort)(protocol == 1 ? 0 : 40000 + i),
                DestinationPort = (ushort)(protocol == 1 ? 0 : PacketExchange.Ports[random.Next(PacketExchange.Ports.Length)]),
            };
            var from = isIPv6 ? vm.IPv6Address! : vm.Address;
            if (ofPieces && !isIPv6)
            {
                question = question with
                {
                    Protocol = (byte)(protocol == 6 ? 17 : protocol),
                    Fragment = random.Next(2) == 0 ? FragmentPart.First : FragmentPart.Later,
                    IsOneWay = true,
                };
            }
            else if (random.Next(4) == 0)
            {
                question = Odd(question, isIPv6, i, random);
            }
            else if (!isIPv6)
            {
                (question, from) = Disguise(question, from, lab, flows, source, random);
            }
            cases.Add(new()
            {
                Question = question,
                Source = vm,
                Target = other,
                // pieces of an earlier round may still wait for theirs
                Number = (ushort)(1000 + (round * CasesOfRound % 60_000) + i),
                From = from,
                To = isIPv6 ? other.IPv6Address! : other.Address,
            });
        }
        return cases;
    }

    /// <summary>Pieces of packets, packets to groups and to everybody, ICMP errors and what only routers may send.</summary>
    private static TraceQuestion Odd(TraceQuestion question, bool isIPv6, int number, Random random)
    {
        if (isIPv6)
        {
            return random.Next(3) switch
            {
                0 => question with { ToGroup = IPAddress.Parse("ff02::1"), Protocol = 1, IcmpType = 134, DestinationPort = 0, IsOneWay = true },
                1 => question with { ToGroup = IPAddress.Parse("ff02::fb"), Protocol = 17, SourcePort = (ushort)(40000 + number), DestinationPort = 5353, IsOneWay = true },
                _ => question with { Protocol = 1, IcmpType = 1, IcmpCode = 4, DestinationPort = 0, IsOneWay = true },
            };
        }
        return random.Next(6) switch
        {
            0 or 1 when question.Protocol != 6 => question with { Fragment = FragmentPart.First, IsOneWay = true },
            0 or 1 or 2 => question with { Fragment = FragmentPart.Later, IsOneWay = true },
            3 => question with { ToGroup = IPAddress.Parse("224.0.0.251"), Protocol = 17, SourcePort = (ushort)(40000 + number), DestinationPort = 5353, IsOneWay = true },
            4 => question with { ToGroup = IPAddress.Broadcast, Protocol = 17, SourcePort = (ushort)(40000 + number), DestinationPort = 5001, IsOneWay = true },
            _ => question with { Protocol = 1, IcmpType = 3, IcmpCode = 1, DestinationPort = 0, IsOneWay = true },
        };
    }

    /// <summary>Some packets come from an allowed pair, some from an address or MAC that is not the VM's, some are a false DHCP server's.</summary>
    private static (TraceQuestion, IPAddress) Disguise(
        TraceQuestion question, IPAddress from, LabDescription lab, DriverFlows flows, int source, Random random)
    {
        switch (random.Next(9))
        {
            case 0 when flows.Pairs[source].Count > 0:
                var (mac, address) = flows.Pairs[source][random.Next(flows.Pairs[source].Count)];
                return (question with { FromAddress = address, FromMac = mac == lab.Instances[source].Mac ? null : mac }, address);
            case 1:
                var false1 = new IPAddress([172, 16, 0, (byte)(100 + random.Next(20))]);
                return (question with { FromAddress = false1 }, false1);
            case 2:
                return (question with { FromMac = new(lab.Instances[source].Mac.Value ^ 0x7700) }, from);
            case 3:
                return (question with { Protocol = 17, SourcePort = 67, DestinationPort = 68, IsOneWay = true }, from);
            default:
                return (question, from);
        }
    }

    private static async Task<IReadOnlyList<NodeSnapshot>> ReadAsync(LabDescription lab)
    {
        var snapshots = new List<NodeSnapshot>();
        foreach (var node in lab.Nodes)
        {
            snapshots.Add(await LiveNode.ReadAsync(node.Access, Scope, default));
        }
        return snapshots;
    }

    /// <summary>What was lost of L2 population, others' packets of the round may have taught.</summary>
    private static bool IsTaughtAnew(string fault) => fault.Contains("l2pop-lost", StringComparison.Ordinal);

    /// <summary>Connections, and what the datapath has cached: its counts go to the flows at once, which else takes half a second or, on a busy machine, more.</summary>
    private static async Task ForgetAsync(LabDescription lab)
    {
        foreach (var node in lab.Nodes)
        {
            await LabFixture.RunAsync(node.Access.NamespaceFile!, "sh", "-c",
                $"export OVS_RUNDIR={node.Access.OvsRunDirectory}; ovs-appctl dpctl/flush-conntrack; conntrack -F; ovs-appctl revalidator/purge");
        }
    }

    private static async Task CommandAsync(LabDescription lab, IReadOnlyList<string> commands)
    {
        var node = lab.Nodes[0];
        foreach (var command in commands)
        {
            var result = await LabFixture.RunAsync(node.Access.NamespaceFile!, "sh", "-c", $"export OVS_RUNDIR={node.Access.OvsRunDirectory}; {command}");
            Assert.True(result.ExitCode == 0, $"{command}: {result.Errors}{result.Output}");
        }
    }
}
