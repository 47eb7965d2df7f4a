using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;

namespace Plumbline.Integration.Tests.Firewall;

internal sealed partial class KernelJudge
{
    private Dictionary<(Table Table, Chain Chain, int Number), int>? _numbers;

    /// <summary>Packets about which the rules alone do not decide.</summary>
    public int Undecided { get; private set; }

    /// <summary>How many of these are followed, which takes a look at all counters each; further ones are not sent.</summary>
    public int MostUndecided { get; init; }

    /// <summary>
    /// A limit, a die, a memory decides: the kernel must have taken one of the courses that the simulator names, and counted at every rule
    /// of it and no other.
    /// </summary>
    private async Task<Decision> SendUndecidedAsync(TestPacket packet, ResolvedPath path)
    {
        var before = Flat(await ReadAsync(_node, _family));
        var header = packet.Header;
        var exploration = _compiled.Explore(path, in header, _conntrack, 512);
        var arrived = Ask(packet, false, out var heard);
        var after = Flat(await ReadAsync(_node, _family));
        Undecided++;
        foreach (var course in exploration.Courses)
        {
            if (IsFollowed(course, before, after, packet) && (packet.Way.Kind == TestWayKind.ToHost || IsAlike(course.Decision, arrived)))
            {
                foreach (var (number, (packets, bytes)) in after.Rules)
                {
                    _counters.Packets[number] = packets;
                    _counters.Bytes[number] = bytes;
                }
                foreach (var (number, (packets, bytes)) in after.Policies)
                {
                    _counters.PolicyPackets[number] = packets;
                    _counters.PolicyBytes[number] = bytes;
                }
                _conntrack.Finish(course.Decision, course.Decision.Outcome == Outcome.Passed);
                return course.Decision;
            }
        }
        if (!exploration.IsComplete)
        {
            Assert.Fail($"{Describe(packet, exploration.Courses[0].Decision)}: more than {exploration.Courses.Count} courses");
        }
        var counted = after.Rules.Where(r => r.Value != before.Rules[r.Key]).Select(r => $"{_compiled.PlaceOf(r.Key)} {_compiled.PlaceOf(r.Key).Rule.Text}");
        _differences.Add($"{Describe(packet, exploration.Courses[0].Decision)}\n    none of {exploration.Courses.Count} courses is the kernel's,"
            + $" which {(arrived ? "passed" : "dropped")} it{heard} and counted\n      {string.Join("\n      ", counted)}"
            + $"\n    first course:\n      {string.Join("\n      ", exploration.Courses[0].Steps.Select(s => $"{s.Event} {s.Place} {s.Place?.Rule.Text} {s.Note}"))}");
        return exploration.Courses[0].Decision;
    }

    /// <summary>Whether it depends on something, be it only whether a rule that changes nothing counts.</summary>
    private bool IsUndecided(ResolvedPath path, in PacketHeader header)
    {
        var exploration = _compiled.Explore(path, in header, _conntrack, 2);
        return exploration.Courses.Count > 1 || exploration.Courses[0].Steps.Any(s => s.Event == TraceEvent.MaybePassed);
    }

    private static bool IsAlike(Decision decision, bool arrived) => decision.Outcome == Outcome.Passed == arrived;

    private bool IsFollowed(Course course, Counts before, Counts after, TestPacket packet)
    {
        var rules = new Dictionary<int, int>();
        var policies = new Dictionary<int, int>();
        var open = new HashSet<int>();
        foreach (var step in course.Steps)
        {
            switch (step.Event)
            {
                case TraceEvent.Tracked:
                    break;
                case TraceEvent.PolicyAccepted or TraceEvent.PolicyDropped:
                    var chain = _compiled.FindChain(0, step.Table, step.Chain!.Name);
                    policies[chain] = policies.GetValueOrDefault(chain) + 1;
                    break;
                case TraceEvent.MaybePassed:
                    open.Add(NumberOf(step));
                    break;
                default:
                    var number = NumberOf(step);
                    rules[number] = rules.GetValueOrDefault(number) + 1;
                    break;
            }
        }
        foreach (var (number, (packets, _)) in after.Rules)
        {
            var counted = (int)(packets - before.Rules[number].Packets);
            var expected = rules.GetValueOrDefault(number);
            if (counted != expected && !(open.Contains(number) && counted == expected + 1))
            {
                return false;
            }
        }
        foreach (var (number, (packets, _)) in after.Policies)
        {
            if ((int)(packets - before.Policies[number].Packets) != policies.GetValueOrDefault(number))
            {
                return false;
            }
        }
        return packet.Header.Length > 0;
    }

    private int NumberOf(TraceStep step)
    {
        if (_numbers is null)
        {
            _numbers = [];
            for (var i = 0; i < _compiled.RuleCount; i++)
            {
                var place = _compiled.PlaceOf(i);
                _numbers[(place.Table, place.Chain, place.Number)] = i;
            }
        }
        return _numbers[(step.Place!.Table, step.Place.Chain, step.Place.Number)];
    }

    private Counts Flat(Ruleset now)
    {
        var result = new Counts([], []);
        for (var i = 0; i < _compiled.RuleCount; i++)
        {
            var place = _compiled.PlaceOf(i);
            var counters = now.Find(place.Table.Name)!.Find(place.Chain.Name)!.Rules[place.Number - 1].Counters!.Value;
            result.Rules[i] = (counters.Packets, counters.Bytes);
        }
        foreach (var table in now.Tables)
        {
            foreach (var chain in table.Chains)
            {
                if (chain is { Policy: not null, Counters: { } counters })
                {
                    result.Policies[_compiled.FindChain(0, table.Name, chain.Name)] = (counters.Packets, counters.Bytes);
                }
            }
        }
        return result;
    }

    private sealed record Counts(
        Dictionary<int, (ulong Packets, ulong Bytes)> Rules, Dictionary<int, (ulong Packets, ulong Bytes)> Policies);
}
