using Plumbline.Diagnosis.Tracing;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Tests.Checking;

/// <summary>What an examiner may plant, each with exactly what must be found of it.</summary>
public sealed class ExaminerTests
{
    public static TheoryData<string> Plants => [.. ExaminerPlants.All.Keys];

    [SkippableTheory]
    [MemberData(nameof(Plants))]
    public void A_plant_gives_what_it_is_and_nothing_else(string name)
    {
        var plant = ExaminerPlants.All[name];
        var planted = plant.Plant(plant.Healthy());
        AssertFound(plant.WithApi, planted, true);
        AssertFound(plant.Without, planted, false);
    }

    /// <summary>Ways that trace once took for open, or did not know: where they end now.</summary>
    [SkippableTheory]
    [InlineData("router_wrong_gateway_neighbour", "web1", "198.51.100.1", 1, "never saw it there", "ctl")]
    [InlineData("mapping_lost_with_its_patches", "outside", "203.0.113.26", 1, "no bridge for physical network public", "ctl")]
    [InlineData("mapping_lost_and_agent_started_anew", "outside", "203.0.113.26", 1, "dead VLAN 4095", "ctl")]
    [InlineData("datapath_type_of_one_bridge", "web1", "10.1.0.12", 1, "patch port patch-tun has no peer", "cmp1")]
    [InlineData("router_does_not_forward", "web1", "198.51.100.1", 1, "does not forward", "ctl")]
    [InlineData("ebtables_drops_a_port", "outside", "203.0.113.26", 6, "--ip-dport 22 -j DROP", "cmp1")]
    public void A_way_that_is_shut_ends_where_the_plant_is(string name, string from, string to, byte protocol, string ends, string node)
    {
        var plant = ExaminerPlants.All[name];
        var planted = plant.Plant(plant.Healthy());
        var result = Ask(planted, true, from, to, protocol);
        Assert.Equal(TraceVerdict.Dropped, result.Verdict);
        Assert.Contains(ends, result.Drop!.What, StringComparison.Ordinal);
        Assert.Equal(node, result.Drop.Node);
    }

    [Fact]
    public void An_IPv6_address_that_nobody_tells_of_is_made_of_the_prefix_and_the_MAC()
    {
        var plant = ExaminerPlants.All["native_ipv6_egress_gone"];
        var gone = plant.Plant(plant.Healthy()).WithoutFlows("cmp1", "br-int", "in_port=9", "nd_target=fd01");
        var result = Ask(gone, false, "web1", "fd01:b1e::f816:3eff:fe75:7aa5", 58);
        Assert.Equal(TraceVerdict.Dropped, result.Verdict);
        Assert.Contains("takes it for spoofed", result.Drop!.What, StringComparison.Ordinal);
        Assert.Contains(result.Assumptions, a => a.Contains("fd01:b1e::f816:3eff:fe4c:21be", StringComparison.Ordinal) && a.Contains("nobody told of it", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void A_tap_s_own_mac_is_not_the_guests_where_the_api_or_the_filter_knows_that()
    {
        var plant = ExaminerPlants.All["tap_with_another_mac"];
        var planted = plant.Plant(plant.Healthy());
        Assert.Equal(TraceVerdict.Delivered, Ask(planted, true, "web1", "10.1.0.12", 1).Verdict);
        Assert.Equal(TraceVerdict.Delivered, Ask(planted, false, "web1", "10.1.0.12", 1).Verdict);
    }

    [SkippableFact]
    public void A_guest_whose_last_packets_were_spoofed_does_not_answer_as_its_port()
    {
        var plant = ExaminerPlants.All["guest_sends_with_another_address"];
        var planted = plant.Plant(plant.Healthy());
        var result = Ask(planted, true, "web1", "10.1.0.12", 1);
        Assert.Equal(TraceVerdict.Dropped, result.Verdict);
        Assert.Contains("had another sender than 10.1.0.11", result.Drop!.What, StringComparison.Ordinal);
        Assert.Equal(TraceVerdict.Delivered, Ask(planted, true, "web1", "fd01:b1e::f816:3eff:fe75:7aa5", 58).Verdict);
    }

    [SkippableFact]
    public void A_guest_that_holds_a_foreign_address_beside_its_own_still_answers()
    {
        var plant = ExaminerPlants.All["guest_sends_with_a_foreign_address_too"];
        Assert.Equal(TraceVerdict.Delivered, Ask(plant.Plant(plant.Healthy()), true, "web1", "10.1.0.12", 1).Verdict);
    }

    [SkippableTheory]
    [InlineData("10.1.0.1")]
    [InlineData("198.51.100.1")]
    public void A_permanent_neighbour_entry_stands_though_the_question_tells_another(string to)
    {
        var plant = ExaminerPlants.All["router_has_a_false_permanent_neighbour"];
        Assert.Equal(TraceVerdict.Dropped, Ask(plant.Plant(plant.Healthy()), true, "web1", to, 1).Verdict);
    }

    [SkippableFact]
    public void A_neighbour_that_is_known_is_reached_while_the_flood_is_short_and_a_note_says_so()
    {
        var plant = ExaminerPlants.All["flood_without_a_tunnel"];
        var planted = plant.Plant(plant.Healthy());
        var warm = Ask(planted, true, "web1", "10.1.0.12", 1);
        Assert.Equal(TraceVerdict.Delivered, warm.Verdict);
        Assert.Contains(warm.Notes, n => n.Contains("has to know the MAC of 10.1.0.12 already", StringComparison.Ordinal));
        var cold = new Tracer([.. planted.Nodes.Values.Select(Topology.Build)], null).Ask(new() { From = "tap6ef565e0-4a", To = "10.1.0.12", IsCold = true });
        Assert.Equal(TraceVerdict.Dropped, cold.Verdict);
    }

    private static TraceResult Ask(Deployment planted, bool withApi, string from, string to, byte protocol) =>
        new Tracer([.. planted.Nodes.Values.Select(Topology.Build)], withApi ? planted.Cloud() : null).Ask(new()
        {
            From = from == "web1" ? "tap6ef565e0-4a" : from,
            To = to,
            Protocol = protocol,
            DestinationPort = (ushort)(protocol == 6 ? 22 : 0),
        });

    private static void AssertFound(string? expected, Deployment planted, bool withApi)
    {
        if (expected is not null)
        {
            var findings = planted.Check(withApi).Findings;
            Assert.Equal(expected, string.Join(';', findings.Select(f => $"{f.Id} {f.Object}")));
            Assert.All(findings, f => Assert.True(f.Fix.Length > 0 && f.Consequence.Length > 0));
        }
    }
}
