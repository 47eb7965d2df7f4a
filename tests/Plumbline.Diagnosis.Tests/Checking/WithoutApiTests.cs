using Plumbline.Diagnosis.Checking;
using Plumbline.Testing;

namespace Plumbline.Diagnosis.Tests.Checking;

/// <summary>What is found of a node without asking Neutron; and nothing of a healthy one.</summary>
public sealed class WithoutApiTests
{
    private static readonly string[] _names =
    [
        "chain_to_a_port_flushed", "chain_from_a_port_flushed", "spoof_filter_flushed", "chain_of_ipv6_flushed", "fallback_flushed",
        "port_no_longer_led_to_its_chain", "port_not_led_to_any_chain", "fallback_first", "invalid_before_answers", "no_rule_for_answers",
        "no_spoof_filter_asked", "no_fallback", "drop_put_into_a_port_s_chain", "drop_before_neutron_s_chains", "drop_in_somebody_s_chain",
        "drop_in_table_raw", "forward_flushed", "zone_missing", "zone_of_one_way_missing", "zones_of_a_port_differ", "chain_of_a_deleted_vm",
        "dhcp_namespace_gone", "dnsmasq_dead", "dhcp_port_shut", "dhcp_device_down", "working_mirror_of_nobody",
        "cards_segments_glued_together", "checksums_left_to_a_veth",
        "fallback_returns_first", "sg_chain_flushed", "all_zones_flushed", "all_chains_gone",
    ];

    /// <summary>What only Neutron's word makes harmless.</summary>
    private static readonly string[] _needsApi = ["a_tunnel_to_a_node_that_is_being_added", "port_shut_by_the_api", "network_shut_by_the_api"];

    public static TheoryData<string> Faults => [.. _names];

    public static TheoryData<string> Harmless => [.. HarmlessPlants.All.Keys.Where(k => !_needsApi.Contains(k))];

    [SkippableTheory]
    [MemberData(nameof(Faults))]
    public void A_fault_that_a_node_tells_of_itself_is_the_only_finding(string name)
    {
        var healthy = Deployment.Healthy;
        Assert.Equal(_names.Order(), PlantsWithoutApi.All.Keys.Order());
        var (expected, plant) = PlantsWithoutApi.All[name];
        var report = plant(healthy).Check(withApi: false);
        Assert.Equal([expected], report.Findings.Select(Told));
        Assert.All(report.Findings, f => Assert.True(f.Fix.Length > 0 && f.Consequence.Length > 0));
    }

    [SkippableTheory]
    [MemberData(nameof(Harmless))]
    public void What_hurts_nobody_is_no_finding_without_the_api_either(string name)
    {
        var healthy = Deployment.Healthy;
        Assert.Empty(HarmlessPlants.All[name](healthy).Check(withApi: false).Findings.Select(Told));
    }

    [SkippableFact]
    public void Every_recorded_healthy_state_has_none_without_the_api()
    {
        var states = Path.Combine(SharedFiles.Require("cases/neutron-node"), "states");
        foreach (var state in Directory.GetDirectories(states).Select(Path.GetFileName).Where(s => !s!.StartsWith("fault", StringComparison.Ordinal)).Order())
        {
            var nodes = Directory.GetDirectories(Path.Combine(states, state!)).Select(Path.GetFileName).Where(n => n != "api").ToArray();
            var report = Deployment.Read($"states/{state}", nodes!).Check(withApi: false);
            Assert.True(report.Findings.Count == 0, $"{state}: {string.Join("; ", report.Findings.Select(Told))}");
        }
    }

    private static string Told(Finding finding) => $"{finding.Id} {finding.Object}";
}
