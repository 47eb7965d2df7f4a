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
            var clocks = ReadClocks(root);
            foreach (var way in root.GetProperty("ways").EnumerateArray())
            {
                foreach (var leg in way.GetProperty("legs").EnumerateArray())
                {
                    legs.Add(ReadLeg(leg, clocks));
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

    /// <summary>By pairs of hops, in both orders: what is true whatever their clocks say, and whether one moved.</summary>
    private static Dictionary<(string? From, string? To), (long? RoundTrip, bool IsMoved)> ReadClocks(JsonElement root)
    {
        var told = new Dictionary<(string?, string?), (long?, bool)>();
        if (root.TryGetProperty("clocks", out var clocks))
        {
            foreach (var clock in clocks.EnumerateArray())
            {
                var (from, to) = (clock.GetProperty("from").GetString(), clock.GetProperty("to").GetString());
                told[(from, to)] = told[(to, from)] = (Nanoseconds(clock, "roundTripSeconds"), clock.TryGetProperty("movedSeconds", out _));
            }
        }
        return told;
    }

    private static BaselineLeg ReadLeg(
        JsonElement leg, Dictionary<(string? From, string? To), (long? RoundTrip, bool IsMoved)> clocks)
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
        var clock = clocks.GetValueOrDefault((leg.GetProperty("from").GetString(), leg.GetProperty("to").GetString()));
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
            IsClockMoved = clock.IsMoved,
            RoundTrip = clock.RoundTrip,
            SharesClock = !leg.TryGetProperty("sharesClock", out var shares) || shares.GetBoolean(),
            Median = Nanoseconds(leg, "p50Seconds"),
            Unclear = Number(leg, "ambiguous") + Number(leg, "unseen"),
            CaptureDropped = Number(leg, "captureDropped"),
        };
    }

    private static long? Nanoseconds(JsonElement element, string member) =>
        element.TryGetProperty(member, out var seconds) ? (long)(seconds.GetDecimal() * 1_000_000_000m) : null;

    private static long Number(JsonElement leg, string member) =>
        leg.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : 0;

    private static DiagnosisException NotOurs(string path, Exception? inner) => new(
        new("this is no answer of plumb latency --json" + (inner is null ? "" : $": {inner.Message}"), path,
            "make one before the change: plumb latency … --json > before.json"));
}
