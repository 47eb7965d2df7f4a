using Plumbline.Testing;

namespace Plumbline.Diagnosis.Tests.Checking;

internal static partial class ExaminerPlants
{
    private const string Native = PlayedStates.Native;
    private const string Populated = PlayedStates.NativeL2Population;
    private const string Ssh = ",tcp,reg5=0x9,tp_dst=22 ";
    private const string Own = " cookie=0x0, duration=5.1s, table=";
    private const string Counted = ", n_packets=3, n_bytes=180, idle_age=1, priority=";

    /// <summary>
    /// The same deployment made again with the other drivers, of what their agents wrote: what these gave there, where all packets were sent,
    /// they give here. port 9 of br-int is web1's tap.
    /// </summary>
    private static Dictionary<string, Examined> Drivers => new()
    {
        // the native firewall
        ["native_passed_by"] = Of(Native, "flow-foreign br-int priority=200,in_port=9", d => d.AddFlow("cmp1", Int, Own + "60" + Counted + "200,in_port=9 actions=NORMAL")),
        ["native_passed_by_from_the_start"] = Of(Native, "flow-foreign br-int priority=50,in_port=9", d => d.AddFlow("cmp1", Int, Own + "0" + Counted + "50,in_port=9 actions=NORMAL")),
        ["native_rules_skipped"] = Of(Native, "flow-foreign br-int priority=200,in_port=9", d => d.AddFlow("cmp1", Int, Own + "60" + Counted + "200,in_port=9 actions=resubmit(,73)")),
        ["native_passed_by_where_nothing_is_filtered"] = Of(Native, "", d => d.AddFlow("cmp1", Int, Own + "60" + Counted + "200,in_port=7 actions=NORMAL")),
        ["native_rule_does_not_commit"] = Of(Native, $"changed-rule br-int {Tap} table=82", d => Edit(d, Int, "ct(commit,zone=NXM_NX_REG6[0..15]),", "", "table=82", "+new-est" + Ssh)),
        ["native_rule_of_another_port"] = Of(Native, $"changed-rule br-int {Tap} table=82", d => Edit(d, Int, "tp_dst=22 ", "tp_dst=23 ", "table=82", Ssh), ""),
        ["native_rule_too_wide"] = Of(Native, $"changed-rule br-int {Tap} table=82", d => Edit(d, Int, ",tp_dst=22 ", " ", "table=82", Ssh), ""),
        ["native_rule_to_another_vm"] = Of(Native, $"changed-rule br-int {Tap} table=82", d => Edit(d, Int, "output:9", "output:3", "table=82", Ssh)),
        ["native_tap_in_a_linux_bridge"] = Of(Native, $"not-in-bridge {Tap}", d => d.Port("cmp1", Tap, _ => null).Link("cmp1", Tap, l => l with { MasterIndex = 9999 })),
        ["native_chain_of_a_port_gone"] = Of(Native, "stale-chain neutron-openvswi-i11111111-2", d => Chains(d, "i11111111-2")),
        ["native_chains_of_the_driver_before"] = Of(Native, "", d => Chains(d, "i6ef565e0-4", "o6ef565e0-4", "sg-chain", "sg-fallback", "FORWARD")),
        ["native_note_of_the_tag_is_old"] = Of(Native, "", d => Noted(d, Tap)),
        ["note_of_the_tag_is_old"] = Same("", d => Noted(d, Qvo)),
        ["native_note_of_the_tag_is_old_where_nobody_else_is"] = Of(Native, "", d => Noted(d, "tap539dc9af-f9")),
        ["native_gateway_in_a_provider_network"] = Of(Native, $"vlan-wrong {Gateway}", d => d.Port("ctl", Gateway, p => p with { Tag = 4 })),

        ["native_flows_gone_and_standalone"] = Of(Native, "flows-lost br-int", d => d.Bridge("cmp1", Int, b => b with { FailMode = "standalone" }).Flows("cmp1", Int, _ => null)),

        // noop: no chain tells an address, but other ports of the network have such flows
        ["noop_arp_flow_gone"] = Of(PlayedStates.Noop, $"flow-missing br-int {Tap}", d => WithoutSenders(d, "arp")),
        ["noop_neighbour_flows_gone"] = Of(PlayedStates.Noop, $"flow-missing br-int {Tap}", d => WithoutSenders(d, "icmp6")),

        // L2 population
        ["l2pop_answer_drops"] = Of(Populated, "l2pop-wrong br-tun 10.1.0.12", d => d.Flows("cmp1", Tun, l => IsWeb2(l) ? l[..l.IndexOf("actions=", StringComparison.Ordinal)] + "actions=drop" : l)),
        ["l2pop_answer_from_another"] = Of(Populated, "l2pop-wrong br-tun 10.1.0.12", d => d.Flows("cmp1", Tun, l => IsWeb2(l) ? l.Replace("0xa01000c->", "0xa01000d->", StringComparison.Ordinal) : l)),
        ["l2pop_answer_for_an_own_vm"] = Of(Populated, "l2pop-wrong br-tun 10.1.0.21", d => d.AddFlow("cmp1", Tun, d.Nodes["cmp1"].Switching!.Bridges.Single(b => b.Bridge == Tun).Flows!.Split('\n')
            .Single(IsWeb2).Replace("10.1.0.12", "10.1.0.21", StringComparison.Ordinal).Replace("0xa01000c", "0xa010015", StringComparison.Ordinal)
            .Replace("0xfa163e757aa5", "0xfa163e000099", StringComparison.Ordinal))),
        ["l2pop_entry_of_another_mac"] = Of(Populated, $"l2pop-missing br-tun {Web2Mac}", d => Edit(d, Tun, Web2Mac, "fa:16:3e:00:00:77", "table=20", Web2Mac)),
        ["l2pop_entries_gone"] = Of(Populated, "l2pop-missing br-tun table=20", d => d.WithoutFlows("cmp1", Tun, "table=20", "dl_vlan=")),
        ["l2pop_answers_gone"] = Of(Populated, "l2pop-missing br-tun table=21", d => d.WithoutFlows("cmp1", Tun, "table=21", "arp_tpa=")),
        ["l2pop_table_of_entries_gone"] = Of(Populated, "flow-missing br-tun table=20", d => d.WithoutFlows("cmp1", Tun, ", table=20,")),
        ["l2pop_table_of_answers_gone"] = Of(Populated, "flow-missing br-tun table=21", d => d.WithoutFlows("cmp1", Tun, ", table=21,")),
        ["l2pop_unanswered_not_flooded"] = Of(Populated, "flow-missing br-tun table=21", d => d.WithoutFlows("cmp1", Tun, "table=21", "priority=0 ")),
        ["l2pop_nothing_asks_the_responder"] = Of(Populated, "flow-missing br-tun table=2 arp", d => d.WithoutFlows("cmp1", Tun, "table=2,", ",arp,")),
        ["floods_gone"] = Of(Populated, "flow-missing br-tun table=22", d => d.WithoutFlows("cmp1", Tun, ", table=22,")),
        ["l2pop_never_heard_of_a_node"] = Of(Populated, "flood-incomplete br-tun blue", d => d.WithoutFlows("cmp1", Tun, "table=20", "0x4404", "output:3").WithoutFlows("cmp1", Tun, "table=21", "dl_vlan=3,arp_tpa=10.1.0.12 ")
            .Flows("cmp1", Tun, l => l.Contains("table=22", StringComparison.Ordinal) && l.Contains("0x4404", StringComparison.Ordinal) ? l.Replace(",output:3", "", StringComparison.Ordinal) : l),
            $"flood-incomplete br-tun {Blue}"),
        ["l2pop_tunnel_gone"] = Of(Populated, "tunnel-missing vxlan-0a1e000c", d => d.Port("cmp1", "vxlan-0a1e000c", _ => null), "tunnel-one-sided vxlan-0a1e000b"),
        // nobody told of L2 population, but its ARP responder is there: until another node has a port of a network nothing is flooded
        ["l2pop_seen_by_its_responder"] = new(null, "", d => Untold(d).WithoutFlows("cmp1", Tun, "table=22", "0x4404"), Populated),
        ["no_l2pop_and_no_flood"] = new(null, $"flow-missing br-tun {Blue}", d => Untold(d).WithoutFlows("cmp1", Tun, "table=22", "0x4404"), Native),
    };

    /// <summary>The flows of a kind in table 24 that are web1's.</summary>
    private static Deployment WithoutSenders(Deployment deployment, string kind)
    {
        var port = deployment.Nodes["cmp1"].Ovs!.Bridges.SelectMany(b => b.Ports).First(p => p.Name == Tap).Interfaces[0].OfPort;
        return deployment.WithoutFlows("cmp1", Int, "table=24", $"{kind},in_port={port},");
    }

    private static Examined Of(string state, string found, Func<Deployment, Deployment> plant, string? without = null) => new(found, without ?? found, plant, state);

    private static bool IsWeb2(string flow) => flow.Contains("table=21", StringComparison.Ordinal) && flow.Contains("dl_vlan=3,arp_tpa=10.1.0.12 ", StringComparison.Ordinal);

    private static Deployment Untold(Deployment deployment) => deployment.Only("cmp1").Node("cmp1", s => s with { Files = [] });

    private static Deployment Noted(Deployment deployment, string port) => deployment.Port("cmp1", port, p => p with
    { OtherConfig = new Dictionary<string, string>(p.OtherConfig) { ["tag"] = "9" } });

    private static Deployment Edit(Deployment deployment, string bridge, string old, string now, params string[] words) => deployment.Flows("cmp1", bridge, l =>
        Array.TrueForAll(words, w => l.Contains(w, StringComparison.Ordinal)) ? l.Replace(old, now, StringComparison.Ordinal) : l);

    /// <summary>Chains that lead nowhere, in table filter.</summary>
    private static Deployment Chains(Deployment deployment, params string[] names)
    {
        var isFilter = false;
        return deployment.Rules("cmp1", Save4, line =>
        {
            isFilter = line.StartsWith('*') ? line == "*filter" : isFilter;
            return isFilter && line == "COMMIT" ? string.Join('\n', [.. names.Select(n => $":neutron-openvswi-{n} - [0:0]"), .. names.Select(n => $"[0:0] -A neutron-openvswi-{n} -j RETURN"), line]) : line;
        });
    }
}
