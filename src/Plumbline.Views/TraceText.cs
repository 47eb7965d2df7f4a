using System.Text;
using Plumbline.Diagnosis.Observing;
using Plumbline.Diagnosis.Tracing;
using Plumbline.Views.Text;

namespace Plumbline.Views;

/// <summary>The answer of <c>plumb trace</c> as text: one line a hop, then one verdict.</summary>
public static partial class TraceText
{
    /// <summary>What is wider pushes its own line to the right.</summary>
    private const int MostColumn = 32;

    /// <summary>Renders it.</summary>
    /// <param name="result">The answer.</param>
    /// <param name="options">How.</param>
    /// <param name="isVerbose">With rules, flows, routes and entries below each hop, and the ways of ARP.</param>
    /// <param name="observed">What counters and probes told; null where nobody watched.</param>
    public static string Render(TraceResult result, RenderOptions options, bool isVerbose, TraceObservation? observed = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        var output = new StringBuilder();
        new StyledText($"{result.From} → {result.To}", Shade.Heading).Add($"   {result.Packet}", Shade.Faint).WriteLine(output, options.Colour);
        var shown = result.Legs.Where(l => isVerbose || l.Phase != TracePhase.Resolution || l.Drop is not null).ToList();
        var nodes = Width(shown.SelectMany(l => l.Hops).Select(h => h.Node ?? ""));
        var places = Width(shown.SelectMany(l => l.Hops).Select(PlaceOf));
        foreach (var leg in shown)
        {
            WriteLeg(leg, nodes, places, output, options, isVerbose, observed);
        }
        output.Append('\n');
        WriteVerdict(result, output, options);
        if (observed is not null)
        {
            WriteObserved(observed, output, options, isVerbose);
        }
        WriteList("missing", result.Unknowns, output, options, Shade.Warning);
        WriteList("assumed", result.Assumptions, output, options, Shade.Plain);
        WriteList("notes", result.Notes, output, options, Shade.Plain);
        return output.ToString();
    }

    private static void WriteLeg(TraceLeg leg, int nodes, int places, StringBuilder output, RenderOptions options, bool isVerbose,
        TraceObservation? observed)
    {
        output.Append('\n');
        var head = leg.Phase switch
        {
            TracePhase.Forward => "forward",
            TracePhase.Return => "return",
            _ => "before",
        };
        var copies = leg.OtherCopies > 0 && isVerbose ? $"   ({leg.OtherCopies} other {(leg.OtherCopies == 1 ? "copy" : "copies")})" : "";
        new StyledText(head, Shade.Heading).Add($"  {leg.Packet}{copies}", Shade.Faint).WriteLine(output, options.Colour);
        foreach (var hop in leg.Hops)
        {
            var line = new StyledText("  ").Add(hop.Node ?? "", Shade.Faint).PadTo(2 + nodes + 2)
                .Add(PlaceOf(hop), ShadeOf(hop.Kind)).PadTo(2 + nodes + 2 + places + 2);
            line.Add((line.Width > 2 + nodes + 2 + places + 2 ? "  " : " ") + hop.What).Add(CountOf(leg, hop, observed), Shade.Faint);
            line.WriteLine(output, options.Colour);
            foreach (var evidence in isVerbose ? hop.Evidence : [])
            {
                new StyledText(new string(' ', 2 + nodes + 2 + 2)).Add(evidence, Shade.Faint).WriteLine(output, options.Colour);
            }
        }
        if (leg.Drop is { } drop)
        {
            new StyledText("  ").Add((options.Unicode ? "✗ " : "x ") + drop.What, Shade.Bad).WriteLine(output, options.Colour);
        }
    }

    private static void WriteVerdict(TraceResult result, StringBuilder output, RenderOptions options)
    {
        var line = result.Verdict switch
        {
            TraceVerdict.Delivered => new StyledText("DELIVERED", Shade.Address).Add("  it arrives, and the answer comes back"),
            TraceVerdict.Dropped => new StyledText("DROPPED", Shade.Bad).Add(Where(result.Drop)),
            _ => new StyledText("UNKNOWN", Shade.Warning).Add(result.Drop is null ? "  a fact is missing" : $"  perhaps dropped{Where(result.Drop)}"),
        };
        line.WriteLine(output, options.Colour);
        foreach (var evidence in result.Verdict == TraceVerdict.Delivered ? [] : result.Drop?.Evidence ?? [])
        {
            new StyledText("  ").Add(evidence, Shade.Faint).WriteLine(output, options.Colour);
        }
    }

    private static string Where(TraceDrop? drop)
    {
        if (drop is null)
        {
            return "";
        }
        var phase = drop.Phase switch { TracePhase.Return => " (the answer)", TracePhase.Resolution => " (before the packet)", _ => "" };
        var space = drop.Namespace is { Length: > 0 } name && name != drop.Place ? $"{name} " : "";
        // what often begins with the place's name, which then stands there twice
        var what = drop.What.StartsWith(drop.Place, StringComparison.Ordinal) && drop.What.Length > drop.Place.Length + 2
            && drop.What[drop.Place.Length] is ' ' or ':' ? drop.What[drop.Place.Length..].TrimStart(':', ' ') : drop.What;
        return $"  at {(drop.Node is null ? "" : drop.Node + " ")}{space}{drop.Place}{phase}: {what}";
    }

    /// <summary>Namespaces by the start of their UUID: the whole one is in the JSON.</summary>
    private static string PlaceOf(Hop hop) => Short(hop.Place);

    private static string Short(string place) => Neutron.DeviceNames.NamespaceId(place) is { } id ? place[..^(id.Length - 8)] : place;

    private static int Width(IEnumerable<string> texts)
    {
        var width = 0;
        foreach (var text in texts)
        {
            width = Math.Max(width, DisplayWidth.Of(text));
        }
        return Math.Min(width, MostColumn);
    }

    private static Shade ShadeOf(HopKind kind) => kind switch
    {
        HopKind.Instance => Shade.Instance,
        HopKind.LinuxBridge or HopKind.OvsBridge => Shade.Bridge,
        HopKind.Router or HopKind.Host => Shade.Network,
        _ => Shade.Plain,
    };

    private static void WriteList(string name, IReadOnlyList<string> lines, StringBuilder output, RenderOptions options, Shade shade)
    {
        foreach (var line in lines)
        {
            new StyledText($"  {name}: ", Shade.Faint).Add(line, shade).WriteLine(output, options.Colour);
        }
    }
}
