using System.Globalization;
using Plumbline.Diagnosis.Tracing;

namespace Plumbline.Diagnosis.Observing;

public sealed partial class TraceObserver
{
    private const int MostNamed = 3;

    private ProbeObservation Judge(ProbeAnswer answer)
    {
        var predicted = answer.Probe.Predicted;
        var hops = HopsOf(predicted);
        var isUnresolved = answer.Neighbour is "FAILED" or "INCOMPLETE";
        var counted = hops.Where(h => h.IsCounted && (h.Phase != TracePhase.Resolution || isUnresolved)).ToList();
        var silent = counted.Find(h => h.Silent.Count > 0);
        var last = silent is null ? null : counted.TakeWhile(h => h != silent).LastOrDefault(h => h.IsPassed);
        var drops = answer.Received > 0 ? [] : DropsOn(hops, Math.Max(1, answer.Sent));
        var draft = new ProbeObservation
        {
            Answer = answer,
            Hops = hops,
            LastCounted = last,
            FirstSilent = answer.Received > 0 ? null : silent,
            Drops = drops,
            Words = "",
        };
        if (answer.Sent == 0)
        {
            return draft with { FirstSilent = null, LastCounted = null, Drops = [], Words = $"not sent: {answer.Said ?? "no reason was told"}" };
        }
        var got = answer.Received == 0 ? Text($"none of {answer.Sent} echoes answered")
            : Text($"{answer.Received} of {answer.Sent} echoes answered{(answer.RoundTrip is { } time ? $" in {time.TotalMilliseconds:0.##} ms" : "")}");
        switch (predicted.Verdict)
        {
            case TraceVerdict.Delivered when answer.Received > 0:
                return draft with { Agrees = true, Words = $"{got}, as predicted" };
            case TraceVerdict.Delivered:
                return draft with { Agrees = false, Words = $"{got}, though predicted to be: {Whereabouts(draft, isUnresolved)}" };
            case TraceVerdict.Dropped when answer.Received > 0:
                return draft with { Agrees = false, Words = $"{got}, though predicted to end at {Where(predicted.Drop!)}" };
            case TraceVerdict.Dropped when predicted.Drop is { Counters.Count: > 0 } drop:
                var key = (drop.Node ?? "", drop.Counters[^1].Place, drop.Counters[^1].What);
                return _rises.TryGetValue(key, out var rise)
                    ? draft with { Agrees = true, Words = $"{got}, as predicted: {Named(new(drop.Node ?? "", rise))}" }
                    : draft with { Agrees = false, Words = $"{got}, but not for what was predicted ({drop.Counters[^1].What} counted none): {Whereabouts(draft, isUnresolved)}" };
            case TraceVerdict.Dropped:
                return draft with { Agrees = true, Words = $"{got}, as predicted: {Where(predicted.Drop!)}" };
            default:
                return draft with { Words = $"{got}; what was predicted is unknown" };
        }
    }

    /// <summary>Where packets that did not come back were counted last, and what dropped as many meanwhile.</summary>
    private static string Whereabouts(ProbeObservation probe, bool isUnresolved)
    {
        var parts = new List<string>();
        if (probe.FirstSilent is not { } silent)
        {
            parts.Add("every counter on the way there and back rose");
        }
        else if (silent.Phase == TracePhase.Return && probe.LastCounted is { Phase: TracePhase.Forward } arrived)
        {
            parts.Add($"counted on the whole way there, last at {At(arrived.Hop)}, and no answer from {probe.Answer.Probe.TargetName}");
        }
        else
        {
            parts.Add(probe.LastCounted is { } last ? $"counted last at {At(last.Hop)}" : "counted nowhere");
            parts.Add($"not counted at {At(silent.Hop)} ({silent.Silent[0].What})");
        }
        if (isUnresolved)
        {
            parts.Add($"ARP for {probe.Answer.Probe.Target} was not answered");
        }
        var named = probe.Drops.Where(d => d.Rise.Packets >= probe.Answer.Sent || isUnresolved).Take(MostNamed).Select(Named).ToList();
        if (named.Count > 0)
        {
            parts.Add($"dropped meanwhile by {string.Join(" and ", named)}");
        }
        if (probe.Answer.Said is { } said)
        {
            parts.Add(said);
        }
        return string.Join("; ", parts);
    }

    private static string Named(NodeRise rise) => Text($"{rise.Node} {rise.Rise.Place}: {rise.Rise.What} (+{rise.Rise.Packets})");

    private static string At(Hop hop) => $"{(hop.Node is null ? "" : hop.Node + " ")}{(hop.Namespace is { Length: > 0 } space && space != hop.Place ? space + " " : "")}{hop.Place}";

    private static string Where(TraceDrop drop) => $"{(drop.Node is null ? "" : drop.Node + " ")}{drop.Place}: {drop.What}";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
