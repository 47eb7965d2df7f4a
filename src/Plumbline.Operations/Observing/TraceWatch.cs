using Plumbline.Diagnosis.Observing;
using Plumbline.Diagnosis.Tracing;
using Plumbline.Linux;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources;

namespace Plumbline.Operations.Observing;

/// <summary>
/// The live half of <c>plumb trace --live</c>: sends the probes, waits, reads the counters again. The only packets that it makes are the
/// probes' echoes, and ARP for them.
/// </summary>
public static class TraceWatch
{
    /// <summary>What must have been read of a node before, too.</summary>
    public const SnapshotScope Counters = SnapshotScope.Topology | SnapshotScope.Firewall | SnapshotScope.Switching;

    /// <summary>Echoes a probe.</summary>
    public const int EchoCount = 5;

    /// <summary>ovs-vswitchd adds the datapath's counts to its flows every half second (max-revalidator), later when it is busy.</summary>
    private static readonly TimeSpan _settle = TimeSpan.FromSeconds(1.2);

    /// <summary>Watches.</summary>
    /// <param name="result">The question's answer.</param>
    /// <param name="nodes">The nodes, in the trace's order.</param>
    /// <param name="plan">What to send.</param>
    /// <param name="duration">From now to the second reading; longer where the probes take longer.</param>
    /// <param name="cancellationToken">Ends the probes and the watching.</param>
    /// <exception cref="LinuxException">A namespace cannot be entered.</exception>
    public static async Task<TraceObservation> RunAsync(
        TraceResult result, IReadOnlyList<ObservedNode> nodes, TraceProbePlan plan, TimeSpan duration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(plan);
        var started = DateTimeOffset.UtcNow;
        var until = Environment.TickCount64 + (long)duration.TotalMilliseconds;
        var sent = new List<Task<ProbeAnswer>>();
        foreach (var probe in plan.Probes)
        {
            var node = nodes.First(n => n.Name == probe.Node);
            sent.Add(ProbeSender.SendAsync(node.Access, probe, EchoCount, cancellationToken));
        }
        var answers = await Task.WhenAll(sent);
        var left = TimeSpan.FromMilliseconds(Math.Max(0, until - Environment.TickCount64));
        await Task.Delay(answers.Length > 0 && left < _settle ? _settle : left, cancellationToken);
        var after = new List<NodeSnapshot>();
        foreach (var node in nodes)
        {
            after.Add(await LiveNode.ReadAsync(node.Access, Counters, cancellationToken));
        }
        var before = nodes.Select(n => n.Before).ToList();
        return TraceObserver.Join(result, before, after, plan, answers, DateTimeOffset.UtcNow - (before[0].TakenAt ?? started));
    }
}
