
namespace Plumbline.Ovsdb.Wire;

/// <summary>Plain JSON arrays.</summary>
internal static class ListReader
{
    /// <exception cref="InvalidDataException">It is something else than an array of strings.</exception>
    public static IReadOnlyList<string> ParseStrings(ReadOnlySpan<byte> json)
    {
        var result = new List<string>();
        if (json.IsEmpty)
        {
            throw new InvalidDataException("null stands where a list belongs");
        }
        var reader = new JsonReader(json);
        reader.Read();
        ValueReader.Expect(ref reader, JsonToken.StartArray, "a list");
        while (reader.Read() && reader.Token != JsonToken.EndArray)
        {
            ValueReader.Expect(ref reader, JsonToken.Text, "a string");
            result.Add(reader.GetText());
        }
        return result;
    }
}
