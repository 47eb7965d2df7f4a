namespace Plumbline.Diagnosis.Tests.Comparing;

/// <summary>What means the same is no difference.</summary>
public sealed class EquivalenceTests
{
    private const string V4 = "iptables-save";
    private const string Web1In = "neutron-openvswi-i6ef565e0-4";

    [SkippableFact]
    public void Group_rules_in_another_order() => Same(text => Reversed(text, l =>
        l.Contains($"-A {Web1In} ", StringComparison.Ordinal) && l.EndsWith("-j RETURN", StringComparison.Ordinal)));

    [SkippableFact]
    public void Ports_in_another_order() => Same(text => Reversed(Reversed(text,
        l => l.Contains("-A neutron-openvswi-FORWARD ", StringComparison.Ordinal)),
        l => l.Contains("-A neutron-openvswi-sg-chain ", StringComparison.Ordinal) && !l.EndsWith("-j ACCEPT", StringComparison.Ordinal)));

    [SkippableFact]
    public void Zones_dealt_anew_by_a_restarted_agent() => Same(text =>
    {
        for (var zone = 4102; zone >= 4097; zone--)
        {
            text = text.Replace($"--zone {zone}", $"--zone {zone + 40}", StringComparison.Ordinal);
        }
        return text;
    });

    [SkippableFact]
    public void A_prefix_cut_in_two() => Same(text => Replaced(text, $"-A {Web1In} -s 10.1.0.0/24 ", l =>
        l.Replace("10.1.0.0/24", "10.1.0.0/25", StringComparison.Ordinal) + "\n" + l.Replace("10.1.0.0/24", "10.1.0.128/25", StringComparison.Ordinal)));

    [SkippableFact]
    public void A_port_range_cut_in_two() => Same(text => Replaced(text, $"-A {Web1In} -s 10.1.0.0/24 ", l =>
        l.Replace("8000:8010", "8000:8004", StringComparison.Ordinal) + "\n" + l.Replace("8000:8010", "8005:8010", StringComparison.Ordinal)));

    [SkippableFact]
    public void A_rule_written_twice() => Same(text => Replaced(text, $"-A {Web1In} -p icmp ", l => $"{l}\n{l}"));

    [SkippableFact]
    public void Rules_without_comments() => Same(text => string.Join('\n', text.Split('\n').Select(l =>
    {
        var start = l.IndexOf(" -m comment --comment \"", StringComparison.Ordinal);
        return start < 0 ? l : l[..start] + l[(l.LastIndexOf('"') + 1)..];
    })));

    [SkippableFact]
    public void State_asked_of_conntrack() => Same(text => text.Replace("-m state --state", "-m conntrack --ctstate", StringComparison.Ordinal));

    [SkippableFact]
    public void A_set_s_members_one_by_one() => Same(text => Replaced(text, "--dport 3306", l => string.Join('\n',
        new[] { "10.7.0.12", "10.7.0.11", "10.1.0.11", "10.1.0.12", "10.2.0.12" }.Select(m => l.Replace("-p tcp", $"-s {m}/32 -p tcp", StringComparison.Ordinal)
            .Replace("-m set --match-set NIPv4484ec7f8-6eab-4ae7-a0f5- src ", "", StringComparison.Ordinal)))));

    [SkippableFact]
    public void Members_joined_to_a_prefix()
    {
        var node = RecordedIntent.Of("states/sg-rules", "cmp1").With("ipset save", t => t
            .Replace("add NIPv4e95779ea-0376-4325-86a2- 10.1.0.12", "add NIPv4e95779ea-0376-4325-86a2- 10.1.0.12/32", StringComparison.Ordinal));
        Assert.Empty(node.Compare().Findings);
    }

    private static void Same(Func<string, string> change)
    {
        var node = RecordedIntent.Of("states/sg-rules", "cmp1");
        var changed = node.With(V4, change);
        Assert.NotEqual(node.Snapshot.Firewall.Select(f => f.Text), changed.Snapshot.Firewall.Select(f => f.Text));
        var findings = changed.Compare().Findings;
        Assert.True(findings.Count == 0, string.Join('\n', findings.Select(f => $"{f.Id} {f.What}: {string.Join(" | ", f.Evidence)}")));
        // and as two rulesets
        var between = Plumbline.Diagnosis.Comparing.FirewallComparer.Between(
            Plumbline.Diagnosis.Firewalls.NodeRules.Read(node.Snapshot), Plumbline.Diagnosis.Firewalls.NodeRules.Read(changed.Snapshot));
        Assert.DoesNotContain(between.Findings, f => !f.Evidence.Any(e => e.Contains("3306", StringComparison.Ordinal)));
    }

    private static string Replaced(string text, string part, Func<string, string> change)
    {
        var lines = text.Split('\n');
        var at = Array.FindIndex(lines, l => l.Contains(part, StringComparison.Ordinal));
        lines[at] = change(lines[at]);
        return string.Join('\n', lines);
    }

    private static string Reversed(string text, Func<string, bool> which)
    {
        var lines = text.Split('\n');
        var places = Enumerable.Range(0, lines.Length).Where(i => which(lines[i])).ToArray();
        var reversed = places.Select(i => lines[i]).Reverse().ToArray();
        for (var i = 0; i < places.Length; i++)
        {
            lines[places[i]] = reversed[i];
        }
        return string.Join('\n', lines);
    }
}
