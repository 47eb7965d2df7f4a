using Plumbline.OpenFlow.Fields;
using Plumbline.OpenFlow.Simulation;

namespace Plumbline.Integration.Tests.OpenFlow;

/// <summary>Asks the real switch and the simulator about the same packets.</summary>
internal sealed class TraceJudge(TraceSwitch node, IReadOnlyList<BridgeFacts> bridges)
{
    private readonly Simulator _simulator = new(bridges);

    /// <summary>Packets that were asked about.</summary>
    public int Cases { get; private set; }

    /// <summary>Of these, those that left somewhere.</summary>
    public int Forwarded { get; private set; }

    /// <summary>Of these, those of which the simulator said that a fact is missing; they are compared as possibilities.</summary>
    public int Uncertain { get; private set; }

    /// <summary>Of these, those that ran in a circle; they are not compared.</summary>
    public int Loops { get; private set; }

    /// <summary>Of these, those that the connection tracker saw.</summary>
    public int Tracked { get; private set; }

    /// <summary>The test fails where the two do not agree on what leaves where, and on what the connection tracker is told.</summary>
    /// <param name="bridge">Where it comes in.</param>
    /// <param name="packet">As <c>ofproto/trace</c> takes it.</param>
    /// <param name="states">What the connection tracker answers, one state a recirculation, as <c>--ct-next</c> takes it (<c>trk,est,rpl</c>);
    /// after the last a connection is new.</param>
    public async Task AskAsync(string bridge, string packet, params string[] states)
    {
        var key = FlowKey.Parse(packet);
        var trace = await node.AppCtlAsync("ofproto/trace", [bridge, packet, .. states.SelectMany(s => (string[])["--ct-next", s])]);
        var theirs = DatapathActions.Evaluate(trace, key, node.Underlay, out var told);
        var (asked, tracked) = (0, new List<string>());
        var result = _simulator.Run(bridge, key, new()
        {
            Conntrack = question =>
            {
                if (!question.Parameters.Commit)
                {
                    tracked.Add($"zone={question.Zone}");
                }
                return new()
                {
                    State = asked < states.Length ? StateOf(states[asked++]) : CtState.Tracked | CtState.New,
                    Mark = (uint)question.Packet.Get("ct_mark"),
                };
            },
        });
        Cases++;
        Tracked += told.Count > 0 ? 1 : 0;
        if (result.Drops.Any(d => d.Why.StartsWith("resubmitted more than", StringComparison.Ordinal)))
        {
            Loops++;    // both end it; what went out before that depends on how the turns were counted
            return;
        }
        Forwarded += theirs.Count > 0 ? 1 : 0;
        Uncertain += result.Unknowns.Count > 0 ? 1 : 0;
        var ours = result.Outputs.ToList();
        // a tunnel that is refused leaves its key behind for the next one (OVS 3.1), and which is next is chance: bundles are in a hash
        var keyIsChance = trace.Contains("Not tunneling to our own address", StringComparison.Ordinal);
        foreach (var output in theirs)
        {
            // one that must leave before one that may: by what a group's hash chose there can be several alike
            var same = ours.FindIndex(o => o.IsCertain && IsSame(ToOf(o), output.To, keyIsChance) && o.Packet.HasSameHeaders(output.Packet));
            same = same >= 0 ? same : ours.FindIndex(o => IsSame(ToOf(o), output.To, keyIsChance) && o.Packet.HasSameHeaders(output.Packet));
            Assert.True(same >= 0, Explain($"the switch sends, the simulator does not: {output}", packet, trace, result));
            ours.RemoveAt(same);
        }
        if (states.Length > 0 && result.Unknowns.Count == 0)
        {
            Assert.True(told.Order(StringComparer.Ordinal).SequenceEqual(
                tracked.Concat(result.Committed.Select(Commit)).Order(StringComparer.Ordinal)),
                Explain($"the connection tracker is told {string.Join("; ", told)}", packet, trace, result));
        }
        var tooMany = ours.Find(o => o.IsCertain);
        Assert.True(tooMany is null,
            Explain($"the simulator sends, the switch does not: {tooMany} {tooMany?.Packet}", packet, trace, result));
    }

    private static CtState StateOf(string text) => text.Split(',').Aggregate(CtState.None, (state, word) => state | word switch
    {
        "trk" => CtState.Tracked,
        "new" => CtState.New,
        "est" => CtState.Established,
        "rel" => CtState.Related,
        "rpl" => CtState.Reply,
        "inv" => CtState.Invalid,
        _ => throw new ArgumentException(text),
    });

    /// <summary>A commit as the datapath's action has it.</summary>
    private static string Commit(CommittedConnection connection) =>
        $"commit,zone={connection.Zone}" + ((uint)connection.Packet.Get("ct_mark") is > 0 and var mark ? $",mark={mark:x}" : "");

    private static bool IsSame(string ours, string theirs, bool keyIsChance) => keyIsChance
        ? ours.Split(" key ")[0] == theirs.Split(" key ")[0] : ours == theirs;

    private string ToOf(SimulatedOutput output) => output.Kind switch
    {
        OutputKind.Controller => "controller",
        OutputKind.Tunnel => $"{node.DatapathPort(output.Bridge, output.Port)} to {output.TunnelRemote} key {output.TunnelKey:x}",
        _ => node.DatapathPort(output.Bridge, output.Port),
    };

    private static string Explain(string what, string packet, string trace, SimulationResult result) =>
        $"{what}\npacket: {packet}\n--- ofproto/trace\n{trace}\n--- simulator\n{result}"
        + string.Join('\n', result.Outputs.Select(o => $"{o}: {o.Packet}"));
}
