using Plumbline.OpenFlow.Fields;
using Plumbline.OpenFlow.Ports;
using Plumbline.OpenFlow.Simulation;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.OpenFlow;

/// <summary>The flows that a real Neutron agent left on three nodes, on a switch with the same ports: the simulator and the switch agree.</summary>
public sealed class RecordedNodeTests
{
    private static readonly string[] _multicast = ["ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:fb", "33:33:ff:00:00:01", "01:80:c2:00:00:0e"];

    [SkippableTheory]
    [InlineData("cmp1")]
    [InlineData("ctl")]
    public async Task On_the_flows_of_a_recorded_node_the_simulator_and_the_switch_agree(string name)
    {
        var node = SharedFiles.Require($"cases/neutron-node/states/sg-rules/{name}");
        var ports = RecordedBridges.Read(node);
        await using var real = await TraceSwitch.StartAsync();
        await real.BuildAsync(ports, "br-phy");
        var bridges = new List<BridgeFacts>();
        var addresses = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (bridge, list) in ports)
        {
            real.Load(bridge, string.Join('\n', File.ReadLines(Path.Combine(node, $"ovs-ofctl-dump-flows-{bridge}.txt")).Skip(1)));
            foreach (var entry in FdbDump.Parse(File.ReadAllText(Path.Combine(node, $"ovs-appctl-fdb-show-{bridge}.txt"))).Entries)
            {
                var port = list.Single(p => p.Number == entry.Port).Name;
                await real.AppCtlAsync("fdb/add", bridge, port, $"{entry.Vlan}", entry.Address.ToString());
                addresses.Add(entry.Address.ToString());
            }
            bridges.Add(await real.ReadAsync(bridge, list));
        }
        Assert.Empty(real.Refused);
        var judge = new TraceJudge(real, bridges);
        var random = new Random(5);
        var macs = addresses.Concat(_multicast).ToArray();
        foreach (var bridge in bridges.Where(b => b.Name != "br-phy"))
        {
            foreach (var port in bridge.Ports!)
            {
                for (var i = 0; i < 14; i++)
                {
                    await judge.AskAsync(bridge.Name, Packet(random, bridge, port, macs));
                }
            }
        }
        Assert.True(judge.Cases > 150);
        Assert.True(judge.Forwarded > judge.Cases / 8, $"{judge.Forwarded} of {judge.Cases} left");
        Assert.Equal(0, judge.Uncertain);
    }

    /// <summary>A packet that may be the port's own, or nearly so: addresses that its flows name.</summary>
    private static string Packet(Random random, BridgeFacts bridge, PortFacts port, string[] macs)
    {
        var own = bridge.Flows.Where(f => f.MatchText.Contains($"in_port={port.Number},", StringComparison.Ordinal)).ToList();
        var text = $"in_port={OfPort.Write(port.Number)}";
        text += $",dl_src={Named(random, own, "dl_src") ?? Pick(random, macs)},dl_dst={Pick(random, macs)}";
        if (random.Next(3) == 0 || port.Tag is null && random.Next(2) == 0)
        {
            text += $",dl_vlan={random.Next(5) switch { 0 => 207, 1 => 4095, var n => n - 1 }}";
        }
        if (port.Tunnel is { Remote: { } remote, Local: { } local })
        {
            var keys = bridge.Flows.Select(f => Term(f.MatchText, "tun_id")).OfType<string>().Append("0x77").ToArray();
            text += $",tun_id={Pick(random, keys)},tun_src={remote},tun_dst={local}";
        }
        return text + random.Next(5) switch
        {
            0 => $",arp,arp_op=1,arp_spa={Named(random, own, "arp_spa") ?? "10.1.0.99"},arp_tpa=10.1.0.1,arp_sha=00:00:00:00:00:05",
            1 => $",icmp6,icmpv6_type=136,icmpv6_code=0,nd_target={Named(random, own, "nd_target") ?? "fe80::99"}",
            2 => ",udp,nw_src=10.1.0.11,nw_dst=10.1.0.21,nw_ttl=64,udp_src=68,udp_dst=67",
            3 => ",tcp6,ipv6_src=fd01:b1e::1,ipv6_dst=fd01:b1e::2,nw_ttl=64,tp_src=5000,tp_dst=22",
            _ => ",tcp,nw_src=10.1.0.11,nw_dst=10.1.0.21,nw_ttl=64,tp_src=40000,tp_dst=80",
        };
    }

    private static string? Named(Random random, IEnumerable<Plumbline.OpenFlow.Flows.Flow> flows, string field)
    {
        var values = flows.Select(f => Term(f.MatchText, field)).OfType<string>().ToArray();
        return values.Length == 0 || random.Next(4) == 0 ? null : Pick(random, values);
    }

    private static string? Term(string match, string field) =>
        match.Split(',').FirstOrDefault(t => t.StartsWith(field + "=", StringComparison.Ordinal))?[(field.Length + 1)..].Split('/')[0];

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];
}
