using Plumbline.Linux;
using Plumbline.Node.Facts;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Mirrors;

/// <summary>What a node's snapshot says about its mirrors: each one, and what captures left behind.</summary>
/// <param name="Mirrors">Every mirror, by bridge, then name, then UUID.</param>
/// <param name="Leftovers">Monitor ports and devices that no mirror uses, by bridge, namespace and name.</param>
public sealed partial record MirrorAssessment(IReadOnlyList<MirrorReport> Mirrors, IReadOnlyList<MonitorLeftover> Leftovers)
{
    /// <summary>
    /// Judges the mirrors of <paramref name="snapshot"/>. Whether a process lives is no fact of a snapshot, nor is the time: both are given.
    /// </summary>
    /// <param name="snapshot">The node.</param>
    /// <param name="isAlive">Whether the process that a mark names still runs; for a file from another machine: always true.</param>
    /// <param name="now">The time that leases are compared with.</param>
    public static MirrorAssessment Assess(NodeSnapshot snapshot, Func<ProcessIdentity, bool> isAlive, DateTimeOffset now) =>
        Assess(Topology.Build(snapshot), isAlive, now);

    /// <summary>As the other overload, for a caller who has the topology already.</summary>
    public static MirrorAssessment Assess(Topology topology, Func<ProcessIdentity, bool> isAlive, DateTimeOffset now)
    {
        var judge = new MirrorJudge(topology, isAlive, now);
        return new(judge.ListMirrors(), judge.ListLeftovers());
    }
}
