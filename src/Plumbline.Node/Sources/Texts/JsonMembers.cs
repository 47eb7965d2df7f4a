using System.Text.Json;

namespace Plumbline.Node.Sources.Texts;

/// <summary>Members of JSON objects whose form is not promised: what is not there, or something else, is null.</summary>
internal static class JsonMembers
{
    /// <summary>A member of an object.</summary>
    public static JsonElement Member(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var member) ? member : default;

    /// <summary>A string.</summary>
    public static string? Text(JsonElement json, string name) =>
        Member(json, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>A number of 32 bits.</summary>
    public static int? Number(JsonElement json, string name) =>
        Member(json, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) ? value : null;

    /// <summary>A counter; 0 where there is none.</summary>
    public static ulong Counter(JsonElement json, string name) =>
        Member(json, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetUInt64(out var value) ? value : 0;

    /// <summary>The strings of a list.</summary>
    public static IEnumerable<string> Texts(JsonElement json, string name) =>
        Member(json, name) is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)
            : [];

    /// <summary>A switch, which iproute2 writes as true/false or 1/0; absent is null.</summary>
    public static bool? Switch(JsonElement json, string name) => Member(json, name).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => Number(json, name) != 0,
        _ => null,
    };
}
