using Plumbline.OpenFlow.Flows;
using Plumbline.OpenFlow.Ports;
using Plumbline.OpenFlow.Simulation;
using Plumbline.Primitives;

namespace Plumbline.OpenFlow.Tests;

/// <summary>What packets teach a switch, and ports that a spanning tree keeps closed.</summary>
public sealed class SwitchMemoryTests
{
    private const string There = "in_port=1,arp,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff";
    private const string Back = "in_port=2,arp,dl_src=02:00:00:00:00:02,dl_dst=02:00:00:00:00:01";

    [Fact]
    public void An_answer_goes_where_its_question_came_from_and_a_stale_entry_is_told()
    {
        var simulator = Of("priority=0 actions=NORMAL", new FdbEntry(3, 0, MacAddress.Parse("02:00:00:00:00:01"), 10));
        var memory = new SwitchMemory();
        Assert.Equal([3], Ports(simulator, Back, null));
        Assert.Equal([2, 3], Ports(simulator, There, memory));
        Assert.Equal([1], Ports(simulator, Back, memory));
        Assert.Equal(new("br", 0, MacAddress.Parse("02:00:00:00:00:01"), 3, 1), Assert.Single(memory.Moved));
        Assert.Equal([3], Ports(simulator, Back, null));    // nothing was learned without
    }

    [Fact]
    public void An_entry_set_by_hand_stays()
    {
        var simulator = Of("priority=0 actions=NORMAL", new FdbEntry(3, 0, MacAddress.Parse("02:00:00:00:00:01"), null));
        var memory = new SwitchMemory();
        Ports(simulator, There, memory);
        Assert.Equal([3], Ports(simulator, Back, memory));
        Assert.Empty(memory.Moved);
    }

    [Fact]
    public void A_learned_flow_is_found_by_the_next_packet()
    {
        var simulator = Of("""
            table=0, priority=1,in_port=1 actions=learn(table=20,priority=1,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],output:NXM_OF_IN_PORT[]),output:2
            table=0, priority=1,in_port=2 actions=resubmit(,20)
            table=20, priority=0 actions=drop
            """);
        var memory = new SwitchMemory();
        Assert.Empty(Ports(simulator, Back, memory));
        Assert.Equal([2], Ports(simulator, There, memory));
        Assert.Equal([1], Ports(simulator, Back, memory));
    }

    [Fact]
    public void A_port_that_listens_neither_takes_nor_gets_anything()
    {
        var simulator = Of("priority=0 actions=NORMAL", closed: 2);
        Assert.Equal([3], Ports(simulator, There, null));
        var result = simulator.Run("br", FlowKey.Parse(Back));
        Assert.Empty(result.Outputs);
        Assert.Contains("the spanning tree has it listening", result.Drops[0].Why, StringComparison.Ordinal);
    }

    private static Simulator Of(string flows, FdbEntry? entry = null, int closed = 0) => new([new()
    {
        Name = "br",
        Flows = FlowDump.Parse(flows).Flows,
        Ports = [.. Enumerable.Range(1, 3).Select(i => new PortFacts { Number = i, Name = $"p{i}", ClosedBy = i == closed ? "listening" : null })],
        Fdb = entry is null ? [] : [entry],
    }]);

    private static IEnumerable<int> Ports(Simulator simulator, string packet, SwitchMemory? memory) =>
        simulator.Run("br", FlowKey.Parse(packet), new() { Memory = memory }).Outputs.Select(o => o.Port).Order();
}
