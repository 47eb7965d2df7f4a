using Plumbline.Diagnosis.Tracing;
using Plumbline.Node.Topologies;
using Plumbline.Testing;

namespace Plumbline.Diagnosis.Tests.Checking;

/// <summary>
/// Faults in the flows of the native firewall and of L2 population that Neutron's own agent wrote: check's one finding, and what trace makes
/// of a packet. web1 is port 9 of cmp1's br-int, db1 port 3; web2 is on cmp2.
/// </summary>
public sealed class PlayedFaultTests
{
    private const string Web1 = "b8a35b6d-c9c9-493c-8307-ebf2b4d5de95";
    private const string Web2Mac = "fa:16:3e:75:7a:a5";
    private const string Int = "br-int";
    private const string Tun = "br-tun";
    private const string Tap = "tap6ef565e0-4a";

    /// <summary>Words of the flows that are taken away; what is found with the API, and without; who sends to whom, and what ends it.</summary>
    [Theory]
    [InlineData("table=82, |,tcp,reg5=0x9,tp_dst=22 ", "missing-rule br-int tap6ef565e0-4a table=82", "", "outside>203.0.113.26:22", "table 82: no ingress rule of tap6ef565e0-4a's security groups lets it through")]
    [InlineData("table=82, |+new-est|,tcp,reg5=0x9,tp_dst=22 ", "missing-rule br-int tap6ef565e0-4a table=82", "missing-rule br-int tap6ef565e0-4a table=82", "outside>203.0.113.26:22", "table 82: no ingress rule of tap6ef565e0-4a's security groups lets it through")]
    [InlineData("table=72, |,ip,reg5=0x9 actions=resubmit(,73)", "missing-rule br-int tap6ef565e0-4a table=72", "", "web1>10.1.0.12", "table 72: no egress rule of tap6ef565e0-4a's security groups lets it through")]
    [InlineData("table=82, |reg5=0x9", "flow-missing br-int tap6ef565e0-4a", "flow-missing br-int tap6ef565e0-4a", "web2>10.1.0.11", "table 82: the native firewall has no ingress flows for this port")]
    [InlineData("table=82, |reg5=", "flow-missing br-int table=82", "flow-missing br-int table=82", "web2>10.1.0.11", "table 82: the native firewall has no ingress flows for this port")]
    [InlineData("table=60, |,in_port=9 ", "flow-missing br-int tap6ef565e0-4a", "flow-missing br-int tap6ef565e0-4a", "web1>10.1.0.12", "table 82: the connection tracker takes it for invalid")]
    [InlineData("table=60, |,dl_dst=fa:16:3e:4c:21:be ", "flow-missing br-int tap6ef565e0-4a", "flow-missing br-int tap6ef565e0-4a", "web2>10.1.0.11", "table 72: the connection tracker takes it for invalid")]
    [InlineData("table=71, |,arp,|in_port=9,", "flow-missing br-int tap6ef565e0-4a", "flow-missing br-int tap6ef565e0-4a", "web1>10.1.0.12", "takes it for spoofed")]
    [InlineData("table=71, |,ip,|in_port=9,", "flow-missing br-int tap6ef565e0-4a", "flow-missing br-int tap6ef565e0-4a", "web1>10.1.0.12", "takes it for spoofed")]
    [InlineData("table=81, |-trk,ip,reg5=0x9 ", "flow-missing br-int tap6ef565e0-4a", "flow-missing br-int tap6ef565e0-4a", "web2>10.1.0.11", "table 81: the native firewall has no flow for this port there")]
    [InlineData("table=82, |+est-rel+rpl|reg5=0x9 ", "flow-missing br-int tap6ef565e0-4a", "flow-missing br-int tap6ef565e0-4a", "web1>10.1.0.12", "table 82: its connection ran, and no ingress rule")]
    [InlineData("table=73, |reg5=0x9 ", "flow-missing br-int tap6ef565e0-4a", "flow-missing br-int tap6ef565e0-4a", "web1>10.1.0.12", "table 73: the native firewall has no flow for this port there")]
    [InlineData("table=94, ", "flow-missing br-int table=94", "flow-missing br-int table=94", "web1>10.1.0.12", "table 94")]
    [InlineData("table=82, |reg6=0x2,nw_src=10.1.0.12 ", "set-drift br-int sg-web", "", "web2>10.1.0.21:3306", "table 82: no ingress rule of tap92263e04-39's security groups lets it through")]
    [InlineData("table=82, |,tcp,reg5=0x3,tp_dst=3306 ", "missing-rule br-int tap92263e04-39 table=82", "", "web2>10.1.0.21:3306", "table 82: no ingress rule of tap92263e04-39's security groups lets it through")]
    [InlineData("table=82, |+est-rel-rpl,tcp,reg5=0x9,tp_dst=22 ", "missing-rule br-int tap6ef565e0-4a table=82", "missing-rule br-int tap6ef565e0-4a table=82", "outside>203.0.113.26:22", "its SYN passes, what follows the answer does not")]
    [InlineData("table=72, |+est-rel-rpl,ip,reg5=0x9 ", "missing-rule br-int tap6ef565e0-4a table=72", "missing-rule br-int tap6ef565e0-4a table=72", "web1>10.1.0.12:22", "its SYN passes, what follows the answer does not")]
    [InlineData("table=71, |icmp6,reg5=0x9,in_port=9,dl_src|icmp_type=135", "flow-missing br-int tap6ef565e0-4a", "flow-missing br-int tap6ef565e0-4a", "web1>fd01:b1e::f816:3eff:fe75:7aa5", "table 72: the connection tracker takes it for invalid")]
    public void A_flow_of_the_native_firewall_that_is_gone_is_found(string words, string withApi, string without, string flow, string ends)
    {
        var planted = Deployment.Played(PlayedStates.Native).WithoutFlows("cmp1", Int, words.Split('|'));
        AssertFound(planted, withApi, without);
        AssertEnds(planted, flow, ends);
    }

    [Fact]
    public void A_tap_that_is_in_no_bridge_is_found() => AssertFound(
        Deployment.Played(PlayedStates.Native).Port("cmp1", Tap, _ => null), $"not-in-bridge {Tap}", $"not-in-bridge {Tap}");

    [Fact]
    public void All_flows_of_the_firewall_gone_are_one_finding() => AssertFound(
        Deployment.Played(PlayedStates.Native).Flows("cmp1", Int, l => new[] { 71, 72, 73, 81, 82, 91, 92, 94 }.Any(t => l.Contains($"table={t},", StringComparison.Ordinal)) ? null : l),
        "flows-lost br-int", "flows-lost br-int");

    [Fact]
    public void A_rule_that_nobody_wants_is_found()
    {
        var planted = Deployment.Played(PlayedStates.Native).Flows("cmp1", Int, l => l, [.. ((string[])["+new-est", "+est-rel-rpl"]).Select(s =>
            $" cookie=0x0, duration=9.1s, table=82, n_packets=0, n_bytes=0, idle_age=9, priority=77,ct_state={s},tcp,reg5=0x9,tp_dst=23 actions=output:9")]);
        AssertFound(planted, $"extra-rule br-int {Tap} table=82", null);
    }

    [Fact]
    public void A_rule_that_sends_elsewhere_is_found() => AssertFound(
        Deployment.Played(PlayedStates.Native).Flows("cmp1", Int, l => l.Contains("table=82", StringComparison.Ordinal) && l.Contains(",tcp,reg5=0x9,tp_dst=22 ", StringComparison.Ordinal)
            ? l.Replace("output:9", "output:4", StringComparison.Ordinal) : l), $"changed-rule br-int {Tap} table=82", null);

    [Fact]
    public void A_port_in_another_zone_is_found() => AssertFound(
        Deployment.Played(PlayedStates.Native).Flows("cmp1", Int, l => l.Contains("priority=100,in_port=9 ", StringComparison.Ordinal)
            ? l[..l.IndexOf("load:", StringComparison.Ordinal)] + "load:0x9->NXM_NX_REG5[],load:0x7->NXM_NX_REG6[],resubmit(,71)" : l),
        $"flow-changed br-int {Tap}", $"flow-changed br-int {Tap}");

    [Fact]
    public void A_rule_that_lets_a_packet_through_is_named()
    {
        var deployment = Deployment.Played(PlayedStates.Native);
        var result = Ask(deployment, "web2>10.1.0.21:3306");
        Assert.Equal(TraceVerdict.Delivered, result.Verdict);
        Assert.Contains(result.Legs.SelectMany(l => l.Hops), h => h.Node == "cmp1"
            && h.What.Contains("let in by \"in tcp 3306 from group sg-web\" of sg-db", StringComparison.Ordinal));
        Assert.Contains(result.Legs.SelectMany(l => l.Hops), h => h.Node == "cmp2"
            && h.What.Contains("let out by \"out any to anywhere\" of sg-web", StringComparison.Ordinal));
        // copies that a flood takes to the physical network's bridge are not of this way
        Assert.Equal("", string.Join('\n', result.Legs.SelectMany(l => l.Hops).Where(h => h.Place == "br-prov").Select(h => $"{h.Node} {h.What}")));
    }

    [Theory]
    [InlineData(PlayedStates.NativeL2Population)]
    [InlineData(PlayedStates.HybridL2Population)]
    public void What_L2_population_told_is_judged(string state)
    {
        var deployment = Deployment.Played(state);
        AssertFound(deployment.WithoutFlows("cmp1", Tun, "table=20", $"dl_dst={Web2Mac}"), $"l2pop-missing br-tun {Web2Mac}", $"l2pop-missing br-tun {Web2Mac}");
        AssertFound(deployment.Flows("cmp1", Tun, l => l.Contains("table=20", StringComparison.Ordinal) && l.Contains($"dl_dst={Web2Mac}", StringComparison.Ordinal)
            ? l.Replace("0x4404", "0x4405", StringComparison.Ordinal) : l), $"l2pop-wrong br-tun {Web2Mac}", $"l2pop-wrong br-tun {Web2Mac}");
        AssertFound(deployment.Flows("cmp1", Tun, l => l.Contains("table=21", StringComparison.Ordinal) && l.Contains("0xfa163e757aa5", StringComparison.Ordinal)
            ? l.Replace("0xfa163e757aa5", "0xfa163e000099", StringComparison.Ordinal) : l), "l2pop-wrong br-tun 10.1.0.12", null);
        var told = deployment.Nodes["cmp1"].Switching!.Bridges.Single(b => b.Bridge == Tun).Flows!.Split('\n')
            .Single(l => l.Contains("table=20", StringComparison.Ordinal) && l.Contains($"dl_dst={Web2Mac}", StringComparison.Ordinal));
        AssertFound(deployment.AddFlow("cmp1", Tun, told.Replace(Web2Mac, "fa:16:3e:00:00:77", StringComparison.Ordinal)),
            "l2pop-wrong br-tun fa:16:3e:00:00:77", null);
        var dropped = deployment.Flows("cmp1", Tun, l => l == told ? l[..l.IndexOf("actions=", StringComparison.Ordinal)] + "actions=drop" : l);
        AssertFound(dropped, $"l2pop-wrong br-tun {Web2Mac}", null);
        AssertEnds(dropped, "web1>10.1.0.12", "table 20");
    }

    private static void AssertFound(Deployment planted, string withApi, string? without)
    {
        Assert.Equal([withApi], planted.Check().Findings.Select(f => $"{f.Id} {f.Object}"));
        if (without is not null)
        {
            Assert.Equal(without.Length == 0 ? [] : [without], planted.Check(withApi: false).Findings.Select(f => $"{f.Id} {f.Object}"));
        }
    }

    private static void AssertEnds(Deployment planted, string flow, string ends)
    {
        var result = Ask(planted, flow);
        Assert.Equal(TraceVerdict.Dropped, result.Verdict);
        Assert.Contains(ends, result.Drop!.What, StringComparison.Ordinal);
        Assert.Equal("cmp1", result.Drop.Node);
    }

    private static TraceResult Ask(Deployment deployment, string flow)
    {
        var (from, to) = (flow.Split('>')[0], flow.Split('>')[1].Split(':'));
        to = to.Length > 2 ? [string.Join(':', to)] : to;
        return new Tracer([.. deployment.Nodes.Values.Select(Topology.Build)], deployment.Cloud()).Ask(new()
        {
            From = from == "web1" ? Web1 : from == "web2" ? "6b562181-a64f-4237-be6a-99a213eebcb7" : from,
            To = to[0],
            Protocol = (byte)(to.Length > 1 ? 6 : 1),
            DestinationPort = to.Length > 1 ? ushort.Parse(to[1], System.Globalization.CultureInfo.InvariantCulture) : (ushort)0,
        });
    }
}
