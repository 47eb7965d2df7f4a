using Plumbline.Diagnosis.Comparing;
using Plumbline.Diagnosis.Firewalls;
using Plumbline.Iptables;

namespace Plumbline.Diagnosis.Tests.Comparing;

/// <summary>Each kind of finding of <c>plumb diff</c>, planted once: it is found, and nothing else.</summary>
public sealed class FindingKindTests
{
    private const string V4 = "iptables-save";
    private const string V6 = "ip6tables-save";
    private const string Sets = "ipset save";
    private const string Web1In = "neutron-openvswi-i6ef565e0-4";
    private const string Group = "NIPv4484ec7f8-6eab-4ae7-a0f5-";

    [SkippableFact]
    public void A_chain_that_is_gone()
    {
        var node = Healthy().With(V4, text => string.Join('\n', text.Split('\n').Where(l =>
            !l.Contains(Web1In, StringComparison.Ordinal))));
        var findings = node.Compare().Findings;
        var seen = string.Join("; ", findings.Select(f => $"{f.Id} {f.Chain}"));
        Assert.True(findings.Any(f => f.Id == "missing-chain" && f.Chain == Web1In), seen);
    }

    [SkippableFact]
    public void Chains_of_a_port_that_left()
    {
        var node = Healthy().With(V4, text => text.Replace(
            $":{Web1In} - ", $":neutron-openvswi-i0badcafe-0 - [0:0]\n:neutron-openvswi-o0badcafe-0 - [0:0]\n:{Web1In} - ", StringComparison.Ordinal));
        var finding = Assert.Single(node.Compare().Findings.DistinctBy(f => f.Id));
        Assert.Equal(("stale-chain", false), (finding.Id, finding.HasEffect));
        Assert.Contains("0badcafe-0", finding.What, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_rule_too_many()
    {
        var node = Healthy().WithLine(
            V4, l => l.Contains($"-A {Web1In} ", StringComparison.Ordinal) && l.Contains("--dport 22 ", StringComparison.Ordinal),
            l => $"{l}\n-A {Web1In} -p tcp -m tcp --dport 3389 -j RETURN");
        var finding = Assert.Single(node.Compare().Findings);
        Assert.Equal(("extra-rule", Web1In), (finding.Id, finding.Chain));
        Assert.Contains(finding.Evidence, e => e.Contains("--dport 3389", StringComparison.Ordinal));
        Assert.Contains("-D", finding.Fix, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_set_that_is_not_there()
    {
        var node = Healthy().With(Sets, text => string.Join('\n', text.Split('\n').Where(l => !l.Contains(Group, StringComparison.Ordinal))));
        var finding = Assert.Single(node.Compare().Findings);
        Assert.Equal(("missing-set", IPFamily.IPv4), (finding.Id, finding.Family));
        Assert.Contains(Group, finding.What, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_set_of_another_type()
    {
        var node = Healthy().With(Sets, text => text.Replace($"create {Group} hash:net family inet", $"create {Group} hash:net,port family inet", StringComparison.Ordinal));
        Assert.Contains(node.Compare().Findings, f => f.Id == "wrong-set-type" && f.What.Contains(Group, StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData("net.bridge.bridge-nf-call-iptables", IPFamily.IPv4)]
    [InlineData("net.bridge.bridge-nf-call-ip6tables", IPFamily.IPv6)]
    public void A_bridge_filter_that_is_off(string sysctl, IPFamily family)
    {
        var finding = Assert.Single(WithSysctls(s => s.Where(p => p.Key != sysctl).Append(new(sysctl, "0"))).Compare().Findings);
        Assert.Equal(("bridge-filter-off", family), (finding.Id, finding.Family));
        Assert.Equal($"{sysctl} is 0", finding.What);
    }

    [SkippableFact]
    public void The_bridge_filter_s_module_not_loaded()
    {
        var node = WithSysctls(s => s.Where(p => !p.Key.StartsWith("net.bridge.bridge-nf-call-ip", StringComparison.Ordinal)));
        var findings = node.Compare().Findings;
        Assert.Equal(["bridge-filter-off", "bridge-filter-off"], findings.Select(f => f.Id));
        Assert.All(findings, f => Assert.StartsWith("modprobe br_netfilter; ", f.Fix, StringComparison.Ordinal));
    }

    [SkippableFact]
    public void A_port_without_a_zone()
    {
        var node = Healthy().With(V4, text => string.Join('\n', text.Split('\n').Where(l =>
            !(l.Contains("--zone 4099", StringComparison.Ordinal) && l.Contains("6ef565e0-4a", StringComparison.Ordinal)))));
        var findings = node.Compare().Findings;
        Assert.Contains(findings, f => f.Id == "missing-zone" && f.Table == "raw");
        Assert.All(findings, f => Assert.Equal("raw", f.Table));
    }

    [SkippableFact]
    public void A_drop_by_the_other_back_end()
    {
        var node = Healthy();
        node = node with
        {
            Snapshot = node.Snapshot with
            {
                Firewall =
                [
                    .. node.Snapshot.Firewall,
                    node.Snapshot.Firewall.First(f => f.Tool == V4 && f.Namespace.Length == 0) with
                    {
                        Tool = "iptables-legacy-save",
                        Text = "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A FORWARD -p icmp -j DROP\nCOMMIT\n",
                    },
                ],
            },
        };
        var finding = Assert.Single(node.Compare().Findings);
        Assert.Equal(("foreign-drop", "FORWARD"), (finding.Id, finding.Chain));
        Assert.Contains("iptables-legacy", finding.Fix, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_rule_of_IPv6()
    {
        var node = Healthy().WithLine(V6, l => l.Contains($"-A {Web1In} ", StringComparison.Ordinal)
            && l.Contains("-p ipv6-icmp -j RETURN", StringComparison.Ordinal), _ => null);
        var finding = Assert.Single(node.Compare().Findings);
        Assert.Equal(("missing-rule", IPFamily.IPv6, Web1In), (finding.Id, finding.Family, finding.Chain));
        Assert.StartsWith("ip6tables -I ", finding.Fix, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Every_finding_has_evidence_an_effect_and_a_fix()
    {
        var node = Healthy().With(V4, text => text.Replace("--dport 22 ", "--dport 23 ", StringComparison.Ordinal)
            .Replace("--zone 4099", "--zone 4100", StringComparison.Ordinal)).With(Sets, _ => "");
        var findings = node.Compare().Findings;
        Assert.True(findings.Count > 2);
        Assert.All(findings, f => Assert.True(f.Evidence.Count > 0 && f.Consequence.Length > 0 && f.Fix.Length > 0, f.Id));
    }

    [SkippableTheory]
    [InlineData("changed-rule", "--dport 22 ", "--dport 23 ")]
    [InlineData("changed-policy", ":FORWARD ACCEPT", ":FORWARD DROP")]
    [InlineData("extra-chain", ":neutron-openvswi-sg-chain ", ":added - [0:0]\n:neutron-openvswi-sg-chain ")]
    [InlineData("missing-rule", "-A neutron-openvswi-i6ef565e0-4 -p icmp -j RETURN\n", "")]
    public void Two_rulesets_differ_by_what_was_done_to_one(string id, string was, string now)
    {
        var (one, other) = (Healthy(), Healthy().With(V4, t => t.Replace(was, now, StringComparison.Ordinal)));
        var findings = Between(one, other).Findings;
        Assert.NotEmpty(findings);
        Assert.All(findings, f => Assert.Equal(id, f.Id));
        Assert.Empty(Between(one, one).Findings);
    }

    [SkippableFact]
    public void Two_rulesets_with_another_set_or_sysctl_differ()
    {
        var drift = Healthy().With(Sets, t => t.Replace($"add {Group} 10.7.0.12\n", "", StringComparison.Ordinal));
        Assert.Equal("set-drift", Assert.Single(Between(Healthy(), drift).Findings).Id);
        var off = WithSysctls(s => s.Select(p => p.Key == "net.bridge.bridge-nf-call-iptables" ? new(p.Key, "0") : p));
        Assert.Equal("bridge-filter-off", Assert.Single(Between(Healthy(), off).Findings).Id);
    }

    private static FirewallComparison Between(RecordedIntent one, RecordedIntent other) =>
        FirewallComparer.Between(NodeRules.Read(one.Snapshot), NodeRules.Read(other.Snapshot));

    private static RecordedIntent WithSysctls(Func<IEnumerable<KeyValuePair<string, string>>, IEnumerable<KeyValuePair<string, string>>> change)
    {
        var node = Healthy();
        return node with
        {
            Snapshot = node.Snapshot with
            {
                Namespaces = [.. node.Snapshot.Namespaces.Select(n => n.Name.Length > 0 ? n : n with { Sysctls = change(n.Sysctls).ToDictionary() })],
            },
        };
    }

    private static RecordedIntent Healthy() => RecordedIntent.Of("states/sg-rules", "cmp1");
}
