using Plumbline.Iptables;

namespace Plumbline.Diagnosis.Tests.Comparing;

public sealed class IntentComparisonTests
{
    private const string V4 = "iptables-save";
    private const string Sets = "ipset save";
    private const string Web1In = "neutron-openvswi-i6ef565e0-4";
    private const string Web1Out = "neutron-openvswi-o6ef565e0-4";
    private const string Web1Spoof = "neutron-openvswi-s6ef565e0-4";

    [SkippableTheory]
    [InlineData("states/sg-rules", "cmp1")]
    [InlineData("states/sg-rules", "cmp2")]
    [InlineData("states/sg-rules", "ctl")]
    [InlineData("faults/mtu-underlay", "cmp1")]
    [InlineData("faults/wrong-vlan-tag", "cmp1")]
    public void A_healthy_firewall_has_no_difference(string state, string node)
    {
        var comparison = RecordedIntent.Of(state, node).Compare();
        Assert.Empty(comparison.Findings);
        Assert.Empty(comparison.Notes);
    }

    [SkippableFact]
    public void The_recorded_fault_is_the_only_difference_and_names_the_api_s_rule()
    {
        var finding = Assert.Single(RecordedIntent.Of("faults/sg-rule-missing", "cmp1").Compare().Findings);
        Assert.Equal(("missing-rule", Web1In), (finding.Id, finding.Chain));
        Assert.Contains("web1-0", Assert.Single(finding.Ports), StringComparison.Ordinal);
        Assert.Contains(finding.Evidence, e => e.Contains("from group sg-web", StringComparison.Ordinal));
        Assert.Contains("-p tcp -m tcp --dport 22 -j RETURN", finding.Fix, StringComparison.Ordinal);
    }

    /// <summary>Each rule of the ports' chains and of the frame: without it one thing differs, and the finding is about that chain.</summary>
    [SkippableFact]
    public void No_rule_of_the_agent_s_can_be_dropped_unnoticed()
    {
        var node = Healthy();
        foreach (var tool in new[] { V4, "ip6tables-save" })
        {
            var text = node.Snapshot.Firewall.Single(f => f.Tool == tool && f.Namespace.Length == 0).Text;
            foreach (var rule in text.Split('\n').Where(l => l.Contains("-A ", StringComparison.Ordinal)))
            {
                var findings = node.WithLine(tool, l => l == rule, _ => null).Compare().Findings;
                Assert.True(findings.Count == 1, $"{tool}: {rule}: {findings.Count} findings: {string.Join("; ", findings.Select(f => f.What))}");
            }
        }
    }

    [SkippableTheory]
    [InlineData("--dport 22 ", "--dport 23 ", "changed-rule")]
    [InlineData("-p tcp -m tcp --dport 22 ", "", "changed-rule")]
    [InlineData("-p icmp ", "-s 10.0.0.0/8 -p icmp ", "changed-rule")]
    [InlineData("--dports 8000:8010", "--dports 8000:8011", "changed-rule")]
    [InlineData("-s 10.1.0.0/24 ", "-s 10.1.0.0/25 ", "changed-rule")]
    [InlineData("-p icmp -j RETURN", "-p icmp -j DROP", "changed-rule")]
    [InlineData("--state INVALID", "--state NEW", "missing-rule")]
    public void A_rule_made_wider_narrower_or_other_is_found(string was, string now, string id)
    {
        var node = Healthy().WithLine(
            V4, l => l.Contains($"-A {Web1In} ", StringComparison.Ordinal) && l.Contains(was, StringComparison.Ordinal),
            l => l.Replace(was, now, StringComparison.Ordinal));
        var finding = Assert.Single(node.Compare().Findings);
        Assert.Equal((id, Web1In, IPFamily.IPv4), (finding.Id, finding.Chain, finding.Family));
    }

    [SkippableTheory]
    [InlineData("fa:16:3e:4c:21:be", "fa:16:3e:4c:21:bf")]
    [InlineData("10.1.0.11/32", "10.1.0.99/32")]
    [InlineData("-s 10.1.0.11/32 ", "")]
    public void A_spoof_filter_with_a_wrong_address_is_found(string was, string now)
    {
        var node = Healthy().WithLine(
            V4, l => l.Contains($"-A {Web1Spoof} ", StringComparison.Ordinal) && l.Contains(was, StringComparison.Ordinal),
            l => l.Replace(was, now, StringComparison.Ordinal));
        var finding = Assert.Single(node.Compare().Findings);
        Assert.Equal(("changed-rule", Web1Spoof), (finding.Id, finding.Chain));
    }

    [SkippableFact]
    public void A_rule_before_its_guard_is_found()
    {
        // "allow everything out" moved to the front of the egress chain: the spoof filter is never asked
        var node = Healthy().With(V4, text =>
        {
            var lines = text.Split('\n').ToList();
            var all = lines.First(l => l.EndsWith($"-A {Web1Out} -j RETURN", StringComparison.Ordinal));
            lines.Remove(all);
            lines.Insert(lines.FindIndex(l => l.Contains($"-A {Web1Out} ", StringComparison.Ordinal)), all);
            return string.Join('\n', lines);
        });
        var finding = Assert.Single(node.Compare().Findings);
        Assert.Equal(("reordered-rules", Web1Out), (finding.Id, finding.Chain));
        Assert.Contains("forbid", finding.Consequence, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void An_emptied_chain_is_one_finding()
    {
        var node = Healthy().With(V4, text => string.Join('\n', text.Split('\n').Where(l =>
            !l.Contains($"-A {Web1In} ", StringComparison.Ordinal))));
        var finding = Assert.Single(node.Compare().Findings);
        Assert.Equal(("empty-chain", Web1In), (finding.Id, finding.Chain));
    }

    [SkippableTheory]
    [InlineData("-A FORWARD -s 10.1.0.0/24 -j DROP", true)]
    [InlineData("-A FORWARD -j ACCEPT", true)]
    [InlineData("-A FORWARD -m physdev --physdev-in tap6ef565e0-4a -p tcp -m tcp --dport 25 -j REJECT --reject-with icmp-port-unreachable", true)]
    [InlineData("-A FORWARD -i docker0 -j DROP", false)]
    [InlineData("-A FORWARD -m physdev --physdev-in vnet7 -j DROP", false)]
    [InlineData("-A FORWARD -s 10.1.0.0/24 -j LOG --log-prefix \"web \"", false)]
    [InlineData("-A FORWARD ! -i qbr+ -j DROP", false)]
    public void A_foreign_rule_before_Neutron_s_chains_is_found_where_it_can_decide(string rule, bool isFound)
    {
        var node = Healthy().WithLine(V4, l => l.Contains("-A FORWARD -j neutron-filter-top", StringComparison.Ordinal), l => $"{rule}\n{l}");
        var findings = node.Compare().Findings;
        if (!isFound)
        {
            Assert.Empty(findings);
            return;
        }
        var finding = Assert.Single(findings);
        Assert.Equal(("foreign-rule", "FORWARD"), (finding.Id, finding.Chain));
    }

    [SkippableFact]
    public void A_drop_in_another_table_is_found()
    {
        var node = Healthy().WithLine(V4, l => l.StartsWith(":neutron-openvswi-OUTPUT", StringComparison.Ordinal),
            l => $"{l}").With(V4, text => text.Replace(
                "*filter\n", "*mangle\n:PREROUTING ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n-A FORWARD -p icmp -j DROP\nCOMMIT\n*filter\n",
                StringComparison.Ordinal));
        var finding = Assert.Single(node.Compare().Findings);
        Assert.Equal(("foreign-drop", "mangle", "FORWARD"), (finding.Id, finding.Table, finding.Chain));
    }

    [SkippableFact]
    public void Forward_s_policy_hurts_no_port() => Assert.Empty(Healthy().With(
        V4, t => t.Replace(":FORWARD ACCEPT", ":FORWARD DROP", StringComparison.Ordinal)).Compare().Findings);

    [SkippableTheory]
    [InlineData("add NIPv4484ec7f8-6eab-4ae7-a0f5- 10.7.0.12\n", "")]
    [InlineData("add NIPv4484ec7f8-6eab-4ae7-a0f5- 10.7.0.12\n", "add NIPv4484ec7f8-6eab-4ae7-a0f5- 10.7.0.13\n")]
    [InlineData("add NIPv4484ec7f8-6eab-4ae7-a0f5- 10.7.0.12\n", "add NIPv4484ec7f8-6eab-4ae7-a0f5- 10.7.0.12\nadd NIPv4484ec7f8-6eab-4ae7-a0f5- 10.9.0.0/16\n")]
    public void A_moved_member_of_a_set_is_found(string was, string now)
    {
        var finding = Assert.Single(Healthy().With(Sets, t => t.Replace(was, now, StringComparison.Ordinal)).Compare().Findings);
        Assert.Equal("set-drift", finding.Id);
        Assert.Contains("sg-web", finding.Consequence, StringComparison.Ordinal);
        Assert.Contains(finding.Ports, p => p.StartsWith("db1-0", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void Bridge_filtering_switched_off_is_found()
    {
        var node = Healthy();
        var spaces = node.Snapshot.Namespaces.Select(n => n.Name.Length > 0 ? n : n with
        {
            Sysctls = n.Sysctls.ToDictionary(s => s.Key, s => s.Key == "net.bridge.bridge-nf-call-iptables" ? "0" : s.Value),
        });
        var finding = Assert.Single((node with { Snapshot = node.Snapshot with { Namespaces = [.. spaces] } }).Compare().Findings);
        Assert.Equal(("bridge-filter-off", IPFamily.IPv4), (finding.Id, finding.Family));
        Assert.Contains("sysctl -w net.bridge.bridge-nf-call-iptables=1", finding.Fix, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("--physdev-in tap6ef565e0-4a", "--zone 4099", "--zone 4100", "wrong-zone")]
    [InlineData("--physdev-in qvb6ef565e0-4a", "--zone 4099", "--zone 9999", "wrong-zone")]
    [InlineData("--physdev-in tap6ef565e0-4a", "--zone 4099", "--notrack", "wrong-tracking")]
    public void A_wrong_zone_is_found(string device, string was, string now, string id) => Assert.Equal(id, Assert.Single(Healthy().WithLine(
        V4, l => l.Contains(device, StringComparison.Ordinal) && l.Contains(was, StringComparison.Ordinal),
        l => l.Replace(was, now, StringComparison.Ordinal)).Compare().Findings).Id);

    [SkippableFact]
    public void Two_ports_in_one_zone_are_found() => Assert.Equal("shared-zone", Assert.Single(Healthy().With(
        V4, t => t.Replace("--zone 4099", "--zone 4100", StringComparison.Ordinal)).Compare().Findings).Id);

    private static RecordedIntent Healthy() => RecordedIntent.Of("states/sg-rules", "cmp1");
}
