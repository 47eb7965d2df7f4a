using System.Text.Json;
using Plumbline.Packets.Timing;

namespace Plumbline.Diagnosis.Timings;

/// <summary>An earlier run, as <c>plumb latency --json</c> wrote it: what a comparison needs of it.</summary>
public sealed record LatencyBaseline
{
    /// <summary>Its legs, by the names of their hops.</summary>
    public required IReadOnlyList<BaselineLeg> Legs { get; init; }

    /// <summary>As <see cref="LatencyReading.ProcessorPressure"/>.</summary>
    public double? ProcessorPressure { get; init; }

    /// <summary>Reads the JSON text.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DiagnosisException">It cannot be read, or is none.</exception>
    public static LatencyBaseline Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = document.RootElement;
            if (root.GetProperty("format").GetString() != "plumbline.latency")
            {
                throw NotOurs(path, null);
            }
            var legs = new List<BaselineLeg>();
            foreach (var way in root.GetProperty("ways").EnumerateArray())
            {
                foreach (var leg in way.GetProperty("legs").EnumerateArray())
                {
                    legs.Add(ReadLeg(leg));
                }
            }
            return new()
            {
                Legs = legs,
                ProcessorPressure = root.TryGetProperty("processorPressure", out var pressure) ? pressure.GetDouble() : null,
            };
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw NotOurs(path, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosisException(new($"cannot read the earlier run: {exception.Message}", path, "give a file of plumb latency --json"));
        }
    }

    private static BaselineLeg ReadLeg(JsonElement leg)
    {
        var histogram = new DelayHistogram();
        if (leg.TryGetProperty("histogram", out var bins))
        {
            foreach (var bin in bins.EnumerateArray())
            {
                histogram.Add(bin[0].GetInt64(), bin[1].GetInt64());
            }
        }
        var decided = leg.GetProperty("left").GetInt64() - leg.GetProperty("undecided").GetInt64();
        var samples = leg.TryGetProperty("effectiveSamples", out var effective) ? effective.GetDouble() : 0;
        return new()
        {
            From = leg.GetProperty("from").GetString() ?? "",
            To = leg.GetProperty("to").GetString() ?? "",
            Histogram = histogram,
            EffectiveSamples = samples,
            EffectiveTail = leg.TryGetProperty("effectiveTail", out var tail) ? tail.GetDouble() : samples,
            EffectiveDecided = leg.TryGetProperty("effectiveDecided", out var worth) ? worth.GetDouble() : decided,
            Decided = decided,
            Lost = leg.GetProperty("lost").GetInt64(),
            Reordered = leg.GetProperty("reordered").GetInt64(),
            IsClockDoubtful = leg.TryGetProperty("clockDoubtful", out var doubtful) && doubtful.GetBoolean(),
        };
    }

    private static DiagnosisException NotOurs(string path, Exception? inner) => new(
        new("this is no answer of plumb latency --json" + (inner is null ? "" : $": {inner.Message}"), path,
            "make one before the change: plumb latency … --json > before.json"));
}
