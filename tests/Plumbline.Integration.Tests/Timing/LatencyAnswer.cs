using System.Text.Json;

namespace Plumbline.Integration.Tests.Timing;

/// <summary><c>plumb latency --json</c>, as far as it is judged here.</summary>
internal sealed class LatencyAnswer(string json)
{
    private readonly JsonElement _root = JsonDocument.Parse(json).RootElement;

    public JsonElement Root => _root;

    public string Pressure => _root.TryGetProperty("processorPressure", out var pressure) ? $"processor pressure {pressure}" : "";

    public IEnumerable<JsonElement> Ways => _root.GetProperty("ways").EnumerateArray();

    /// <summary>The way with the UDP packets that are held.</summary>
    public JsonElement Way => Ways.First(w => w.GetProperty("example").TryGetProperty("destinationPort", out var port)
        && port.GetInt32() == HeldLab.Port);

    public IReadOnlyList<JsonElement> Legs => [.. Way.GetProperty("legs").EnumerateArray()];

    public IReadOnlyList<JsonElement> Losses => [.. _root.GetProperty("losses").EnumerateArray()];

    public IEnumerable<JsonElement> Changes => _root.GetProperty("changes").EnumerateArray();

    public static bool IsLeg(JsonElement leg, HeldHop hop) =>
        IsKind(leg.GetProperty("from").GetString()!, hop.From) && IsKind(leg.GetProperty("to").GetString()!, hop.To);

    public static long Nanoseconds(JsonElement leg, string member) => (long)(leg.GetProperty(member).GetDecimal() * 1_000_000_000m);

    private static bool IsKind(string name, string kind) => name.Split(' ') is [_, var word, ..] && word.StartsWith(kind, StringComparison.Ordinal);
}
