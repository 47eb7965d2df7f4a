using Plumbline.Node.Sources;

namespace Plumbline.Node.Tests.Sources;

public sealed class OmittedFlowsTests
{
    private static readonly HashSet<int> _ports = [5, 7];

    [Theory]
    [InlineData(" cookie=0x1, duration=1s, table=0, n_packets=0, n_bytes=0, priority=9,in_port=5 actions=resubmit(,25)\n", false)]
    [InlineData(" cookie=0x1, table=0, priority=9,in_port=5,dl_src=fa:16:3e:00:00:01 actions=resubmit(,25)\n", false)]
    [InlineData(" cookie=0x1, table=0, in_port=7 actions=NORMAL", false)]
    [InlineData(" cookie=0x1, table=0, priority=9,in_port=57 actions=NORMAL\n", true)]
    [InlineData(" cookie=0x1, table=0, priority=9,in_port=\"qvo5\" actions=NORMAL\n", true)]
    [InlineData(" cookie=0x1, table=0, priority=3 actions=learn(table=1,in_port=5,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[])\n", true)]
    [InlineData(" cookie=0x1, table=60, priority=3 actions=NORMAL\n", true)]
    public void What_only_other_ports_packets_meet_is_left_out(string line, bool isKept) =>
        Assert.Equal(isKept ? line : "", OmittedFlows.LeaveOut(line, _ports));

    [Theory]
    [InlineData("resubmit(5,10)", true)]
    [InlineData("resubmit(,10)", false)]
    [InlineData("load:0x5->NXM_OF_IN_PORT[],resubmit(,1)", true)]
    [InlineData("load:0->NXM_OF_IN_PORT[],resubmit(,1)", false)]
    [InlineData("set_field:5->in_port,resubmit(,1)", true)]
    [InlineData("resubmit:5", true)]
    public void Nothing_is_left_out_where_a_flow_makes_a_packet_come_in_by_another_port(string actions, bool isWhole)
    {
        var text = $" table=0, priority=1 actions={actions}\n table=0, priority=9,in_port=5 actions=drop\n";

        Assert.Equal(isWhole, OmittedFlows.LeaveOut(text, _ports) == text);
    }
}
