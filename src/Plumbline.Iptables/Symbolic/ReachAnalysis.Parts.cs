using System.Globalization;
using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Symbolic;

public sealed partial class ReachAnalysis
{
    private ReachAnalysis? _other;

    /// <summary>
    /// <see cref="FindPassing"/> or <see cref="FindBlocked"/> that never gives up: what is not proved at once is asked in parts, in
    /// another order, and at last packet by packet.
    /// </summary>
    /// <param name="paths">One after the other, each with a connection of its own.</param>
    /// <param name="query">Which packets.</param>
    /// <param name="passing">True: one that passes all paths; false: one that the first path may hold back.</param>
    public ReachFinding Find(IReadOnlyList<PacketPath> paths, ReachQuery query, bool passing)
    {
        try
        {
            return new(passing ? FindPassing(paths, query) : FindBlocked(paths[0], query), null);
        }
        catch (BudgetExceededException)
        {
            // in parts, then
        }
        foreach (var analysis in new[] { this, Other() })
        {
            SymbolicPacket? found = null;
            var (_, left) = PacketParts.Ask(analysis._engine.Encoder, _budget.Share(0.3), frame =>
            {
                var asked = analysis.Store.And(analysis.Store.And(analysis._fresh, analysis.SetOf(query)), frame);
                foreach (var path in paths)
                {
                    var passed = analysis._engine.Passed(path);
                    asked = passing ? analysis.Store.And(asked, passed) : analysis.Store.Minus(asked, analysis.Space.Must(passed));
                }
                found ??= analysis._engine.Pick(asked, null, analysis.WishesOf(query));
            });
            if (found is not null || left.Count == 0)
            {
                return new(found, null);
            }
        }
        var (sampled, tried) = Samples().Find(paths, query, passing);
        return new(sampled, sampled is not null ? null : string.Create(
            CultureInfo.InvariantCulture, $"the question outgrew its budget: sampled, not proved ({tried} packets tried, none against it)"));
    }

    /// <summary>By protocol and by destination, in both orders; what is left then is tried packet by packet.</summary>
    private ReachReport AskInParts(PacketPath path, ReachQuery query)
    {
        var best = Parts(path, query);
        if (best.Left.Count > 0 && Other().Parts(path, query) is var second && second.Left.Count < best.Left.Count)
        {
            best = second;
        }
        var report = Merge(best.Reports);
        if (best.Left.Count == 0)
        {
            return report;
        }
        var samples = Samples().Along(path, query);
        var proved = best.Proved.Count == 0 ? "nothing is proved" : $"proved for {string.Join(", ", best.Proved)}";
        return report with
        {
            Replies = Passage.Depends,
            IsOpen = false,
            Proved = best.Proved,
            Sampled = samples,
            Unproved = string.Create(
                CultureInfo.InvariantCulture,
                $"the question outgrew its budget: {proved}; for {string.Join(", ", best.Left)}: sampled, not proved ({samples.Tried} packets tried, {samples.Passed} passed)"),
        };
    }

    private (List<string> Proved, List<string> Left, List<ReachReport> Reports) Parts(PacketPath path, ReachQuery query)
    {
        var reports = new List<ReachReport>();
        var (proved, left) = PacketParts.Ask(_engine.Encoder, _budget.Share(0.3), frame => reports.Add(Report(path, query, frame)));
        return (proved, left, reports);
    }

    /// <summary>Classes of one rule are one again.</summary>
    private static ReachReport Merge(List<ReachReport> reports)
    {
        var classes = new List<ReachClass>();
        foreach (var reached in reports.SelectMany(r => r.Classes))
        {
            var same = classes.FindIndex(c => (c.Table, c.Chain, c.Number) == (reached.Table, reached.Chain, reached.Number));
            if (same < 0)
            {
                classes.Add(reached);
                continue;
            }
            classes[same] = classes[same] with
            {
                Packets = new(
                    [.. classes[same].Packets.Boxes.Concat(reached.Packets.Boxes).Distinct()],
                    classes[same].Packets.IsComplete && reached.Packets.IsComplete),
                IsCertain = classes[same].IsCertain && reached.IsCertain,
                DependsOn = [.. classes[same].DependsOn.Concat(reached.DependsOn).Distinct()],
            };
        }
        var replies = reports.Select(r => r.Replies).Distinct().ToList();
        return new()
        {
            Classes = classes,
            Replies = replies is [var only] ? only : replies.Contains(Passage.Depends) || replies.Count == 0 ? Passage.Depends : Passage.Some,
            HeldReplies = new([.. reports.SelectMany(r => r.HeldReplies.Boxes).Distinct()], reports.TrueForAll(r => r.HeldReplies.IsComplete)),
            IsOpen = reports.TrueForAll(r => r.IsOpen),
        };
    }

    private ReachAnalysis Other() => _other ??= new(SymbolicEngine.Create(
        _engine.Table.Rulesets, _sets, _engine.Table.Checks.Addresses, devices: false, _budget, isOtherOrder: true), _sets, _budget);

    private SampleRun Samples() => new(_engine.Table.Rulesets, _sets, _engine.Table.Checks.Addresses, _budget);
}
