using System.Text.Json;
using Plumbline.Diagnosis.Timings;
using Plumbline.Packets;
using Plumbline.Packets.Timing;
using Plumbline.Views.Json;

namespace Plumbline.Views;

/// <summary><c>plumb latency --json</c>; docs/latency.md is its schema.</summary>
public static class LatencyJson
{
    /// <summary>Of the document.</summary>
    public const int Version = 1;

    /// <summary>The answer as JSON.</summary>
    public static string Render(LatencyReading reading, LatencyComparison? comparison = null, IReadOnlyList<CounterRise>? rises = null) =>
        JsonText.Write(writer =>
    {
        var report = reading.Report;
        writer.WriteStartObject();
        writer.WriteString("format", "plumbline.latency");
        writer.WriteNumber("version", Version);
        writer.WriteString("start", FlowsJson.TimeText(report.StartNanoseconds));
        writer.WriteString("end", FlowsJson.TimeText(report.EndNanoseconds));
        writer.WriteNumber("packets", report.Packets);
        writer.WriteNumber("recognised", report.Recognised);
        writer.WriteNumber("notFollowed", report.NotFollowed);
        writer.WriteNumber("unusable", report.Unusable);
        writer.WriteNumber("beyond", report.Beyond);
        writer.WriteBoolean("payloadsCut", report.IsCut);
        writer.WriteKnown("damage", reading.Damage?.What);
        if (reading.ProcessorPressure is { } pressure)
        {
            writer.WriteNumber("processorPressure", Math.Round(pressure, 4));
        }
        writer.WriteArray("hops", report.Hops, static (w, h) => Write(w, h));
        writer.WriteArray("ways", report.Ways, (w, way) => Write(w, reading, way));
        writer.WriteArray("vanished", report.Vanished, (w, v) => Write(w, reading, v));
        writer.WriteArray("clocks", report.Doubts, (w, d) => Write(w, report, d));
        if (rises is not null)
        {
            writer.WriteArray("losses", LossCauses.Of(report, rises), (w, l) => Write(w, report, l));
            writer.WriteArray("counters", rises, static (w, r) => Write(w, r));
        }
        if (comparison is not null)
        {
            writer.WriteArray("changes", comparison.Legs, static (w, c) => Write(w, c));
        }
        writer.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter writer, HopReport hop)
    {
        writer.WriteStartObject();
        writer.WriteString("name", hop.Name);
        writer.WriteNumber("packets", hop.Packets);
        writer.WriteKnown("captureDropped", (long?)hop.Dropped);
        writer.WriteNumber("section", hop.Section);
        if (hop.IsCopy)
        {
            writer.WriteBoolean("mirror", true);
        }
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, LatencyReading reading, WayReport way)
    {
        writer.WriteStartObject();
        writer.WriteStrings("hops", [.. way.Hops.Select(h => reading.Report.Hops[h].Name)]);
        writer.WriteNumber("flows", way.Flows);
        writer.WriteNumber("packets", way.Packets);
        WriteFlow(writer, reading, "example", way.Example);
        if (way.ExampleAtEnd != way.Example)
        {
            WriteFlow(writer, reading, "exampleAtEnd", way.ExampleAtEnd);
        }
        writer.WriteArray("legs", way.Legs, (w, l) => Write(w, reading.Report, l));
        writer.WritePropertyName("whole");
        Write(writer, reading.Report, way.Whole);
        writer.WriteEndObject();
    }

    private static void WriteFlow(Utf8JsonWriter writer, LatencyReading reading, string member, in FlowTuple flow)
    {
        writer.WriteStartObject(member);
        writer.WriteString("protocol", PacketWords.ProtocolName(flow.Protocol));
        WriteEnd(writer, reading, "source", flow.Source, flow.SourcePort);
        WriteEnd(writer, reading, "destination", flow.Destination, flow.DestinationPort);
        writer.WriteEndObject();
    }

    private static void WriteEnd(Utf8JsonWriter writer, LatencyReading reading, string member, InternetAddress address, int port)
    {
        writer.WriteString(member, address.ToString());
        writer.WriteKnown(member + "Name", reading.Names.GetValueOrDefault(address));
        writer.WriteKnown(member + "Port", port == 0 ? null : port);
    }

    private static void Write(Utf8JsonWriter writer, LatencyReport report, LegReport leg)
    {
        var named = BaselineLeg.Of(report, leg);
        writer.WriteStartObject();
        writer.WriteString("from", named.From);
        writer.WriteString("to", named.To);
        writer.WriteNumber("left", leg.Left);
        writer.WriteNumber("lost", leg.Lost);
        writer.WriteNumber("undecided", leg.Undecided);
        writer.WriteNumber("effectiveDecided", Math.Round(leg.EffectiveDecided, 1));
        writer.WriteNumber("unseen", leg.Unseen);
        writer.WriteNumber("appeared", leg.Appeared);
        writer.WriteNumber("ambiguous", leg.Ambiguous);
        writer.WriteNumber("reordered", leg.Reordered);
        writer.WriteKnown("captureDropped", (long?)leg.CaptureDropped);
        writer.WriteBoolean("lossDoubtful", leg.IsLossDoubtful);
        writer.WriteBoolean("clockDoubtful", named.IsClockDoubtful);
        writer.WriteBoolean("sharesClock", leg.SharesClock);
        if (leg.Delay is { } delay)
        {
            writer.WriteNumber("samples", delay.Samples);
            WriteSeconds(writer, "leastSeconds", delay.Least);
            WriteSeconds(writer, "p50Seconds", delay.P50);
            WriteSeconds(writer, "p90Seconds", delay.P90);
            if (delay.P99 is { } p99)
            {
                WriteSeconds(writer, "p99Seconds", p99);
            }
            WriteSeconds(writer, "greatestSeconds", delay.Greatest);
            WriteSeconds(writer, "meanSeconds", delay.Mean);
            if (delay.Jitter is { } jitter)
            {
                WriteSeconds(writer, "jitterSeconds", jitter);
            }
            writer.WriteNumber("negative", delay.Negative);
            writer.WriteNumber("effectiveSamples", Math.Round(delay.EffectiveSamples, 1));
            if (delay.EffectiveTail is { } tail)
            {
                writer.WriteNumber("effectiveTail", Math.Round(tail, 1));
            }
            writer.WriteArray("histogram", delay.Histogram.Bins, static (w, b) =>
            {
                w.WriteRawValue($"[{PacketWords.Number(b.Lower)}, {PacketWords.Number(b.Count)}]");
            });
        }
        writer.WriteArray("bins", leg.Bins, static (w, b) => Write(w, b));
        writer.WriteArray("spikes", leg.Spikes, static (w, s) => Write(w, s));
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, DelayBin bin)
    {
        writer.WriteStartObject();
        writer.WriteNumber("samples", bin.Samples);
        if (bin is { P50: { } p50, P99: { } p99, Greatest: { } greatest })
        {
            WriteSeconds(writer, "p50Seconds", p50);
            WriteSeconds(writer, "p99Seconds", p99);
            WriteSeconds(writer, "greatestSeconds", greatest);
        }
        writer.WriteNumber("lost", bin.Lost);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, DelaySpike spike)
    {
        writer.WriteStartObject();
        writer.WriteString("start", FlowsJson.TimeText(spike.StartNanoseconds));
        writer.WriteString("end", FlowsJson.TimeText(spike.EndNanoseconds));
        writer.WriteNumber("packets", spike.Packets);
        WriteSeconds(writer, "greatestSeconds", spike.Greatest);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, LatencyReading reading, VanishedFlow vanished)
    {
        writer.WriteStartObject();
        WriteFlow(writer, reading, "flow", vanished.Flow);
        writer.WriteString("lastHop", reading.Report.Hops[vanished.LastHop].Name);
        writer.WriteString("nextHop", reading.Report.Hops[vanished.NextHop].Name);
        writer.WriteNumber("packets", vanished.Packets);
        writer.WriteBoolean("certain", vanished.IsCertain);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, LatencyReport report, ClockDoubt doubt)
    {
        writer.WriteStartObject();
        writer.WriteString("from", report.Hops[doubt.From].Name);
        writer.WriteString("to", report.Hops[doubt.To].Name);
        if (doubt is { Ahead: { } ahead, RoundTrip: { } both })
        {
            WriteSeconds(writer, "aheadSeconds", ahead);
            WriteSeconds(writer, "roundTripSeconds", both);
        }
        if (doubt.Moved is { } moved)
        {
            WriteSeconds(writer, "movedSeconds", moved);
        }
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, LatencyReport report, LegLoss loss)
    {
        writer.WriteStartObject();
        writer.WriteString("from", report.Hops[loss.From].Name);
        writer.WriteString("to", report.Hops[loss.To].Name);
        writer.WriteNumber("lost", loss.Lost);
        writer.WriteArray("counters", loss.Causes, static (w, r) => Write(w, r));
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, CounterRise rise)
    {
        writer.WriteStartObject();
        writer.WriteString("place", rise.Place);
        writer.WriteString("what", rise.What);
        writer.WriteNumber("packets", rise.Packets);
        writer.WriteBoolean("drops", rise.Drops);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, LegChange change)
    {
        writer.WriteStartObject();
        writer.WriteString("from", change.From);
        writer.WriteString("to", change.To);
        writer.WriteStrings("verdict", [.. LatencyWords.Of(change.Verdict)]);
        writer.WriteBoolean("blamed", change.IsBlamed);
        writer.WriteBoolean("inconclusive", change.IsInconclusive);
        if (change.P50 is { } p50)
        {
            WriteSeconds(writer, "p50BeforeSeconds", p50.Before);
            WriteSeconds(writer, "p50AfterSeconds", p50.After);
        }
        if (change.P99 is { } p99)
        {
            WriteSeconds(writer, "p99BeforeSeconds", p99.Before);
            WriteSeconds(writer, "p99AfterSeconds", p99.After);
        }
        if (change.Loss is { } loss)
        {
            writer.WriteNumber("lossBefore", Math.Round(loss.Before, 6));
            writer.WriteNumber("lossAfter", Math.Round(loss.After, 6));
        }
        if (change.RoundTrip is { } both)
        {
            WriteSeconds(writer, "bothDirectionsBeforeSeconds", both.Before);
            WriteSeconds(writer, "bothDirectionsAfterSeconds", both.After);
        }
        if (change is { Probability: { } probability, DelayP: { } p })
        {
            writer.WriteNumber("probability", Math.Round(probability, 4));
            writer.WriteNumber("p", p);
        }
        writer.WriteEndObject();
    }

    private static void WriteSeconds(Utf8JsonWriter writer, string member, double nanoseconds) =>
        writer.WriteNumber(member, (decimal)Math.Round(nanoseconds) / 1_000_000_000m);
}
