using Plumbline.Diagnosis.Timings;
using Plumbline.Diagnosis.Tracing;
using Plumbline.Node.Facts;

namespace Plumbline.Diagnosis.Observing;

/// <summary>
/// Joins a predicted way to what the counters of its rules and flows did between two readings, and to the answers of probes. Pure. Counters
/// are whoever's: on a busy node others' packets raise shared ones too, so only a counter that did not rise proves something by itself.
/// </summary>
public sealed partial class TraceObserver
{
    private readonly Dictionary<(string Node, string Place, string What), CounterRise> _rises = [];

    private TraceObserver()
    {
    }

    /// <summary>Joins.</summary>
    /// <param name="result">The question's answer.</param>
    /// <param name="before">The nodes before; those of the trace.</param>
    /// <param name="after">The same nodes after, in the same order.</param>
    /// <param name="plan">What was to be sent.</param>
    /// <param name="answers">What came of it, a probe each.</param>
    /// <param name="duration">Between the readings.</param>
    public static TraceObservation Join(
        TraceResult result, IReadOnlyList<NodeSnapshot> before, IReadOnlyList<NodeSnapshot> after, TraceProbePlan plan,
        IReadOnlyList<ProbeAnswer> answers, TimeSpan duration)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(answers);
        var observer = new TraceObserver();
        for (var i = 0; i < before.Count; i++)
        {
            var name = TraceFabric.NameOf(before[i], i, before.Count);
            foreach (var rise in CounterRises.Between(before[i], after[i]))
            {
                observer._rises[(name, rise.Place, rise.What)] = rise;
            }
        }
        var probes = answers.Select(observer.Judge).ToList();
        var hops = observer.HopsOf(result);
        return new()
        {
            Duration = duration,
            Agrees = probes.Exists(p => p.Agrees == false) ? false : probes.Exists(p => p.Agrees == true) ? true : null,
            Hops = hops,
            Probes = probes,
            WhyNoProbe = plan.WhyNone,
            Drops = observer.DropsOn(hops, long.MaxValue),
        };
    }

    private List<HopObservation> HopsOf(TraceResult result)
    {
        var hops = new List<HopObservation>();
        foreach (var leg in result.Legs)
        {
            foreach (var hop in leg.Hops)
            {
                hops.Add(Look(leg.Phase, hop));
            }
            if (leg.Drop is { Counters.Count: > 0 } drop && !(leg.Hops.Count > 0 && leg.Hops[^1].Counters.Contains(drop.Counters[^1])))
            {
                hops.Add(Look(leg.Phase, new()
                {
                    Node = drop.Node,
                    Namespace = drop.Namespace,
                    Kind = HopKind.Router,
                    Place = drop.Place,
                    What = drop.What,
                    Counters = drop.Counters,
                }));
            }
        }
        return hops;
    }

    private HopObservation Look(TracePhase phase, Hop hop)
    {
        var rises = new List<CounterRise>();
        var silent = new List<HopCounter>();
        foreach (var counter in hop.Counters)
        {
            if (_rises.TryGetValue((hop.Node ?? "", counter.Place, counter.What), out var rise))
            {
                rises.Add(rise);
            }
            else if (!IsLearnedBeside(hop, counter))
            {
                silent.Add(counter);
            }
        }
        return new(phase, hop, rises, silent);
    }

    /// <summary>A flow that was learned meanwhile takes the packets of the one that was there before: it is no flow of the prediction.</summary>
    private bool IsLearnedBeside(Hop hop, HopCounter counter)
    {
        if (hop.Kind != HopKind.OvsBridge || counter.Drops)
        {
            return false;
        }
        foreach (var ((node, place, _), rise) in _rises)
        {
            if (node == hop.Node && place == counter.Place && rise is { Drops: false, IsNew: true })
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Dropping counters that rose where the packets go: in a chain or table of theirs, or by as much as was sent at least.</summary>
    private List<NodeRise> DropsOn(IReadOnlyList<HopObservation> hops, long atLeast)
    {
        var found = new List<(int Weight, NodeRise Rise)>();
        var predicted = new HashSet<(string, string, string)>();
        var tables = new HashSet<(string, string)>();
        var places = new HashSet<(string, string)>();
        var chains = new HashSet<(string, string, string)>();
        var nodes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (_, hop, _, _) in hops)
        {
            var node = hop.Node ?? "";
            nodes.Add(node);
            foreach (var counter in hop.Counters)
            {
                predicted.Add((node, counter.Place, counter.What));
                if (ChainOf(counter.What) is { } chain)
                {
                    chains.Add((node, counter.Place, chain));
                }
                else
                {
                    tables.Add((node, counter.Place));
                }
            }
            places.Add((node, hop.Place));
        }
        foreach (var ((node, place, what), rise) in _rises)
        {
            if (!rise.Drops || !nodes.Contains(node))
            {
                continue;
            }
            var port = place.IndexOf(" port ", StringComparison.Ordinal);
            var weight = predicted.Contains((node, place, what)) ? 3
                : ChainOf(what) is { } chain ? chains.Contains((node, place, chain)) ? 2 : 0
                : port > 0 ? places.Contains((node, place[(port + " port ".Length)..])) ? 1 : 0
                : tables.Contains((node, place)) ? 2 : 0;
            if (weight > 0 || port < 0 && rise.Packets >= atLeast)
            {
                found.Add((weight, new(node, rise)));
            }
        }
        return [.. found.OrderByDescending(f => f.Weight).ThenByDescending(f => f.Rise.Rise.Packets).Select(f => f.Rise)];
    }

    /// <summary>The chain of a rule or policy; null for a flow.</summary>
    private static string? ChainOf(string what) => what.StartsWith("-A ", StringComparison.Ordinal) || what.StartsWith("-P ", StringComparison.Ordinal)
        ? what.IndexOf(' ', 3) is var end and > 0 ? what[3..end] : what[3..] : null;
}
