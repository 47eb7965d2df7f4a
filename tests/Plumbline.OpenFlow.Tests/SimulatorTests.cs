using Plumbline.OpenFlow.Fields;
using Plumbline.OpenFlow.Flows;
using Plumbline.OpenFlow.Groups;
using Plumbline.OpenFlow.Ports;
using Plumbline.OpenFlow.Simulation;
using Plumbline.Primitives;

namespace Plumbline.OpenFlow.Tests;

public sealed class SimulatorTests
{
    private const string Packet = "in_port=1,tcp,dl_src=00:00:00:00:00:01,dl_dst=00:00:00:00:00:02,nw_src=10.0.0.1,nw_dst=10.0.0.2,tcp_dst=22";

    [Fact]
    public void The_highest_priority_that_matches_wins()
    {
        var result = Run("priority=1,actions=output:2\npriority=5,tcp,tp_dst=22,actions=output:3\npriority=9,udp,actions=drop");
        Assert.Equal(3, Assert.Single(result.Outputs).Port);
        Assert.Equal(SimulationVerdict.Forwarded, result.Verdict);
    }

    [Fact]
    public void A_drop_names_its_table_and_flow()
    {
        var result = Run("actions=resubmit(,5)\ntable=5,priority=7,ip,actions=drop");
        Assert.Equal(SimulationVerdict.Dropped, result.Verdict);
        Assert.Equal((5, 7), (result.Drop!.Table, result.Drop.Flow!.Priority));
        Assert.Equal("br, table 5 (priority=7,ip): the flow says drop", result.Drop.ToString());
    }

    [Fact]
    public void A_table_without_a_matching_flow_drops()
    {
        var result = Run("udp,actions=output:2");
        Assert.Equal("no flow of table 0 matches", result.Drop!.Why);
    }

    [Fact]
    public void An_unknown_field_makes_the_answer_unknown_only_where_it_could_win()
    {
        Assert.Equal(SimulationVerdict.Unknown, Run("priority=2,flux=1,actions=drop\npriority=1,actions=output:2").Verdict);
        Assert.Equal(SimulationVerdict.Forwarded, Run("priority=1,flux=1,actions=drop\npriority=2,actions=output:2").Verdict);
    }

    [Fact]
    public void Resubmit_with_a_port_looks_up_with_it_and_keeps_the_packets_own()
    {
        var result = Run("in_port=1,actions=resubmit(7,3)\ntable=3,in_port=7,actions=IN_PORT");
        Assert.Equal(1, Assert.Single(result.Outputs).Port);
    }

    [Fact]
    public void All_dimensions_of_a_conjunction_together_select_its_flow()
    {
        const string Flows = "priority=9,ip,nw_src=10.0.0.1,actions=conjunction(4,1/2)\npriority=9,tcp,tp_dst=22,actions=conjunction(4,2/2)\n"
            + "priority=8,conj_id=4,ip,actions=output:2\npriority=1,actions=drop";
        Assert.Equal(2, Assert.Single(Run(Flows).Outputs).Port);
        Assert.Empty(Run(Flows, packet: Packet.Replace("tcp_dst=22", "tcp_dst=23", StringComparison.Ordinal)).Outputs);
    }

    [Fact]
    public void A_tracked_copy_goes_on_as_a_new_connection_and_the_result_says_so()
    {
        var result = Run("ct_state=-trk,ip,actions=ct(table=4,zone=9)\ntable=4,ct_state=+trk+new,ct_zone=9,ip,actions=output:2");
        Assert.Equal(2, Assert.Single(result.Outputs).Port);
        Assert.Equal("zone 9 of br: a new connection (ct_state trk|new)", Assert.Single(result.Assumptions));
    }

    [Fact]
    public void A_given_state_of_the_connection_is_not_an_assumption()
    {
        var result = Run(
            "ct_state=-trk,ip,actions=ct(table=4)\ntable=4,ct_state=+est,ip,actions=output:2",
            new() { Conntrack = _ => new() { State = CtState.Tracked | CtState.Established } });
        Assert.Single(result.Outputs);
        Assert.Empty(result.Assumptions);
    }

    [Fact]
    public void Learn_tells_the_flow_it_would_make_and_changes_nothing()
    {
        var result = Run("actions=learn(table=20,hard_timeout=300,priority=1,NXM_OF_VLAN_TCI[0..11],NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],"
            + "load:0->NXM_OF_VLAN_TCI[],output:NXM_OF_IN_PORT[]),output:2");
        Assert.Equal(
            "table=20,hard_timeout=300,priority=1,vlan_tci=0x0/0xfff,dl_dst=00:00:00:00:00:01 actions=load:0x0->vlan_tci[],output:1",
            Assert.Single(result.Learned).Text);
        Assert.Single(result.Outputs);
    }

    [Fact]
    public void Normal_forwards_in_the_vlan_and_takes_the_tag_off_at_an_access_port()
    {
        PortFacts[] ports = [new() { Number = 1, Name = "a", Tag = 5 }, new() { Number = 2, Name = "b", Tag = 5 }, new() { Number = 3, Name = "t" }, new() { Number = 4, Name = "c", Tag = 6 }];
        var flooded = Run("actions=NORMAL", ports: ports, fdb: []);
        Assert.Equal(["2:0", "3:5"], flooded.Outputs.Select(o => $"{o.Port}:{o.Packet.Vlan}"));
        var learned = Run("actions=NORMAL", ports: ports, fdb: [new(3, 5, MacAddress.Parse("00:00:00:00:00:02"), 1)]);
        Assert.Equal(3, Assert.Single(learned.Outputs).Port);
    }

    [Fact]
    public void Normal_without_the_learned_addresses_is_unknown()
    {
        var result = Run("actions=NORMAL", ports: [new() { Number = 1, Name = "a" }, new() { Number = 2, Name = "b" }]);
        Assert.Equal(SimulationVerdict.Unknown, result.Verdict);
        Assert.False(Assert.Single(result.Outputs).IsCertain);
    }

    [Fact]
    public void A_patch_port_leads_into_the_other_bridge_without_registers()
    {
        var simulator = new Simulator(
        [
            Bridge("a", "actions=load:7->NXM_NX_REG0[],mod_vlan_vid:3,output:2", [new() { Number = 2, Name = "to-b", IsPatch = true, PatchPeer = "to-a" }]),
            Bridge("b", "reg0=7,actions=drop\npriority=1,dl_vlan=3,actions=strip_vlan,set_tunnel:0x1389,output:9",
                [new() { Number = 1, Name = "to-a", IsPatch = true, PatchPeer = "to-b" },
                    new() { Number = 9, Name = "vx", Tunnel = new() { Type = "vxlan", Remote = System.Net.IPAddress.Parse("10.9.0.2") } }]),
        ]);
        var output = Assert.Single(simulator.Run("a", FlowKey.Parse(Packet)).Outputs);
        Assert.Equal("b: tunnel vx to 10.9.0.2, key 0x1389", output.ToString());
        Assert.False(output.Packet.HasVlan);
    }

    [Fact]
    public void A_group_of_type_all_gives_each_bucket_a_packet_of_its_own()
    {
        var result = Run(
            "actions=group:1,output:4",
            groups: "group_id=1,type=all,bucket=actions=mod_nw_dst:1.1.1.1,output:2,bucket=actions=output:3");
        Assert.Equal(["2:16843009", "3:167772162", "4:167772162"], result.Outputs.Select(o => $"{o.Port}:{o.Packet.Get("nw_dst")}"));
    }

    [Fact]
    public void What_a_hash_selects_is_possible_and_unknown()
    {
        var result = Run("actions=group:1", groups: "group_id=1,type=select,bucket=actions=output:2,bucket=actions=output:3");
        Assert.Equal(SimulationVerdict.Unknown, result.Verdict);
        Assert.All(result.Outputs, o => Assert.False(o.IsCertain));
    }

    [Fact]
    public void A_circle_of_resubmits_ends()
    {
        var result = Run("actions=resubmit(,1)\ntable=1,actions=resubmit(,0)");
        Assert.Equal(SimulationVerdict.Dropped, result.Verdict);
    }

    [Fact]
    public void Exit_ends_everything_and_the_action_set_is_done_last()
    {
        Assert.Empty(Run("actions=resubmit(,1),output:2\ntable=1,actions=exit").Outputs);
        var set = Run("actions=write_actions(output:2,set_field:1.1.1.1->ip_dst),output:3");
        Assert.Equal(["3:167772162", "2:16843009"], set.Outputs.Select(o => $"{o.Port}:{o.Packet.Get("nw_dst")}"));
    }

    private static SimulationResult Run(
        string flows, SimulationOptions? options = null, IReadOnlyList<PortFacts>? ports = null, IReadOnlyList<FdbEntry>? fdb = null,
        string groups = "", string packet = Packet) =>
        new Simulator([Bridge("br", flows, ports) with { Fdb = fdb, Groups = GroupDump.Parse(groups).Groups }])
            .Run("br", FlowKey.Parse(packet), options);

    private static BridgeFacts Bridge(string name, string flows, IReadOnlyList<PortFacts>? ports) =>
        new() { Name = name, Flows = FlowDump.Parse(flows).Flows, Ports = ports };
}
