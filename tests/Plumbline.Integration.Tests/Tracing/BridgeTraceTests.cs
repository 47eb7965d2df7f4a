using System.Globalization;
using System.Text;
using Plumbline.Diagnosis.Tracing;
using Plumbline.Integration.Tests.Labs;
using Plumbline.Integration.Tests.Node;
using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;
using Plumbline.Testing;
using Xunit.Abstractions;

namespace Plumbline.Integration.Tests.Tracing;

/// <summary>
/// Trace on Linux bridges against the kernel: two bridges with a trunk between them and a host at each port; random VLAN filtering, port states,
/// isolation, flags, stale and fixed entries, rules of ebtables, arptables. What is predicted must be what a ping does.
/// <c>PLUMB_TRACE_ROUNDS</c> asks for more.
/// </summary>
public sealed class BridgeTraceTests(ITestOutputHelper output)
{
    private const int Hosts = 4;
    private const int Asked = 3;

    [SkippableFact]
    public async Task A_ping_through_Linux_bridges_does_what_is_predicted()
    {
        Root.SkipUnlessInstalled("ebtables");
        Root.SkipUnlessInstalled("arptables");
        var random = new Random(5);
        var rounds = int.TryParse(Environment.GetEnvironmentVariable("PLUMB_TRACE_ROUNDS"), CultureInfo.InvariantCulture, out var asked) ? asked : 14;
        var wrong = new List<string>();
        var (tried, delivered) = (0, 0);
        bool hasFiltering;
        await using (var probe = TestNode.Create())
        {
            hasFiltering = (await LabFixture.RunAsync(probe.Own.Path, "ip", "link", "add", "br0", "type", "bridge", "vlan_filtering", "1")).ExitCode == 0;
        }
        var causes = new SortedSet<string>(StringComparer.Ordinal);
        for (var round = 0; round < rounds; round++)
        {
            await using var node = TestNode.Create();
            var places = Enumerable.Range(0, Hosts).Select(i => node.AddNamespace($"host{i}")).ToList();
            var script = Script(places, random, hasFiltering);
            var made = await LabFixture.RunAsync(node.Own.Path, "sh", "-e", "-c", script);
            Assert.True(made.ExitCode == 0, made.Errors + script);
            for (var i = 0; i < Asked; i++)
            {
                var from = random.Next(Hosts);
                var to = (from + 1 + random.Next(Hosts - 1)) % Hosts;
                foreach (var place in places)
                {
                    await LabFixture.RunAsync(place, "ip", "neigh", "flush", "dev", "eth0");
                }
                var tracer = new Tracer([Topology.Build(await LiveNode.ReadAsync(node.Access, SnapshotScope.Everything, default))], null);
                var said = tracer.Ask(new() { From = $"host{from}", To = $"10.9.0.{to + 1}", IsCold = true });
                var ping = await LabFixture.RunAsync(places[from], "ping", "-n", "-c", "1", "-W", "0.6", $"10.9.0.{to + 1}");
                tried++;
                var real = ping.ExitCode == 0;
                delivered += real ? 1 : 0;
                causes.Add(said.Drop is { } drop ? $"{drop.Cause}" : "none");
                if (said.Verdict != (real ? TraceVerdict.Delivered : TraceVerdict.Dropped))
                {
                    wrong.Add($"round {round}: host{from} → host{to}: {said.Verdict} {said.Drop?.Phase} {said.Drop?.Place}: {said.Drop?.What} "
                        + $"{string.Join("; ", said.Unknowns)}, really {(real ? "answered" : "lost")}; {script}");
                }
            }
        }
        output.WriteLine($"{tried} pings, {delivered} answered; ended by {string.Join(", ", causes)}{(hasFiltering ? "" : "; this kernel has no VLAN filtering")}");
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {tried} are wrong:\n{string.Join('\n', wrong)}");
        Assert.True(delivered > tried / 5 && delivered < tried, $"{delivered} of {tried} were answered");
    }

    private static string Script(List<string> places, Random random, bool hasFiltering)
    {
        var text = new StringBuilder("ip link set lo up\n");
        void Line(string line) => text.Append(line).Append('\n');
        var isFiltering = random.Next(2) == 0 && hasFiltering;
        foreach (var bridge in (ReadOnlySpan<string>)["br0", "br1"])
        {
            Line($"ip link add {bridge} type bridge stp_state 0 mcast_snooping 0 {(isFiltering ? "vlan_filtering 1" : "")}");
        }
        Line("ip link add t0 type veth peer name t1; ip link set t0 master br0; ip link set t1 master br1");
        for (var i = 0; i < places.Count; i++)
        {
            Line($"ip link add p{i} type veth peer name eth0 address 02:00:00:00:00:0{i + 1} netns {places[i]}; ip link set p{i} master br{i / 2} up");
            Line($"nsenter --net={places[i]} sh -ec 'ip link set lo up; ip addr add 10.9.0.{i + 1}/24 dev eth0; ip link set eth0 up'");
        }
        Line("for d in br0 br1 t0 t1; do ip link set $d up; done");
        if (isFiltering)
        {
            Vlans(Line, random);
        }
        for (var i = random.Next(3); i > 0; i--)
        {
            Line(Change(random, isFiltering));
        }
        for (var i = random.Next(3); i > 0; i--)
        {
            Line(Rule(random, places));
        }
        return text.ToString();
    }

    private static void Vlans(Action<string> line, Random random)
    {
        for (var i = 0; i < Hosts; i++)
        {
            // mostly one network for all, so that something gets through
            var vlan = random.Next(5) == 0 ? 20 : 10;
            line($"bridge vlan del dev p{i} vid 1; bridge vlan add dev p{i} vid {vlan}{(random.Next(8) == 0 ? "" : " pvid")}{(random.Next(8) == 0 ? "" : " untagged")}");
        }
        foreach (var trunk in (ReadOnlySpan<string>)["t0", "t1"])
        {
            line($"bridge vlan del dev {trunk} vid 1");
            foreach (var vlan in (ReadOnlySpan<int>)[10, 20])
            {
                if (random.Next(8) > 0)
                {
                    line($"bridge vlan add dev {trunk} vid {vlan}");
                }
            }
        }
    }

    private static string Change(Random random, bool isFiltering)
    {
        var (port, other) = (random.Next(Hosts), random.Next(Hosts));
        var vlan = isFiltering ? " vlan 10" : "";
        return random.Next(10) switch
        {
            0 => $"ip link set p{port} type bridge_slave state {random.Next(1, 5)}",
            1 => $"ip link set p{port} type bridge_slave isolated on; ip link set p{other} type bridge_slave isolated on",
            2 => $"ip link set p{port} type bridge_slave learning off",
            3 => $"ip link set p{port} type bridge_slave flood off",
            4 => $"ip link set t{random.Next(2)} type bridge_slave isolated on; ip link set p{port} type bridge_slave isolated on",
            5 => $"bridge fdb replace 02:00:00:00:00:0{port + 1} dev p{other} master static{vlan}",
            6 => $"bridge fdb replace 02:00:00:00:00:0{port + 1} dev p{other} master dynamic{vlan}",
            7 => $"ip link set p{port} type bridge_slave hairpin on",
            8 => $"ip link set br{random.Next(2)} type bridge ageing_time 0",
            _ => $"ip link set t{random.Next(2)} type bridge_slave state 4",
        };
    }

    private static string Rule(Random random, List<string> places)
    {
        var (port, other) = (random.Next(Hosts), random.Next(Hosts));
        return random.Next(11) switch
        {
            0 => $"ebtables -A FORWARD -p ARP -i p{port} --arp-ip-src ! 10.9.0.{other + 1} -j DROP",
            1 => $"ebtables -t nat -A PREROUTING -i p{port} -s ! 02:00:00:00:00:0{port + 1} -j DROP",
            2 => $"ebtables -t nat -A POSTROUTING -o p{port} -p IPv4 --ip-src 10.9.0.{other + 1} -j DROP",
            3 => $"ebtables -N own -P RETURN; ebtables -A own -p IPv4 --ip-proto icmp --ip-dst 10.9.0.{other + 1} -j DROP; ebtables -A FORWARD -o p{port} -j own",
            4 => $"ebtables -N mine -P DROP; ebtables -A mine -p ARP -j ACCEPT; ebtables -A FORWARD -i p{port} -j mine",
            5 => "ebtables -P FORWARD DROP; ebtables -A FORWARD -p ARP -j ACCEPT; ebtables -A FORWARD -s 02:00:00:00:00:00/ff:ff:ff:ff:ff:fc -j ACCEPT",
            6 => $"ebtables -A FORWARD -d Broadcast -o p{port} -j DROP",
            7 => "ebtables -A FORWARD -p 802_1Q --vlan-id 10 -j DROP",
            8 => $"ebtables -A FORWARD -p IPv4 --ip-src 10.9.0.0/30 --ip-proto tcp --ip-dport 22 -j DROP; ebtables -A FORWARD --mark 0x7/0xf -j DROP",
            9 => $"nsenter --net={places[port]} arptables -A INPUT -s 10.9.0.{other + 1} -j DROP",
            _ => $"nsenter --net={places[port]} arptables -A OUTPUT -d 10.9.0.{other + 1} --opcode Reply -j DROP",
        };
    }
}
