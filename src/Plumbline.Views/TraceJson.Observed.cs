using System.Text.Json;
using Plumbline.Diagnosis.Observing;
using Plumbline.Diagnosis.Timings;
using Plumbline.Views.Json;

namespace Plumbline.Views;

public static partial class TraceJson
{
    private static void Write(Utf8JsonWriter writer, TraceObservation observed)
    {
        writer.WriteStartObject();
        writer.WriteNumber("seconds", Math.Round(observed.Duration.TotalSeconds, 3));
        WriteKnown(writer, "agrees", observed.Agrees);
        writer.WriteArray("probes", observed.Probes, Write);
        writer.WriteKnown("whyNoProbe", observed.WhyNoProbe);
        writer.WriteArray("hops", observed.Hops.Where(h => h.IsCounted), Write);
        writer.WriteArray("drops", observed.Drops, Write);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ProbeObservation probe)
    {
        var asked = probe.Answer.Probe;
        writer.WriteStartObject();
        writer.WriteString("node", asked.Node);
        writer.WriteString("namespace", asked.Namespace);
        writer.WriteString("target", asked.Target.ToString());
        writer.WriteString("targetName", asked.TargetName);
        writer.WriteKnown("size", asked.Size);
        writer.WriteNumber("sent", probe.Answer.Sent);
        writer.WriteNumber("received", probe.Answer.Received);
        if (probe.Answer.RoundTrip is { } time)
        {
            writer.WriteNumber("roundTripMilliseconds", Math.Round(time.TotalMilliseconds, 3));
        }
        writer.WriteKnown("neighbour", probe.Answer.Neighbour);
        writer.WriteString("predicted", Word(asked.Predicted.Verdict));
        WriteKnown(writer, "agrees", probe.Agrees);
        writer.WriteString("what", probe.Words);
        if (probe.LastCounted is { } last)
        {
            writer.WritePropertyName("lastCounted");
            Write(writer, last);
        }
        if (probe.FirstSilent is { } silent)
        {
            writer.WritePropertyName("firstSilent");
            Write(writer, silent);
        }
        writer.WriteArray("hops", probe.Hops.Where(h => h.IsCounted), Write);
        writer.WriteArray("drops", probe.Drops, Write);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, HopObservation hop)
    {
        writer.WriteStartObject();
        writer.WriteString("phase", Word(hop.Phase));
        writer.WriteKnown("node", hop.Hop.Node);
        writer.WriteString("place", hop.Hop.Place);
        writer.WriteArray("rose", hop.Rises, Write);
        writer.WriteArray("silent", hop.Silent, static (writer, counter) =>
        {
            writer.WriteStartObject();
            writer.WriteString("place", counter.Place);
            writer.WriteString("what", counter.What);
            writer.WriteEndObject();
        });
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, NodeRise rise)
    {
        writer.WriteStartObject();
        writer.WriteString("node", rise.Node);
        WriteMembers(writer, rise.Rise);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, CounterRise rise)
    {
        writer.WriteStartObject();
        WriteMembers(writer, rise);
        writer.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter writer, CounterRise rise)
    {
        writer.WriteString("place", rise.Place);
        writer.WriteString("what", rise.What);
        writer.WriteNumber("packets", rise.Packets);
        writer.WriteBoolean("drops", rise.Drops);
    }

    private static void WriteKnown(Utf8JsonWriter writer, string name, bool? value)
    {
        if (value is { } told)
        {
            writer.WriteBoolean(name, told);
        }
    }
}
