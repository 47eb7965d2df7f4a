using System.Globalization;
using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Symbolic;

public sealed partial class RulesetDifference
{
    /// <summary>What was not proved is tried packet by packet: a packet that fares otherwise is a difference, none is no proof.</summary>
    private void SampleLeft()
    {
        if (_left.Count == 0)
        {
            return;
        }
        var budget = _budget with { MaxTime = _budget.MaxTime / _left.Count, MaxSamples = Math.Max(200, _budget.MaxSamples / _left.Count) };
        var one = new SampleRun(_one.Rulesets, _one.Sets, _one.Addresses, budget);
        var other = new SampleRun(_other.Rulesets, _other.Sets, _other.Addresses, budget);
        foreach (var (table, chain, devices, proved) in _left)
        {
            var tried = Sample(table, chain, devices, one, other);
            var parts = proved.Count == 0 ? "" : $"proved for {string.Join(", ", proved)}; the rest ";
            _unproved.Add(string.Create(
                CultureInfo.InvariantCulture, $"{table} {chain}: {parts}sampled, not proved ({tried} packets tried)"));
        }
    }

    private int Sample(string table, string chain, Devices devices, SampleRun one, SampleRun other)
    {
        var tried = 0;
        HookPoint[] points = devices.Point is { } given ? [given] : [.. PointsOf(_one.Chains(table, chain), _other.Chains(table, chain), table, devices.Hook)
            .DefaultIfEmpty(new(devices.Hook, devices.Hook is Hook.Output or Hook.Postrouting ? null : "another0", devices.Hook is Hook.Prerouting or Hook.Input ? null : "another0"))];
        var seen = new HashSet<(DecidingRule?, DecidingRule?)>();
        var ways = Array.ConvertAll(points, p => (one.Rules.Resolve(PacketPath.At(p)), other.Rules.Resolve(PacketPath.At(p))));
        // the packets of both rulesets' boundaries, in turns
        foreach (var (header, connection) in one.Draw(isFresh: false).Concat(other.Draw(isFresh: false)))
        {
            var at = tried++ % points.Length;
            var entry = ConntrackTable.Assume(connection);
            var (had, has) = (one.Rules.Decide(ways[at].Item1, in header, entry), other.Rules.Decide(ways[at].Item2, in header, entry));
            if (had.Outcome == has.Outcome || had.Outcome == Outcome.Depends || has.Outcome == Outcome.Depends
                || _differences.Count >= MostDifferences || !seen.Add((one.RuleOf(had), other.RuleOf(has))))
            {
                continue;
            }
            _differences.Add(new()
            {
                Table = table,
                Chain = chain,
                First = had.Outcome == Outcome.Passed ? "ACCEPT" : "DROP",
                Second = has.Outcome == Outcome.Passed ? "ACCEPT" : "DROP",
                FirstBy = one.RuleOf(had),
                SecondBy = other.RuleOf(has),
                IsWithdrawn = had.Outcome == Outcome.Passed,
                Packets = new([], false),
                Example = new() { Header = header, Connection = connection, Point = points[at] },
                IsCertain = true,
                IsSampled = true,
            });
        }
        return tried;
    }
}
