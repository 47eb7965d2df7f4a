using Plumbline.OpenFlow.Fields;
using Plumbline.OpenFlow.Flows;
using Plumbline.OpenFlow.Groups;
using Plumbline.OpenFlow.Ports;
using Plumbline.Testing;

namespace Plumbline.OpenFlow.Tests;

public sealed class FlowParserTests
{
    public static TheoryData<string> AgentLines() => new(File.ReadAllLines(
        Path.Combine(SharedFiles.RepositoryRoot, "tests/Plumbline.OpenFlow.Tests/flows.txt")).Where(l => l.Length > 0 && l[0] == ' '));

    [SkippableFact]
    public void Every_recorded_line_is_read_without_a_problem_and_rendered_as_it_came()
    {
        var count = 0;
        foreach (var file in Directory.GetFiles(
            SharedFiles.Require("cases/neutron-node"), "ovs-ofctl-dump-flows-*.txt", SearchOption.AllDirectories))
        {
            var text = File.ReadAllText(file);
            var dump = FlowDump.Parse(text);
            Assert.Empty(dump.Problems);
            var lines = text.Split('\n').Where(l => l.Contains("actions=", StringComparison.Ordinal)).ToList();
            Assert.Equal(lines, dump.Flows.Select(f => f.ToString()));
            Assert.All(dump.Flows, AssertKnown);
            count += lines.Count;
        }
        Assert.True(count > 300);
    }

    [Theory]
    [MemberData(nameof(AgentLines))]
    public void A_line_is_known_and_rendered_as_it_came(string line)
    {
        var dump = FlowDump.Parse(line);
        Assert.Empty(dump.Problems);
        var flow = Assert.Single(dump.Flows);
        Assert.Equal(line, flow.ToString());
        AssertKnown(flow);
    }

    [Fact]
    public void Statistics_are_read()
    {
        var flow = Assert.Single(FlowDump.Parse(
            " cookie=0x2ef7, duration=64.471s, table=7, n_packets=3, n_bytes=164, idle_timeout=10, hard_timeout=300, idle_age=8, "
            + "hard_age=0, send_flow_rem priority=2,in_port=1 actions=drop").Flows);
        Assert.Equal(0x2ef7UL, flow.Cookie);
        Assert.Equal(TimeSpan.FromMilliseconds(64471), flow.Duration);
        Assert.Equal(7, flow.Table.Number);
        Assert.Equal(3UL, flow.Packets);
        Assert.Equal(164UL, flow.Bytes);
        Assert.Equal((10, 300, 8, 0), (flow.IdleTimeout, flow.HardTimeout, flow.IdleAge, flow.HardAge));
        Assert.Equal(2, flow.Priority);
        Assert.IsType<FlowAction.Drop>(Assert.Single(flow.Actions));
    }

    [Fact]
    public void Unknown_fields_and_actions_are_kept_as_they_came()
    {
        const string Line = " cookie=0x0, table=0, priority=1,flux=7,in_port=1 actions=warp(speed=9,to=(a,b)),output:2";
        var dump = FlowDump.Parse(Line);
        Assert.Empty(dump.Problems);
        var flow = Assert.Single(dump.Flows);
        Assert.Equal("flux=7", Assert.IsType<Match.Unknown>(flow.Matches[0]).Text);
        Assert.Equal("warp(speed=9,to=(a,b))", Assert.IsType<FlowAction.Unknown>(flow.Actions[0]).Text);
        Assert.Equal(Line, flow.ToString());
    }

    [Fact]
    public void All_faults_of_a_text_are_told_at_once_with_line_and_column()
    {
        var dump = FlowDump.Parse("table=0,priority=70000,in_port=1 actions=drop\nnonsense\n\ntable=0,dl_src=fa:16 actions=load:1->NXM_NX_NOPE[],2");
        Assert.Collection(
            dump.Problems,
            p => Assert.Equal((1, 9), (p.Line, p.Column)),
            p => Assert.Equal((2, 1), (p.Line, p.Column)),
            p => Assert.Equal((4, 9), (p.Line, p.Column)),
            p => Assert.Equal((4, 30), (p.Line, p.Column)));
        Assert.Equal("\"fa:16\" is no value of dl_src", dump.Problems[2].What);
        Assert.Equal(2, dump.Flows.Count);
    }

    [Theory]
    [InlineData("+trk-new", 0x20, 0x21)]
    [InlineData("trk|est", 0x22, 0xffffffff)]
    [InlineData("0x21/0x21", 0x21, 0x21)]
    [InlineData("0/0x20", 0, 0x20)]
    public void Conntrack_state_is_read_in_all_its_spellings(string text, uint value, uint mask)
    {
        var flow = Assert.Single(FlowDump.Parse($"ct_state={text},ip actions=drop").Flows);
        var match = Assert.IsType<Match.Value>(flow.Matches[0]);
        Assert.Equal((value, mask), (match.Wanted, match.Mask));
    }

    [Fact]
    public void Resubmit_is_read_in_all_its_forms()
    {
        var actions = Assert.Single(FlowDump.Parse(
            "actions=resubmit(,24),resubmit(3,24),resubmit:3,resubmit(,24,ct),resubmit(\"patch-tun\",60),resubmit(IN_PORT,1)").Flows).Actions;
        var read = actions.Cast<FlowAction.Resubmit>().Select(r => $"{r.InPort}/{r.Table}/{r.WithCt}");
        Assert.Equal(["/24/False", "3/24/False", "3//False", "/24/True", "patch-tun/60/False", "/1/False"], read);
    }

    [Fact]
    public void Groups_are_read()
    {
        const string Line = " group_id=7,type=select,selection_method=hash,fields(ip_dst),bucket=bucket_id:0,weight:100,watch_port:2,"
            + "actions=set_field:1.2.3.4->ip_dst,resubmit(,5),bucket=bucket_id:1,weight:0,actions=output:3";
        var dump = GroupDump.Parse("NXST_GROUP_DESC reply (xid=0x2):\n" + Line);
        Assert.Empty(dump.Problems);
        var group = Assert.Single(dump.Groups);
        Assert.Equal((7u, GroupType.Select, 2), (group.Id, group.Type, group.Buckets.Count));
        Assert.Equal((100, 2, 2), (group.Buckets[0].Weight, group.Buckets[0].WatchPort?.Number, group.Buckets[0].Actions.Count));
        Assert.Equal(Line, group.ToString());
    }

    [SkippableFact]
    public void Ports_and_learned_addresses_of_a_recorded_node_are_read()
    {
        var node = SharedFiles.Require("cases/neutron-node/states/sg-rules/cmp1");
        var ports = PortDump.Parse(File.ReadAllText(Path.Combine(node, "ovs-ofctl-show-br-int.txt")));
        Assert.Empty(ports.Problems);
        Assert.Equal(10, ports.Ports.Count);
        Assert.Equal((2, "patch-tun"), (ports.Ports[1].Number, ports.Ports[1].Name));
        Assert.Equal(OfPort.Local, ports.Ports[^1].Number);
        Assert.Equal(["PORT_DOWN"], ports.Ports[^1].Config);
        var fdb = FdbDump.Parse(File.ReadAllText(Path.Combine(node, "ovs-appctl-fdb-show-br-int.txt")));
        Assert.Empty(fdb.Problems);
        Assert.Equal(28, fdb.Entries.Count);
        Assert.Equal("a2:8a:27:d6:b4:92", fdb.Entries[0].Address.ToString());
    }

    private static void AssertKnown(Flow flow)
    {
        Assert.DoesNotContain(flow.Matches, m => m is Match.Unknown);
        Assert.DoesNotContain(flow.Actions, a => a is FlowAction.Unknown);
    }
}
