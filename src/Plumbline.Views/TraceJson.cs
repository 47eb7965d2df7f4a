using System.Text.Json;
using Plumbline.Diagnosis.Observing;
using Plumbline.Diagnosis.Tracing;
using Plumbline.Views.Json;

namespace Plumbline.Views;

/// <summary>The answer of <c>plumb trace</c> as JSON; docs/json.md is its schema.</summary>
public static partial class TraceJson
{
    /// <summary>Renders it.</summary>
    /// <param name="result">The answer.</param>
    /// <param name="observed">What counters and probes told; null where nobody watched.</param>
    public static string Render(TraceResult result, TraceObservation? observed = null) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("format", "plumbline.trace");
        writer.WriteNumber("version", 1);
        writer.WriteString("from", result.From);
        writer.WriteString("to", result.To);
        writer.WriteString("packet", result.Packet);
        writer.WriteString("verdict", Word(result.Verdict));
        if (result.Drop is { } drop)
        {
            writer.WritePropertyName("drop");
            Write(writer, drop);
        }
        writer.WriteArray("legs", result.Legs, Write);
        writer.WriteStrings("missing", result.Unknowns);
        writer.WriteStrings("assumptions", result.Assumptions);
        writer.WriteStrings("notes", result.Notes);
        if (observed is not null)
        {
            writer.WritePropertyName("observed");
            Write(writer, observed);
        }
        writer.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter writer, TraceLeg leg)
    {
        writer.WriteStartObject();
        writer.WriteString("phase", Word(leg.Phase));
        writer.WriteString("packet", leg.Packet);
        writer.WriteArray("hops", leg.Hops, Write);
        if (leg.Drop is { } drop)
        {
            writer.WritePropertyName("drop");
            Write(writer, drop);
        }
        writer.WriteNumber("otherCopies", leg.OtherCopies);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, Hop hop)
    {
        writer.WriteStartObject();
        writer.WriteKnown("node", hop.Node);
        if (hop.Namespace is { Length: > 0 } space)
        {
            writer.WriteString("namespace", space);
        }
        writer.WriteString("kind", Word(hop.Kind));
        writer.WriteString("place", hop.Place);
        writer.WriteString("what", hop.What);
        writer.WriteStrings("evidence", hop.Evidence);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, TraceDrop drop)
    {
        writer.WriteStartObject();
        writer.WriteString("cause", Word(drop.Cause));
        writer.WriteString("phase", Word(drop.Phase));
        writer.WriteKnown("node", drop.Node);
        if (drop.Namespace is { Length: > 0 } space)
        {
            writer.WriteString("namespace", space);
        }
        writer.WriteString("place", drop.Place);
        writer.WriteString("what", drop.What);
        writer.WriteStrings("evidence", drop.Evidence);
        writer.WriteEndObject();
    }

    private static string Word<T>(T value)
        where T : struct, Enum
    {
        var name = value.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}
