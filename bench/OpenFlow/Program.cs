using System.Diagnostics;
using System.Globalization;
using Plumbline.Neutron.OpenFlow;
using Plumbline.OpenFlow.Fields;
using Plumbline.OpenFlow.Flows;
using Plumbline.OpenFlow.Simulation;
using Plumbline.Ovsdb;
using Plumbline.Primitives;

// openflow-bench flows PORTS int|tun        prints the flows of a node with so many instances
// openflow-bench compare PORTS RUNDIR       asks both about the same packets, in turns
var ports = int.Parse(args[1], CultureInfo.InvariantCulture);
var flowsOfInt = AgentFlows.IntegrationBridge(1, [.. Enumerable.Range(0, ports).Select(i => new IntegrationPort
{
    OfPort = i + 2,
    Macs = [Mac(i)],
    Addresses = [Ip(i)],
})]);
var flowsOfTun = AgentFlows.TunnelBridge(1, 1, [new("vxlan", 5001, 1)], [new("vxlan", 2)]);
if (args[0] == "flows")
{
    foreach (var flow in args[2] == "int" ? flowsOfInt : flowsOfTun)
    {
        Console.WriteLine(flow);
    }
    return;
}

var bridges = new[]
{
    new BridgeFacts
    {
        Name = "br-int",
        Flows = FlowDump.Parse(string.Join('\n', flowsOfInt)).Flows,
        Fdb = [],
        Ports =
        [
            new() { Number = 1, Name = "patch-tun", IsPatch = true, PatchPeer = "patch-int" },
            .. Enumerable.Range(0, ports).Select(i => new PortFacts
            {
                Number = i + 2, Name = string.Create(CultureInfo.InvariantCulture, $"p{i}"), Tag = 1 + i % 4000,
            }),
            new() { Number = OfPort.Local, Name = "br-int" },
        ],
    },
    new BridgeFacts
    {
        Name = "br-tun",
        Flows = FlowDump.Parse(string.Join('\n', flowsOfTun)).Flows,
        Fdb = [],
        Ports =
        [
            new() { Number = 1, Name = "patch-int", IsPatch = true, PatchPeer = "patch-tun" },
            new() { Number = 2, Name = "vx", Tunnel = new() { Type = "vxlan" } },
            new() { Number = OfPort.Local, Name = "br-tun" },
        ],
    },
};
var simulator = new Simulator(bridges);
var packets = Enumerable.Range(0, 200).Select(i => string.Create(CultureInfo.InvariantCulture,
    $"in_port={i % ports + 2},dl_src={Mac(i % ports)},dl_dst={Mac(i % ports + 7)},tcp,nw_src={Ip(i % ports)},nw_dst=10.9.9.9,nw_ttl=64,tcp_src=4000,tcp_dst=80"))
    .ToArray();
var keys = packets.Select(FlowKey.Parse).ToArray();
await using var control = await UnixControl.ConnectAsync(args[2], "ovs-vswitchd", TimeSpan.FromSeconds(30), default);
var (ours, theirs) = (new List<double>(), new List<double>());
for (var round = 0; round < 15; round++)
{
    var clock = Stopwatch.StartNew();
    foreach (var packet in packets)
    {
        await control.RunAsync("ofproto/trace", ["br-int", packet], default);
    }
    theirs.Add(clock.Elapsed.TotalMicroseconds / packets.Length);
    clock.Restart();
    for (var i = 0; i < 10; i++)
    {
        foreach (var key in keys)
        {
            simulator.Run("br-int", key);
        }
    }
    ours.Add(clock.Elapsed.TotalMicroseconds / packets.Length / 10);
}
ours.Sort();
theirs.Sort();
var (mine, peer) = (ours[ours.Count / 2], theirs[theirs.Count / 2]);
Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
    $"{ports,5} instances: simulator {mine,8:F1} us a packet, ofproto/trace {peer,8:F1} us (one connection kept open): {peer / mine:F0} times the rate"));

static MacAddress Mac(int i) => new(0xfa16_3e00_0000UL + (ulong)i);

static string Ip(int i) => string.Create(CultureInfo.InvariantCulture, $"10.1.{i / 250}.{i % 250 + 1}");
