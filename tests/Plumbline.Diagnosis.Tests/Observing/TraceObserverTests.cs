using Plumbline.Diagnosis.Observing;
using Plumbline.Diagnosis.Tests.Checking;
using Plumbline.Diagnosis.Tracing;
using Plumbline.Node.Facts;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Tests.Observing;

/// <summary>Counters of the recorded deployment raised by hand between two readings, joined to the way that was predicted.</summary>
public sealed class TraceObserverTests
{
    private const string Drop = "-A neutron-openvswi-i6ef565e0-4 -p icmp -j DROP";

    [SkippableFact]
    public void Counters_that_all_rose_and_an_answer_agree()
    {
        var (tracer, before, plan) = Ask(Deployment.Healthy);
        var after = Raised(before, plan.Probes[0].Predicted, _ => true);
        var seen = TraceObserver.Join(plan.Probes[0].Predicted, before, after, plan, [Answer(plan, 5)], TimeSpan.FromSeconds(3));
        Assert.True(seen.Agrees);
        Assert.Contains("5 of 5 echoes answered", seen.Probes[0].Words, StringComparison.Ordinal);
        Assert.Contains(seen.Hops, h => h.IsPassed);
        Assert.Equal(3, tracer.Nodes.Count);
    }

    [SkippableFact]
    public void A_drop_planted_between_the_readings_is_named_where_the_echo_was_counted_last()
    {
        var (_, before, plan) = Ask(Deployment.Healthy);
        // nothing behind the rules of web1's port is counted; the planted rule is
        var after = Raised(before, plan.Probes[0].Predicted, what => !what.Contains("6ef565e0-4", StringComparison.Ordinal) || what.Contains("sg-chain -m physdev --physdev-out", StringComparison.Ordinal));
        var planted = after.Select(s => s.Host == "cmp1" ? s with
        {
            Firewall =
            [
                .. s.Firewall.Select(f => f is { Namespace: "", Tool: "iptables-save" }
                    ? f with { Text = f.Text.Replace("-A neutron-openvswi-i6ef565e0-4 -m state --state RELATED,ESTABLISHED", $"{Drop[3..]}\n[0:0] -A neutron-openvswi-i6ef565e0-4 -m state --state RELATED,ESTABLISHED", StringComparison.Ordinal) } : f),
            ],
        } : s).ToList();
        planted = [.. planted.Select(s => s with
        {
            Firewall = [.. s.Firewall.Select(f => f with { Text = string.Join('\n', f.Text.Split('\n').Select(l =>
                l.EndsWith(Drop[3..], StringComparison.Ordinal) ? "[5:420] " + Drop : l)) })],
        })];
        var seen = TraceObserver.Join(plan.Probes[0].Predicted, before, planted, plan, [Answer(plan, 0)], TimeSpan.FromSeconds(3));
        Assert.False(seen.Agrees);
        var words = seen.Probes[0].Words;
        Assert.Contains("none of 5 echoes answered, though predicted to be", words, StringComparison.Ordinal);
        Assert.Contains(Drop, words, StringComparison.Ordinal);
        Assert.Contains("(+5)", words, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Without_a_probe_nothing_is_said_of_agreement()
    {
        var (_, before, plan) = Ask(Deployment.Healthy);
        var seen = TraceObserver.Join(plan.Probes[0].Predicted, before, before, new([], "--no-probe was said"), [], TimeSpan.FromSeconds(1));
        Assert.Null(seen.Agrees);
        Assert.Equal("--no-probe was said", seen.WhyNoProbe);
        Assert.All(seen.Hops, h => Assert.Empty(h.Rises));
    }

    private static (Tracer Tracer, List<NodeSnapshot> Before, TraceProbePlan Plan) Ask(Deployment deployment)
    {
        var before = deployment.Nodes.Values.ToList();
        var tracer = new Tracer([.. before.Select(Topology.Build)], deployment.Cloud());
        var plan = tracer.PlanProbes(new() { From = "web2", To = "web1", Protocol = 1, SourcePort = 0, DestinationPort = 0 });
        var only = plan.Probes.First(p => p.TargetName.Contains("web1", StringComparison.Ordinal));
        return (tracer, before, new([only], null));
    }

    private static ProbeAnswer Answer(TraceProbePlan plan, int received) => new()
    {
        Probe = plan.Probes[0],
        Sent = 5,
        Received = received,
        RoundTrip = received > 0 ? TimeSpan.FromMilliseconds(0.7) : null,
    };

    /// <summary>The same nodes later: of the way's counters those that may rise did, by five.</summary>
    private static List<NodeSnapshot> Raised(List<NodeSnapshot> before, TraceResult way, Func<string, bool> may)
    {
        var whats = way.Legs.SelectMany(l => l.Hops).SelectMany(h => h.Counters).Select(c => c.What).Where(may).ToHashSet(StringComparer.Ordinal);
        return [.. before.Select(s => s with
        {
            Firewall = [.. s.Firewall.Select(f => f with { Text = string.Join('\n', f.Text.Split('\n').Select(l => Rule(l, whats))) })],
            Switching = s.Switching is null ? null : s.Switching with
            {
                Bridges = [.. s.Switching.Bridges.Select(b => b with { Flows = b.Flows is null ? null : string.Join('\n', b.Flows.Split('\n').Select(l => Flow(l, whats))) })],
            },
        })];
    }

    private static string Rule(string line, HashSet<string> whats)
    {
        var end = line.IndexOf("] -A ", StringComparison.Ordinal);
        return end > 0 && whats.Contains(line[(end + 2)..].Trim()) ? $"[{long.Parse(line[1..line.IndexOf(':', StringComparison.Ordinal)]) + 5}:99999{line[end..]}" : line;
    }

    private static string Flow(string line, HashSet<string> whats)
    {
        var actions = line.IndexOf(" actions=", StringComparison.Ordinal);
        var packets = line.IndexOf("n_packets=", StringComparison.Ordinal);
        if (actions < 0 || packets < 0 || !whats.Any(w => w.EndsWith(line[actions..].Trim(), StringComparison.Ordinal)))
        {
            return line;
        }
        var start = packets + "n_packets=".Length;
        var stop = line.IndexOf(',', start);
        return $"{line[..start]}{long.Parse(line[start..stop]) + 5}{line[stop..]}";
    }
}
