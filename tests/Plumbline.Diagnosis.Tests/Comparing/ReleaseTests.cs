using System.Text;
using Plumbline.Diagnosis.Comparing;
using Plumbline.Diagnosis.Firewalls;
using Plumbline.Neutron.SecurityGroups;

namespace Plumbline.Diagnosis.Tests.Comparing;

/// <summary>Which release of Neutron wrote the rules is seen by the rules.</summary>
public sealed class ReleaseTests
{
    [SkippableTheory]
    [InlineData(NeutronRelease.Juno, NeutronRelease.Juno)]
    [InlineData(NeutronRelease.Kilo, NeutronRelease.Kilo)]
    [InlineData(NeutronRelease.Liberty, NeutronRelease.Liberty)]
    [InlineData(NeutronRelease.Mitaka, NeutronRelease.Mitaka)]
    [InlineData(NeutronRelease.Newton, NeutronRelease.Newton)]
    [InlineData(NeutronRelease.Ocata, NeutronRelease.Ocata)]
    [InlineData(NeutronRelease.Pike, NeutronRelease.Zed)]
    [InlineData(NeutronRelease.Ussuri, NeutronRelease.Zed)]
    [InlineData(NeutronRelease.Zed, NeutronRelease.Zed)]
    [InlineData(NeutronRelease.Release2024_1, NeutronRelease.Release2024_1)]
    [InlineData(NeutronRelease.Release2026_1, NeutronRelease.Release2024_1)]
    public void A_node_of_each_release_is_known_and_has_no_difference(NeutronRelease written, NeutronRelease known)
    {
        var comparison = As(written).Compare();
        Assert.Equal((known, ReleaseOrigin.Rules), (comparison.Release, comparison.ReleaseBy));
        Assert.Empty(comparison.Findings.Select(f => $"{f.Id} {f.What} {string.Join(" | ", f.Evidence)}"));
    }

    [SkippableTheory]
    [InlineData(NeutronRelease.Kilo)]
    [InlineData(NeutronRelease.Newton)]
    [InlineData(NeutronRelease.Release2024_1)]
    public void A_fault_does_not_hide_as_another_release(NeutronRelease release)
    {
        var node = As(release).WithLine(
            "iptables-save", l => l.StartsWith("-A neutron-openvswi-i6ef565e0-4 ", StringComparison.Ordinal)
                && l.Contains("--dport 22 ", StringComparison.Ordinal), _ => null);
        var comparison = node.Compare();
        Assert.Equal(release, comparison.Release);
        Assert.Equal("missing-rule", Assert.Single(comparison.Findings).Id);
    }

    [SkippableFact]
    public void What_is_said_counts_more_than_what_is_seen()
    {
        var node = As(NeutronRelease.Newton);
        var comparison = FirewallComparer.AgainstIntent(
            node.Snapshot, NodeRules.Read(node.Snapshot), node.Intent, release: NeutronRelease.Zed);
        Assert.Equal((NeutronRelease.Zed, ReleaseOrigin.Given), (comparison.Release, comparison.ReleaseBy));
        Assert.NotEmpty(comparison.Findings);
    }

    [SkippableFact]
    public void Without_the_agent_s_rules_nothing_tells_and_that_is_said()
    {
        var node = Healthy().With("iptables-save", _ => "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n")
            .With("ip6tables-save", _ => "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n");
        var comparison = node.Compare();
        Assert.Equal((NeutronRelease.Zed, ReleaseOrigin.Default), (comparison.Release, comparison.ReleaseBy));
        Assert.Equal(["no-agent-chains", "no-agent-chains"], comparison.Findings.Select(f => f.Id));
    }

    private static RecordedIntent Healthy() => RecordedIntent.Of("states/sg-rules", "cmp1");

    /// <summary>The healthy node with the rules that an agent of that release would have written.</summary>
    private static RecordedIntent As(NeutronRelease release)
    {
        var node = Healthy();
        var ports = node.Intent.Ports.Where(p => p.Host?.Split('.')[0] == node.Snapshot.Host?.Split('.')[0]).Select(p => p.Port).ToList();
        var compiled = HybridFirewall.Compile(
            ports, [.. node.Intent.Groups.Select(g => g.Group)], new() { Release = release });
        return node.With("iptables-save", _ => SaveOf(compiled.IPv4)).With("ip6tables-save", _ => SaveOf(compiled.IPv6))
            .With("ipset save", _ => compiled.ToIPSetText());
    }

    private static string SaveOf(IReadOnlyList<IptablesTable> tables)
    {
        var text = new StringBuilder();
        foreach (var table in tables)
        {
            text.Append('*').Append(table.Name).Append('\n');
            foreach (var chain in table.Chains.Keys)
            {
                text.Append(':').Append(chain).Append(chain.All(char.IsAsciiLetterUpper) ? " ACCEPT [0:0]\n" : " - [0:0]\n");
            }
            foreach (var (chain, rules) in table.Chains)
            {
                foreach (var rule in rules)
                {
                    text.Append("-A ").Append(chain).Append(' ').Append(rule).Append('\n');
                }
            }
            text.Append("COMMIT\n");
        }
        return text.ToString();
    }
}
