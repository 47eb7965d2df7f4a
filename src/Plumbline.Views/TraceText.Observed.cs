using System.Globalization;
using System.Text;
using Plumbline.Diagnosis.Observing;
using Plumbline.Diagnosis.Tracing;
using Plumbline.Views.Text;

namespace Plumbline.Views;

public static partial class TraceText
{
    private const int MostDrops = 5;

    /// <summary>How many packets all counters of a hop counted meanwhile.</summary>
    private static string CountOf(TraceLeg leg, Hop hop, TraceObservation? observed)
    {
        foreach (var seen in observed?.Hops ?? [])
        {
            if (ReferenceEquals(seen.Hop, hop) && seen.Phase == leg.Phase)
            {
                return seen.IsPassed ? string.Create(CultureInfo.InvariantCulture, $"  [+{seen.Rises.Min(r => r.Packets)}]") : "";
            }
        }
        return "";
    }

    private static void WriteObserved(TraceObservation observed, StringBuilder output, RenderOptions options, bool isVerbose)
    {
        var (word, shade) = observed.Agrees switch
        {
            true => ("agrees", Shade.Address),
            false => ("DISAGREES", Shade.Bad),
            null => ("watched only", Shade.Plain),
        };
        var counted = observed.Hops.Where(h => h.IsCounted && h.Phase != TracePhase.Resolution).ToList();
        var time = string.Create(CultureInfo.InvariantCulture,
            $"  {observed.Duration.TotalSeconds:0.0} s; packets at {counted.Count(h => h.IsPassed)} of {counted.Count} places of this way that count");
        new StyledText("OBSERVED  ", Shade.Heading).Add(word, shade).Add(time).WriteLine(output, options.Colour);
        foreach (var probe in observed.Probes)
        {
            var asked = probe.Answer.Probe;
            new StyledText("  probe ").Add($"{asked.Node} {Short(asked.Namespace)} → {asked.TargetName} ({asked.Target})", Shade.Network)
                .Add(": ").Add(probe.Words, probe.Agrees == false ? Shade.Bad : Shade.Plain).WriteLine(output, options.Colour);
            foreach (var hop in isVerbose ? probe.Hops.Where(h => h.IsCounted && h.Phase != TracePhase.Resolution) : [])
            {
                var count = hop.IsPassed ? string.Create(CultureInfo.InvariantCulture, $"+{hop.Rises.Min(r => r.Packets)}") : $"not counted: {hop.Silent[0].What}";
                new StyledText($"    {(hop.Phase == TracePhase.Return ? "back " : "there")} {hop.Hop.Node} {Short(hop.Hop.Place)}  {count}", Shade.Faint)
                    .WriteLine(output, options.Colour);
            }
        }
        if (observed.WhyNoProbe is { } why)
        {
            new StyledText("  no probe: ", Shade.Faint).Add(why).WriteLine(output, options.Colour);
        }
        foreach (var (node, rise) in observed.Drops.Take(MostDrops))
        {
            new StyledText("  dropped meanwhile: ", Shade.Faint)
                .Add(string.Create(CultureInfo.InvariantCulture, $"+{rise.Packets} {node} {rise.Place}: {rise.What}"), Shade.Warning).WriteLine(output, options.Colour);
        }
    }
}
