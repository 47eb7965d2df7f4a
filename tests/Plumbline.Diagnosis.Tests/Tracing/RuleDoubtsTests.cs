using Plumbline.Diagnosis.Tests.Checking;
using Plumbline.Diagnosis.Tracing;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Tests.Tracing;

/// <summary>Rules that go by a rate, a count or chance: neither end is taken, both are told.</summary>
public sealed class RuleDoubtsTests
{
    private const string First = "-A neutron-openvswi-o6ef565e0-4 ";

    [SkippableTheory]
    [InlineData("-m limit --limit 5/sec -j DROP", "limit")]
    [InlineData("-m hashlimit --hashlimit-above 5/sec --hashlimit-name x --hashlimit-mode srcip -j DROP", "hashlimit")]
    [InlineData("-m statistic --mode random --probability 0.5 -j DROP", "statistic")]
    [InlineData("-m recent --rcheck --seconds 60 --name y -j DROP", "recent")]
    [InlineData("-m quota ! --quota 1000 -j DROP", "quota")]
    public void Both_ends_of_a_rule_of_rate_or_chance_are_told(string rule, string module)
    {
        var answer = Ask(rule);
        Assert.Equal(TraceVerdict.Unknown, answer.Verdict);
        var doubt = Assert.Single(answer.Unknowns, u => u.Contains(module, StringComparison.Ordinal));
        Assert.Contains("dropped by filter neutron-openvswi-o6ef565e0-4 rule 1", doubt, StringComparison.Ordinal);
        Assert.Contains(": goes on", doubt, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_rate_that_changes_nothing_is_no_doubt() =>
        Assert.Equal(TraceVerdict.Delivered, Ask("-m limit --limit 5/sec -j LOG").Verdict);

    private static TraceResult Ask(string rule)
    {
        var isAdded = false;
        var planted = Deployment.Healthy.Rules("cmp1", "iptables-save", line =>
        {
            if (isAdded || !line.Contains(First, StringComparison.Ordinal))
            {
                return line;
            }
            isAdded = true;
            return $"[0:0] {First}{rule}\n{line}";
        });
        return new Tracer([.. planted.Nodes.Values.Select(Topology.Build)], planted.Cloud())
            .Ask(new() { From = "tap6ef565e0-4a", To = "tap92263e04-39", Protocol = 6, DestinationPort = 3306 });
    }
}
