namespace Plumbline.Integration.Tests.Timing;

/// <summary>Through VXLAN; and what the node's own counters say of packets that end.</summary>
public sealed class LatencyTruthTests(HeldLab held) : LatencyTruth(held), IClassFixture<HeldLab>
{
    [SkippableFact]
    public async Task A_rule_that_drops_some_is_named_between_the_hops_where_they_end()
    {
        var (lab, node) = (Held.Lab, Held.Lab.Nodes[0]);
        Held.Rest();
        var rule = $"neutron-openvswi-o{lab.Instances[0].PortId[..10]} -p udp --dport {HeldLab.Port} -m statistic --mode nth --every 10 --packet 0 -j DROP";
        await HeldLab.NodeAsync(node, $"iptables -I {rule}");
        try
        {
            var answer = Measure(lab, 0, null);
            var loss = Assert.Single(answer.Losses);
            Assert.Equal(("test-vm tap", "test-vm qvb"), (loss.GetProperty("from").GetString(), loss.GetProperty("to").GetString()));
            Assert.Equal(Packets / 10, loss.GetProperty("lost").GetInt32());
            var counter = loss.GetProperty("counters")[0];
            Assert.Equal(Packets / 10, counter.GetProperty("packets").GetInt32());
            Assert.Contains("--every 10", counter.GetProperty("what").GetString(), StringComparison.Ordinal);
        }
        finally
        {
            await HeldLab.NodeAsync(node, $"iptables -D {rule}");
        }
    }

    [SkippableFact]
    public async Task A_flow_that_drops_all_is_named_between_the_hops_where_they_end()
    {
        var (lab, node) = (Held.Lab, Held.Lab.Nodes[0]);
        Held.Rest();
        var match = $"table=0,priority=30005,udp,tp_dst={HeldLab.Port}";
        await HeldLab.NodeAsync(node, $"ovs-ofctl add-flow br-int {match},actions=drop");
        try
        {
            var answer = Measure(lab, 0, null);
            var loss = Assert.Single(answer.Losses);
            Assert.Equal("test-vm qvo", loss.GetProperty("from").GetString());
            Assert.Equal("test-vm tunnels of br-tun", loss.GetProperty("to").GetString());
            Assert.Equal(Packets, loss.GetProperty("lost").GetInt32());
            var counter = loss.GetProperty("counters")[0];
            Assert.Equal("br-int table 0", counter.GetProperty("place").GetString());
            Assert.Equal(Packets, counter.GetProperty("packets").GetInt32());
        }
        finally
        {
            await HeldLab.NodeAsync(node, $"ovs-ofctl --strict del-flows br-int {match}");
        }
    }
}
